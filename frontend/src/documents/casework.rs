//! Reads of cases: the register, one case, and as much of one as a form about it needs.
//!
//! Changes of cases are in `changes`. Fields that not everybody is cleared for are `Option`s here too.

pub mod changes;

use chrono::{DateTime, NaiveDate, Utc};
use cynic::Id;

use super::{Answers, PageInfo};
use crate::schema;
use crate::vocabulary::{
    CaseSort, CaseState, EnquiryFinding, EnquiryKind, EscalationLevel, MashDecision, Outcome, PlacementKind,
    ReferralState, Restriction, Risk, RiskReason, ServiceRoute, Sex, StatutoryStatus, UpnAbsence, Whereabouts,
};

/// A child, as far as the viewer may know.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of `Child` in schema.graphql")]
pub struct Child {
    pub id: Option<Id>,
    pub family_name: Option<String>,
    pub given_names: Option<String>,
    pub date_of_birth: Option<NaiveDate>,
    pub year_group: Option<String>,
    pub sex: Option<Sex>,
    pub upn: Option<String>,
    pub upn_absence: Option<UpnAbsence>,
    pub address: Option<String>,
    pub postcode: Option<String>,
}

/// A school, by name.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct School {
    /// Its URN.
    pub urn: String,
    /// Its name.
    pub name: String,
}

/// Somebody to whom a case may be assigned.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "StaffMember")]
pub struct Officer {
    /// Their id.
    pub id: Id,
    /// Their name.
    pub name: String,
}

/// How many there are, as it may be told.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "DisclosedCount")]
pub struct Count {
    /// The number as it may be printed.
    pub display: String,
}

/// Which cases the register shows.
#[derive(cynic::InputObject, Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields are those of `CaseFilter` in schema.graphql")]
pub struct CaseFilter {
    pub state: Option<Vec<CaseState>>,
    pub whereabouts: Option<Vec<Whereabouts>>,
    pub school_urn: Option<String>,
    pub officer: Option<Id>,
    pub unassigned: Option<bool>,
    pub overdue: Option<bool>,
    pub flagged: Option<bool>,
    pub search: Option<String>,
}

/// What the register asks for.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct RegisterVars {
    /// Which cases.
    pub filter: CaseFilter,
    /// In which order.
    pub sort: CaseSort,
    /// Those after this cursor.
    pub after: Option<String>,
    /// Those before this cursor.
    pub before: Option<String>,
    /// Whether to name the officers to filter by.
    pub officers: bool,
    /// The school that is filtered by.
    pub school: String,
    /// Whether there is one.
    pub by_school: bool,
}

/// The register: a page of cases, and the names its filters need.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "RegisterVars")]
pub struct Register {
    /// The cases.
    #[arguments(filter: $filter, sort: $sort, first: 25, after: $after, before: $before)]
    pub cases: CasePage,
    /// Officers to filter by.
    #[directives(include(if: $officers))]
    pub officers: Option<Vec<Officer>>,
    /// The school that is filtered by.
    #[arguments(urn: $school)]
    #[directives(include(if: $by_school))]
    pub school: Option<School>,
}

/// A page of cases.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "CaseConnection")]
pub struct CasePage {
    /// The cases, in order.
    pub nodes: Option<Vec<CaseRow>>,
    /// Where the page lies.
    pub page_info: PageInfo,
    /// How many there are in all.
    pub count: Count,
}

/// A case in the register.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Case")]
#[expect(missing_docs, reason = "the fields are those of `Case` in schema.graphql")]
pub struct CaseRow {
    pub reference: String,
    pub state: CaseState,
    pub whereabouts: Option<Whereabouts>,
    pub risk: Option<Risk>,
    pub opened_at: Option<DateTime<Utc>>,
    pub due_on: Option<NaiveDate>,
    pub overdue: Option<bool>,
    pub flagged: Option<bool>,
    pub child: Named,
    pub school: Option<School>,
    pub officer: Option<Officer>,
}

/// A child's name alone.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Child")]
pub struct Named {
    /// Family name.
    pub family_name: Option<String>,
    /// Given names.
    pub given_names: Option<String>,
}

/// Which case, and from where its timeline is shown.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct WholeVars {
    /// The case.
    pub reference: String,
    /// Show what is older than this fact; the newest if none.
    pub before: Option<i32>,
}

/// One case, whole.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "WholeVars")]
pub struct WholeCase {
    /// The case; none that the viewer may see.
    #[arguments(reference: $reference)]
    pub case: Option<Case>,
}

/// A case.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(variables = "WholeVars")]
#[expect(missing_docs, reason = "the fields are those of `Case` in schema.graphql")]
pub struct Case {
    pub reference: String,
    pub state: CaseState,
    pub whereabouts: Option<Whereabouts>,
    pub statutory_status: Option<StatutoryStatus>,
    pub service_route: Option<ServiceRoute>,
    pub risk: Option<Risk>,
    pub opened_at: Option<DateTime<Utc>>,
    pub due_on: Option<NaiveDate>,
    pub overdue: Option<bool>,
    pub last_seen_on: Option<NaiveDate>,
    pub last_attended_on: Option<NaiveDate>,
    pub closed_at: Option<DateTime<Utc>>,
    pub outcome: Option<Outcome>,
    pub child: Child,
    pub school: Option<LastSchool>,
    pub officer: Option<Officer>,
    pub referrals: Option<Vec<ReferralRow>>,
    pub enquiries: Option<Vec<Enquiry>>,
    pub escalations: Option<Vec<Escalation>>,
    pub placements: Option<Vec<Placement>>,
    pub restriction: Option<Restriction>,
    pub readers: Option<Vec<Officer>>,
    #[cynic(spread)]
    pub may: CaseRights,
    pub glass: Option<Glass>,
    #[arguments(first: 50, before: $before)]
    pub timeline: Option<Vec<TimelineEntry>>,
    pub open_items: Option<Vec<String>>,
}

/// What the viewer may do with a case.
#[derive(cynic::QueryFragment, Clone, Copy, Debug)]
#[cynic(graphql_type = "Case")]
#[expect(missing_docs, reason = "the fields are those of `Case` in schema.graphql")]
pub struct CaseRights {
    pub may_assign: Option<bool>,
    pub may_work: Option<bool>,
    pub may_answer_enquiry: Option<bool>,
    pub may_escalate: Option<bool>,
    pub may_answer_escalation: Option<bool>,
    pub may_close: Option<bool>,
    pub may_reopen: Option<bool>,
    pub may_restrict: Option<bool>,
}

/// That the viewer reads a restricted case because they broke the glass.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "BrokenGlass")]
pub struct Glass {
    /// Its id.
    pub id: Id,
    /// Until when at the latest.
    pub ends_at: DateTime<Utc>,
}

/// The school a child was last at, and how to reach it.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "School")]
#[expect(missing_docs, reason = "the fields are those of `School` in schema.graphql")]
pub struct LastSchool {
    pub urn: String,
    pub name: String,
    pub address: String,
    pub postcode: Option<String>,
    pub phone: Option<String>,
    pub head_teacher: Option<String>,
}

/// A referral of a case.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Referral")]
#[expect(missing_docs, reason = "the fields are those of `Referral` in schema.graphql")]
pub struct ReferralRow {
    pub reference: String,
    pub state: ReferralState,
    pub received_at: DateTime<Utc>,
    pub school: Option<School>,
    pub sent_by: Option<String>,
    pub risk: Option<Risk>,
    pub risk_reasons: Option<Vec<RiskReason>>,
    pub answers: Option<Vec<Answers>>,
}

/// A tracing enquiry.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of `Enquiry` in schema.graphql")]
pub struct Enquiry {
    pub id: Id,
    pub kind: EnquiryKind,
    pub asked_of: String,
    pub agency: Option<String>,
    pub asked_on: NaiveDate,
    pub due_on: NaiveDate,
    pub overdue: bool,
    pub note: String,
    pub answered_on: Option<NaiveDate>,
    pub finding: Option<EnquiryFinding>,
    pub answer: Option<String>,
}

/// A flag raised with the MASH.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of `Escalation` in schema.graphql")]
pub struct Escalation {
    pub id: Id,
    pub level: EscalationLevel,
    pub concern: String,
    pub rationale: String,
    pub raised_at: DateTime<Utc>,
    pub answered_at: Option<DateTime<Utc>>,
    pub decision: Option<MashDecision>,
    pub mash_reference: Option<String>,
    pub answer: Option<String>,
}

/// A placement.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of `Placement` in schema.graphql")]
pub struct Placement {
    pub kind: PlacementKind,
    pub provider: String,
    pub school: Option<School>,
    pub starts_on: NaiveDate,
    pub recorded_at: DateTime<Utc>,
}

/// One fact of a case.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of `TimelineEntry` in schema.graphql")]
pub struct TimelineEntry {
    pub seq: i32,
    pub at: DateTime<Utc>,
    pub title: String,
    pub by: String,
    pub details: Vec<Detail>,
}

/// A label and its value.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct Detail {
    /// The label.
    pub label: String,
    /// The value.
    pub value: String,
}

/// Which case a form is about.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct SubjectVars {
    /// The case.
    pub reference: String,
    /// Whether to name the officers to choose from.
    pub officers: bool,
}

/// As much of a case as a form about it needs.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "SubjectVars")]
pub struct CaseForForm {
    /// The case; none that the viewer may see.
    #[arguments(reference: $reference)]
    pub case: Option<Subject>,
    /// Officers to choose from.
    #[directives(include(if: $officers))]
    pub officers: Option<Vec<Officer>>,
}

/// The case a form is about.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Case")]
#[expect(missing_docs, reason = "the fields are those of `Case` in schema.graphql")]
pub struct Subject {
    pub reference: String,
    pub version: i32,
    pub state: CaseState,
    pub whereabouts: Option<Whereabouts>,
    pub risk: Option<Risk>,
    pub child: Child,
    pub officer: Option<Officer>,
    pub restriction: Option<Restriction>,
    pub readers: Option<Vec<Officer>>,
    #[cynic(spread)]
    pub may: CaseRights,
    pub glass: Option<Glass>,
    pub enquiries: Option<Vec<Enquiry>>,
    pub escalations: Option<Vec<Escalation>>,
    pub open_items: Option<Vec<String>>,
}
