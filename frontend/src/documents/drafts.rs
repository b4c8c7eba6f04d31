//! A school's drafts, and its own view of what it sent.
//!
//! What must not live here: the officers' view of a referral (`referrals`).

use chrono::{DateTime, Utc};

use super::absence::SchoolDays;
use super::contacts::OwnViewer;
use super::roll::{GroundForRemoval, NewPupil, SchoolRoll};
use super::{Answers, PageInfo};
use crate::form::Faults;
use crate::schema;
use crate::vocabulary::{RedirectTo, ReferralSort, ReferralState};

/// A draft of the viewer's school.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) id: cynic::Id,
    pub(crate) version: i32,
    pub(crate) answers: Vec<Answers>,
    pub(crate) to_send: Vec<Answers>,
    pub(crate) faults: Vec<FieldFault>,
    pub(crate) to_ask: Vec<FieldFault>,
    pub(crate) advice_first: bool,
    pub(crate) school_days: Option<SchoolDays>,
    pub(crate) referral: Option<Became>,
}

/// The referral that a draft became.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Referral")]
pub(crate) struct Became {
    pub(crate) reference: String,
}

/// What is wrong with one field.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct FieldFault {
    pub(crate) field: String,
    pub(crate) message: String,
}

/// The faults of a draft, as forms take them.
pub(crate) fn faults_of(faults: &[FieldFault]) -> Faults {
    faults.iter().map(|fault| (fault.field.clone(), fault.message.clone())).collect()
}

/// Which draft.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub(crate) struct DraftVars {
    pub(crate) id: cynic::Id,
}

/// One draft; none if there is none for this person.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "DraftVars")]
pub(crate) struct DraftById {
    #[arguments(id: $id)]
    pub(crate) draft: Option<Draft>,
}

/// An unsent draft in the list of a school.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Draft")]
pub(crate) struct DraftLine {
    pub(crate) id: cynic::Id,
    pub(crate) answers: Vec<Answers>,
    pub(crate) started_by: String,
    pub(crate) updated_at: DateTime<Utc>,
}

/// A referral in the list of the school that sent it.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Referral")]
pub(crate) struct SentLine {
    pub(crate) reference: String,
    pub(crate) family_name: Option<String>,
    pub(crate) given_names: Option<String>,
    pub(crate) received_at: DateTime<Utc>,
    pub(crate) state: ReferralState,
}

/// A page of what a school sent.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "ReferralConnection")]
pub(crate) struct SentPage {
    pub(crate) nodes: Vec<SentLine>,
    pub(crate) page_info: PageInfo,
}

/// Which page of what was sent.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub(crate) struct SchoolHomeVars {
    pub(crate) sort: ReferralSort,
    pub(crate) after: Option<String>,
    pub(crate) before: Option<String>,
}

/// What a school contact comes back to.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "SchoolHomeVars")]
pub(crate) struct SchoolHome {
    pub(crate) viewer: OwnViewer,
    pub(crate) drafts: Vec<DraftLine>,
    pub(crate) new_pupils: Vec<NewPupil>,
    #[arguments(sort: $sort, first: 25, after: $after, before: $before)]
    pub(crate) referrals: SentPage,
}

/// A referral as the school that sent it sees it.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Referral")]
pub(crate) struct SentReferral {
    pub(crate) reference: String,
    pub(crate) state: ReferralState,
    pub(crate) received_at: DateTime<Utc>,
    pub(crate) sent_by: Option<String>,
    pub(crate) family_name: Option<String>,
    pub(crate) given_names: Option<String>,
    pub(crate) answers: Option<Vec<Answers>>,
    pub(crate) to_ask: Option<Vec<FieldFault>>,
    pub(crate) advice_first: Option<bool>,
    pub(crate) found_at_address: Option<bool>,
    pub(crate) version: i32,
    pub(crate) additions: Option<Vec<Addition>>,
    pub(crate) may_add: Option<bool>,
    pub(crate) may_withdraw: Option<bool>,
    pub(crate) school_days: Option<SchoolDays>,
    pub(crate) roll: Option<SchoolRoll>,
    pub(crate) redirect_to: Option<RedirectTo>,
    pub(crate) reason: Option<String>,
}

/// Something that a school added to a referral.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct Addition {
    pub(crate) at: DateTime<Utc>,
    pub(crate) by: String,
    pub(crate) text: String,
}

/// Which referral.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub(crate) struct SentVars {
    pub(crate) reference: String,
}

/// One referral that the school sent; none if there is none for this person.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "SentVars")]
pub(crate) struct SentByReference {
    #[arguments(reference: $reference)]
    pub(crate) referral: Option<SentReferral>,
}

/// The referral of a school, for its roll alone.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Referral")]
pub(crate) struct WithRoll {
    pub(crate) answers: Option<Vec<Answers>>,
    pub(crate) roll: Option<SchoolRoll>,
}

/// The school's roll in the case that a referral led to, and the grounds.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "SentVars")]
pub(crate) struct OwnRoll {
    #[arguments(reference: $reference)]
    pub(crate) referral: Option<WithRoll>,
    pub(crate) removal_grounds: Vec<GroundForRemoval>,
}
