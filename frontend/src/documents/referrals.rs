//! Reads of referrals for triage: the inbox, and one referral with what decides its fate.

use chrono::{DateTime, NaiveDate, Utc};
use cynic::Id;

use super::casework::{Child, Count, Officer, School};
use super::restricted::RestrictedCase;
use super::{Answers, PageInfo};
use crate::schema;
use crate::vocabulary::{
    CaseState, RedirectTo, ReferralGround, ReferralOrigin, ReferralSort, ReferralState, Risk, RiskReason,
};

/// Which referrals a list shows.
#[derive(cynic::InputObject, Clone, Debug, Default)]
pub struct ReferralFilter {
    /// In these states.
    pub state: Option<Vec<ReferralState>>,
    /// Gathered in this group.
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub gathered_with: Option<Id>,
    /// Of each group only the riskiest.
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub one_of_each_group: Option<bool>,
}

/// What the inbox asks for.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct InboxVars {
    /// Which referrals.
    pub filter: ReferralFilter,
    /// In which order.
    pub sort: ReferralSort,
    /// Whether to ask what a report is gathered with.
    pub groups: bool,
    /// Those after this cursor.
    pub after: Option<String>,
    /// Those before this cursor.
    pub before: Option<String>,
}

/// A page of referrals, and how many wait.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "InboxVars")]
pub struct Inbox {
    /// The referrals.
    #[arguments(filter: $filter, sort: $sort, first: 25, after: $after, before: $before)]
    pub referrals: ReferralPage,
}

/// A page of referrals.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "ReferralConnection", variables = "InboxVars")]
pub struct ReferralPage {
    /// The referrals, in order.
    pub nodes: Option<Vec<InboxRow>>,
    /// Where the page lies.
    pub page_info: PageInfo,
    /// How many there are in all.
    pub count: Count,
}

/// A referral in a list.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Referral", variables = "InboxVars")]
#[expect(missing_docs, reason = "the fields are those of `Referral` in schema.graphql")]
pub struct InboxRow {
    pub reference: String,
    #[directives(include(if: $groups))]
    pub gathered_with: Option<ReportGroup>,
    pub origin: ReferralOrigin,
    pub state: ReferralState,
    pub received_at: DateTime<Utc>,
    pub family_name: Option<String>,
    pub given_names: Option<String>,
    pub school: Option<School>,
    pub risk: Option<Risk>,
    pub risk_reasons: Option<Vec<RiskReason>>,
    pub decided_at: Option<DateTime<Utc>>,
    pub redirect_to: Option<RedirectTo>,
    pub case: Option<CaseLink>,
}

/// Reports of harm that are gathered.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of `ReportGroup` in schema.graphql")]
pub struct ReportGroup {
    pub id: Id,
    pub since: DateTime<Utc>,
    pub one_origin: bool,
    pub waiting: i32,
    pub immediate: i32,
}

/// A case, to lead to it.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Case")]
pub struct CaseLink {
    /// Its reference.
    pub reference: String,
    /// Where it stands.
    pub state: CaseState,
    /// The officer who has it.
    pub officer: Option<Officer>,
}

/// Which referral is looked at.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct TriageVars {
    /// The referral.
    pub reference: String,
    /// Whether to name the officers a case can be given to.
    pub officers: bool,
}

/// One referral with all that triage needs.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "TriageVars")]
pub struct Triage {
    /// The referral; none that the viewer may see.
    #[arguments(reference: $reference)]
    pub referral: Option<Referral>,
    /// Officers a case can be given to.
    #[directives(include(if: $officers))]
    pub officers: Option<Vec<Officer>>,
}

/// A referral.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of `Referral` in schema.graphql")]
pub struct Referral {
    pub reference: String,
    pub version: i32,
    pub origin: ReferralOrigin,
    pub state: ReferralState,
    pub ground: Option<ReferralGround>,
    pub received_at: DateTime<Utc>,
    pub family_name: Option<String>,
    pub given_names: Option<String>,
    pub date_of_birth: Option<NaiveDate>,
    pub upn: Option<String>,
    pub answers: Option<Vec<Answers>>,
    pub school: Option<School>,
    pub sent_by: Option<String>,
    pub risk: Option<Risk>,
    pub risk_reasons: Option<Vec<RiskReason>>,
    pub decided_at: Option<DateTime<Utc>>,
    pub redirect_to: Option<RedirectTo>,
    pub reason: Option<String>,
    pub case: Option<CaseLink>,
    pub may_triage: Option<bool>,
    pub matches: Option<Vec<Match>>,
}

/// A child already known who may be the child of a referral.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of `Match` in schema.graphql")]
pub struct Match {
    pub child: Option<Child>,
    pub cases: Vec<CaseLink>,
    pub restricted: Option<RestrictedCase>,
    pub score: i32,
    pub likely: bool,
    pub reasons: Vec<String>,
}
