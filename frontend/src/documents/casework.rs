//! Reads of cases: the register, one case, and as much of one as a form about it needs.
//!
//! Fields that not everybody is cleared for are `Option`s here too.

use chrono::{DateTime, NaiveDate, Utc};
use cynic::Id;

use super::absence::{Age, OutOfCohort, SchoolDays, Standing};
use super::clock::Clock;
use super::drafts::{Addition, FieldFault};
use super::family::Sibling;
use super::flag::Escalation;
use super::inputs::CaseFilter;
use super::roll::{GroundForRemoval, Removal, RemovalForForm};
use super::{Answers, PageInfo};
use crate::schema;
use crate::vocabulary::{
    Answer, CaseSort, CaseState, ChildFact, EnquiryFinding, EnquiryKind, Outcome, PlacementKind, ReferralState,
    Restriction, Risk, RiskReason, ServiceRoute, Sex, SightingKind, StatusGround, StatutoryStatus, UpnAbsence,
    Whereabouts,
};

/// A child, as far as the viewer may know.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct Child {
    pub(crate) id: Option<Id>,
    pub(crate) family_name: Option<String>,
    pub(crate) given_names: Option<String>,
    pub(crate) date_of_birth: Option<NaiveDate>,
    pub(crate) year_group: Option<String>,
    pub(crate) age: Option<Standing>,
    pub(crate) sex: Option<Sex>,
    pub(crate) upn: Option<String>,
    pub(crate) upn_absence: Option<UpnAbsence>,
    pub(crate) nhs_number: Option<String>,
    pub(crate) address: Option<String>,
    pub(crate) postcode: Option<String>,
    pub(crate) address_confidential: Option<bool>,
}

/// What held of a child until it changed.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct Formerly {
    pub(crate) fact: ChildFact,
    pub(crate) value: String,
    pub(crate) until: NaiveDate,
}

/// A child, with what held of them before.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Child")]
pub(crate) struct WholeChild {
    #[cynic(spread)]
    pub(crate) child: Child,
    pub(crate) upn_former_authority: Option<String>,
    pub(crate) formerly: Option<Vec<Formerly>>,
}

/// A school, by name.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct School {
    pub(crate) urn: String,
    pub(crate) name: String,
}

/// Somebody to whom a case may be assigned.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "StaffMember")]
pub(crate) struct Officer {
    pub(crate) id: Id,
    pub(crate) name: String,
}

/// How many there are, as it may be told.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "DisclosedCount")]
pub(crate) struct Count {
    pub(crate) display: String,
}

/// What the register asks for.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub(crate) struct RegisterVars {
    pub(crate) filter: CaseFilter,
    pub(crate) sort: CaseSort,
    pub(crate) after: Option<String>,
    pub(crate) before: Option<String>,
    pub(crate) officers: bool,
    pub(crate) school: String,
    pub(crate) by_school: bool,
}

/// The register: a page of cases, and the names its filters need.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "RegisterVars")]
pub(crate) struct Register {
    #[arguments(filter: $filter, sort: $sort, first: 25, after: $after, before: $before)]
    pub(crate) cases: CasePage,
    #[directives(include(if: $officers))]
    pub(crate) officers: Option<Vec<Officer>>,
    #[arguments(urn: $school)]
    #[directives(include(if: $by_school))]
    pub(crate) school: Option<School>,
}

/// A page of cases.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "CaseConnection")]
pub(crate) struct CasePage {
    pub(crate) nodes: Option<Vec<CaseRow>>,
    pub(crate) page_info: PageInfo,
    pub(crate) count: Count,
}

/// A case in the register.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Case")]
pub(crate) struct CaseRow {
    pub(crate) reference: String,
    pub(crate) state: CaseState,
    pub(crate) whereabouts: Option<Whereabouts>,
    pub(crate) risk: Option<Risk>,
    pub(crate) opened_at: Option<DateTime<Utc>>,
    pub(crate) due_on: Option<NaiveDate>,
    pub(crate) overdue: Option<bool>,
    pub(crate) flagged: Option<bool>,
    pub(crate) child: Named,
    pub(crate) age: Option<Standing>,
    pub(crate) school: Option<School>,
    pub(crate) officer: Option<Officer>,
}

/// A child's name alone.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Child")]
pub(crate) struct Named {
    pub(crate) family_name: Option<String>,
    pub(crate) given_names: Option<String>,
}

/// Which case, and from where its timeline is shown.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub(crate) struct WholeVars {
    pub(crate) reference: String,
    /// Shows what is older than this fact; the newest if none.
    pub(crate) before: Option<i32>,
}

/// One case, whole.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "WholeVars")]
pub(crate) struct WholeCase {
    #[arguments(reference: $reference)]
    pub(crate) case: Option<Case>,
}

/// A case.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(variables = "WholeVars")]
pub(crate) struct Case {
    pub(crate) reference: String,
    pub(crate) state: CaseState,
    pub(crate) whereabouts: Option<Whereabouts>,
    pub(crate) statutory_status: Option<StatutoryStatus>,
    pub(crate) missing_since: Option<NaiveDate>,
    pub(crate) age: Option<Age>,
    pub(crate) out_of_cohort: Option<OutOfCohort>,
    pub(crate) service_route: Option<ServiceRoute>,
    pub(crate) proposed_outcome: Option<Outcome>,
    pub(crate) risk: Option<Risk>,
    pub(crate) opened_at: Option<DateTime<Utc>>,
    pub(crate) clocks: Option<Vec<Clock>>,
    pub(crate) last_seen_on: Option<NaiveDate>,
    pub(crate) last_attended_on: Option<NaiveDate>,
    pub(crate) sightings: Option<Vec<Sighting>>,
    pub(crate) closed_at: Option<DateTime<Utc>>,
    pub(crate) outcome: Option<Outcome>,
    pub(crate) child: WholeChild,
    pub(crate) told_otherwise: Option<Vec<ToldOtherwise>>,
    pub(crate) parents: Option<Vec<ParentTold>>,
    pub(crate) siblings: Option<Vec<Sibling>>,
    pub(crate) school: Option<LastSchool>,
    pub(crate) officer: Option<Officer>,
    pub(crate) referrals: Option<Vec<ReferralRow>>,
    pub(crate) enquiries: Option<Vec<Enquiry>>,
    pub(crate) escalations: Option<Vec<Escalation>>,
    pub(crate) placements: Option<Vec<Placement>>,
    pub(crate) roll: Option<Vec<Removal>>,
    pub(crate) restriction: Option<Restriction>,
    pub(crate) readers: Option<Vec<Officer>>,
    #[cynic(spread)]
    pub(crate) may: CaseRights,
    pub(crate) glass: Option<Glass>,
    #[arguments(first: 50, before: $before)]
    pub(crate) timeline: Option<Vec<TimelineEntry>>,
    pub(crate) open_items: Option<Vec<String>>,
}

/// What the viewer may do with a case.
#[derive(cynic::QueryFragment, Clone, Copy, Debug)]
#[cynic(graphql_type = "Case")]
#[expect(clippy::struct_field_names, reason = "as `Case` in schema.graphql names them")]
pub(crate) struct CaseRights {
    pub(crate) may_assign: Option<bool>,
    pub(crate) may_work: Option<bool>,
    pub(crate) may_answer_enquiry: Option<bool>,
    pub(crate) may_escalate: Option<bool>,
    pub(crate) may_decide_removal: Option<bool>,
    pub(crate) may_close: Option<bool>,
    pub(crate) may_approve_closure: Option<bool>,
    pub(crate) may_reopen: Option<bool>,
    pub(crate) may_restrict: Option<bool>,
}

/// That the viewer reads a restricted case because they broke the glass.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "BrokenGlass")]
pub(crate) struct Glass {
    pub(crate) id: Id,
    pub(crate) ends_at: DateTime<Utc>,
}

/// The school a child was last at, and how to reach it.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "School")]
pub(crate) struct LastSchool {
    pub(crate) urn: String,
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) postcode: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) head_teacher: Option<String>,
}

/// A referral of a case.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Referral")]
pub(crate) struct ReferralRow {
    pub(crate) reference: String,
    pub(crate) state: ReferralState,
    pub(crate) received_at: DateTime<Utc>,
    pub(crate) school: Option<School>,
    pub(crate) sent_by: Option<String>,
    pub(crate) risk: Option<Risk>,
    pub(crate) risk_reasons: Option<Vec<RiskReason>>,
    pub(crate) found_at_address: Option<bool>,
    pub(crate) answers: Option<Vec<Answers>>,
    pub(crate) to_ask: Option<Vec<FieldFault>>,
    pub(crate) additions: Option<Vec<Addition>>,
    pub(crate) school_days: Option<SchoolDays>,
}

/// A tracing enquiry.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct Enquiry {
    pub(crate) gateway: Option<String>,
    pub(crate) returned_on: Option<NaiveDate>,
    pub(crate) id: Id,
    pub(crate) kind: EnquiryKind,
    pub(crate) asked_of: String,
    pub(crate) agency: Option<String>,
    pub(crate) asked_on: NaiveDate,
    pub(crate) due_on: NaiveDate,
    pub(crate) overdue: bool,
    pub(crate) note: String,
    pub(crate) answered_on: Option<NaiveDate>,
    pub(crate) finding: Option<EnquiryFinding>,
    pub(crate) answer: Option<String>,
}

/// A placement.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct Placement {
    pub(crate) id: Id,
    pub(crate) attended_on: Option<NaiveDate>,
    pub(crate) ended_on: Option<NaiveDate>,
    pub(crate) return_due_on: Option<NaiveDate>,
    pub(crate) returned_on: Option<NaiveDate>,
    pub(crate) kind: PlacementKind,
    pub(crate) provider: String,
    pub(crate) school: Option<School>,
    pub(crate) starts_on: NaiveDate,
}

/// A parent or carer of the child.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct ParentTold {
    pub(crate) key: Option<String>,
    pub(crate) name: String,
    pub(crate) relationship: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) may_contact: Option<Answer>,
    pub(crate) by: String,
    pub(crate) on: NaiveDate,
    pub(crate) until: Option<NaiveDate>,
}

/// Something of a child that a referral or a deletion return tells otherwise than it is on file.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct ToldOtherwise {
    pub(crate) called: String,
    pub(crate) value: String,
    pub(crate) by: String,
    pub(crate) on: NaiveDate,
}

/// One fact of a case or a referral.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct TimelineEntry {
    pub(crate) seq: i32,
    pub(crate) at: DateTime<Utc>,
    pub(crate) title: String,
    pub(crate) by: String,
    pub(crate) details: Vec<Detail>,
}

/// A label and its value.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct Detail {
    pub(crate) label: String,
    pub(crate) value: String,
}

/// Which case a form is about.
#[derive(cynic::QueryVariables, Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "what forms need beside the case, each by itself")]
pub(crate) struct SubjectVars {
    pub(crate) reference: String,
    pub(crate) officers: bool,
    pub(crate) grounds: bool,
    pub(crate) family: bool,
    pub(crate) statuses: bool,
}

/// What the viewer may do with a case, asked before anything of it is shown on a form.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "RightsVars")]
pub(crate) struct RightsOfCase {
    #[arguments(reference: $reference)]
    pub(crate) case: Option<CaseWithRights>,
}

/// Which case it is.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub(crate) struct RightsVars {
    pub(crate) reference: String,
}

/// Nothing of a case but what the viewer may do with it.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Case")]
pub(crate) struct CaseWithRights {
    #[cynic(spread)]
    pub(crate) may: CaseRights,
    pub(crate) glass: Option<Glass>,
}

/// As much of a case as a form about it needs.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "SubjectVars")]
pub(crate) struct CaseForForm {
    #[arguments(reference: $reference)]
    pub(crate) case: Option<Subject>,
    #[arguments(reference: $reference)]
    #[directives(include(if: $family))]
    #[cynic(rename = "case", alias)]
    pub(crate) family: Option<FamilyOfCase>,
    #[arguments(reference: $reference)]
    #[directives(include(if: $statuses))]
    #[cynic(rename = "case", alias)]
    pub(crate) statuses: Option<StatusesOfCase>,
    #[directives(include(if: $officers))]
    pub(crate) officers: Option<Vec<Officer>>,
    #[directives(include(if: $grounds))]
    pub(crate) removal_grounds: Option<Vec<GroundForRemoval>>,
}

/// The family of the child, for a form about one of them.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Case")]
pub(crate) struct FamilyOfCase {
    pub(crate) siblings: Option<Vec<Sibling>>,
    pub(crate) parents: Option<Vec<ParentTold>>,
}

/// A referral of a case, by name.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Referral")]
pub(crate) struct ReferralName {
    pub(crate) reference: String,
}

/// When the child was seen or at school.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct Sighting {
    pub(crate) kind: SightingKind,
    pub(crate) on: NaiveDate,
    pub(crate) account: Option<String>,
    pub(crate) source: String,
    pub(crate) struck: Option<String>,
}

/// What was decided of the statutory status so far, for the form that decides anew.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Case")]
pub(crate) struct StatusesOfCase {
    pub(crate) status_decisions: Option<Vec<StatusDecision>>,
}

/// A decision on the statutory status.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct StatusDecision {
    pub(crate) status: StatutoryStatus,
    pub(crate) ground: Option<StatusGround>,
    pub(crate) from: NaiveDate,
    pub(crate) until: Option<NaiveDate>,
    pub(crate) source: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) by: String,
    pub(crate) at: DateTime<Utc>,
}

/// The case a form is about.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Case")]
pub(crate) struct Subject {
    pub(crate) reference: String,
    pub(crate) version: i32,
    pub(crate) state: CaseState,
    pub(crate) whereabouts: Option<Whereabouts>,
    pub(crate) risk: Option<Risk>,
    pub(crate) child: Child,
    pub(crate) officer: Option<Officer>,
    pub(crate) restriction: Option<Restriction>,
    pub(crate) readers: Option<Vec<Officer>>,
    #[cynic(spread)]
    pub(crate) may: CaseRights,
    pub(crate) sightings: Option<Vec<Sighting>>,
    pub(crate) referrals: Option<Vec<ReferralName>>,
    pub(crate) enquiries: Option<Vec<Enquiry>>,
    pub(crate) placements: Option<Vec<Placement>>,
    pub(crate) roll: Option<Vec<RemovalForForm>>,
    pub(crate) statutory_status: Option<StatutoryStatus>,
    pub(crate) service_route: Option<ServiceRoute>,
    pub(crate) proposed_outcome: Option<Outcome>,
    pub(crate) open_items: Option<Vec<String>>,
}
