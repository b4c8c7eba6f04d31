//! Brothers and sisters, with those records of theirs that the viewer may read.

use chrono::NaiveDate;

use crate::schema;
use crate::vocabulary::{CaseState, ReferralState};

/// A brother or sister.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct Sibling {
    pub(crate) name: Option<String>,
    pub(crate) date_of_birth: Option<NaiveDate>,
    pub(crate) school: Option<String>,
    pub(crate) case: Option<SiblingCase>,
    pub(crate) referral: Option<SiblingReferral>,
}

/// The case of one.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Case")]
pub(crate) struct SiblingCase {
    pub(crate) reference: String,
    pub(crate) state: CaseState,
    pub(crate) flagged: Option<bool>,
    pub(crate) child: SiblingChild,
}

/// The child of that case.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Child")]
pub(crate) struct SiblingChild {
    pub(crate) family_name: Option<String>,
    pub(crate) given_names: Option<String>,
    pub(crate) date_of_birth: Option<NaiveDate>,
}

/// The referral of one whose case is not shown.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Referral")]
pub(crate) struct SiblingReferral {
    pub(crate) reference: String,
    pub(crate) state: ReferralState,
    pub(crate) family_name: Option<String>,
    pub(crate) given_names: Option<String>,
    pub(crate) date_of_birth: Option<NaiveDate>,
}
