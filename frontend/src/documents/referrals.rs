//! Reads of referrals for triage: the inbox, and one referral with what decides its fate.

use chrono::{DateTime, NaiveDate, Utc};
use cynic::Id;

use super::absence::{Age, OutOfCohort, SchoolDays, Standing};
use super::break_glass::RestrictedCase;
use super::casework::{Child, Count, Officer, School, TimelineEntry};
use super::clock::Clock;
use super::drafts::{Addition, FieldFault};
use super::family::Sibling;
use super::flag::Escalation;
use super::inputs::ReferralFilter;
use super::{Answers, PageInfo};
use crate::schema;
use crate::vocabulary::{CaseState, RedirectTo, ReferralOrigin, ReferralSort, ReferralState, Risk, RiskReason};

/// What the inbox asks for.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub(crate) struct InboxVars {
    pub(crate) filter: ReferralFilter,
    pub(crate) sort: ReferralSort,
    pub(crate) groups: bool,
    pub(crate) after: Option<String>,
    pub(crate) before: Option<String>,
}

/// A page of referrals, and how many wait.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "InboxVars")]
pub(crate) struct Inbox {
    #[arguments(filter: $filter, sort: $sort, first: 25, after: $after, before: $before)]
    pub(crate) referrals: ReferralPage,
}

/// A page of referrals.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "ReferralConnection", variables = "InboxVars")]
pub(crate) struct ReferralPage {
    pub(crate) nodes: Option<Vec<InboxRow>>,
    pub(crate) page_info: PageInfo,
    pub(crate) count: Count,
}

/// A referral in a list.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Referral", variables = "InboxVars")]
pub(crate) struct InboxRow {
    pub(crate) reference: String,
    #[directives(include(if: $groups))]
    pub(crate) gathered_with: Option<ReportGroup>,
    pub(crate) origin: ReferralOrigin,
    pub(crate) received_at: DateTime<Utc>,
    pub(crate) family_name: Option<String>,
    pub(crate) given_names: Option<String>,
    pub(crate) school: Option<School>,
    pub(crate) risk: Option<Risk>,
    pub(crate) risk_reasons: Option<Vec<RiskReason>>,
    pub(crate) found_at_address: Option<bool>,
    pub(crate) waits_twice: Option<bool>,
    pub(crate) age: Option<Standing>,
    pub(crate) decided_at: Option<DateTime<Utc>>,
    pub(crate) redirect_to: Option<RedirectTo>,
    pub(crate) authority: Option<String>,
    pub(crate) ask_again_on: Option<NaiveDate>,
    pub(crate) ask_again_overdue: bool,
    pub(crate) case: Option<CaseLink>,
}

/// Reports of harm that are gathered.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct ReportGroup {
    pub(crate) id: Id,
    pub(crate) since: DateTime<Utc>,
    pub(crate) one_origin: bool,
    pub(crate) waiting: i32,
    pub(crate) immediate: i32,
}

/// A case, to lead to it.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Case")]
pub(crate) struct CaseLink {
    pub(crate) reference: String,
    pub(crate) state: CaseState,
    pub(crate) officer: Option<Officer>,
}

/// Which referral is looked at.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub(crate) struct TriageVars {
    pub(crate) reference: String,
    pub(crate) officers: bool,
}

/// One referral with all that triage needs.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "TriageVars")]
pub(crate) struct Triage {
    #[arguments(reference: $reference)]
    pub(crate) referral: Option<Referral>,
    #[directives(include(if: $officers))]
    pub(crate) officers: Option<Vec<Officer>>,
}

/// A referral.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct Referral {
    pub(crate) reference: String,
    pub(crate) version: i32,
    pub(crate) origin: ReferralOrigin,
    pub(crate) state: ReferralState,
    pub(crate) received_at: DateTime<Utc>,
    pub(crate) family_name: Option<String>,
    pub(crate) given_names: Option<String>,
    pub(crate) date_of_birth: Option<NaiveDate>,
    pub(crate) upn: Option<String>,
    pub(crate) answers: Option<Vec<Answers>>,
    pub(crate) to_ask: Option<Vec<FieldFault>>,
    pub(crate) found_at_address: Option<bool>,
    pub(crate) additions: Option<Vec<Addition>>,
    pub(crate) age: Option<Age>,
    pub(crate) out_of_cohort: Option<OutOfCohort>,
    pub(crate) upn_former_authority: Option<String>,
    pub(crate) school_days: Option<SchoolDays>,
    pub(crate) clocks: Option<Vec<Clock>>,
    pub(crate) escalation: Option<Escalation>,
    pub(crate) school: Option<School>,
    pub(crate) sent_by: Option<String>,
    pub(crate) risk: Option<Risk>,
    pub(crate) risk_reasons: Option<Vec<RiskReason>>,
    pub(crate) decided_at: Option<DateTime<Utc>>,
    pub(crate) redirect_to: Option<RedirectTo>,
    pub(crate) authority: Option<String>,
    pub(crate) acknowledged_as: Option<String>,
    pub(crate) ask_again_on: Option<NaiveDate>,
    pub(crate) ask_again_overdue: bool,
    pub(crate) reason: Option<String>,
    pub(crate) case: Option<CaseLink>,
    pub(crate) may_triage: Option<bool>,
    pub(crate) siblings: Option<Vec<Sibling>>,
    pub(crate) matches: Option<Vec<Match>>,
    pub(crate) also_waiting: Option<Vec<AlsoWaiting>>,
    pub(crate) timeline: Option<Vec<TimelineEntry>>,
}

/// Another referral that waits and may be of the same child.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct AlsoWaiting {
    pub(crate) referral: Waiting,
    pub(crate) judged: Option<Judged>,
    pub(crate) likely: bool,
    pub(crate) reasons: Vec<String>,
}

/// That somebody judged a record to be of another child.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct Judged {
    pub(crate) by: String,
    pub(crate) at: DateTime<Utc>,
}

/// A referral that waits, to lead to it.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Referral")]
pub(crate) struct Waiting {
    pub(crate) reference: String,
    pub(crate) family_name: Option<String>,
    pub(crate) given_names: Option<String>,
    pub(crate) date_of_birth: Option<NaiveDate>,
    pub(crate) received_at: DateTime<Utc>,
}

/// A child already known who may be the child of a referral.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct Match {
    pub(crate) child: Option<Child>,
    pub(crate) cases: Vec<CaseLink>,
    pub(crate) restricted: Option<RestrictedCase>,
    pub(crate) judged: Option<Judged>,
    pub(crate) likely: bool,
    pub(crate) reasons: Vec<String>,
}
