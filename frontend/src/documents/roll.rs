//! A child's name on a school's roll: the grounds for removing it, the matters of a case, and what a school sees of its
//! own.

use chrono::NaiveDate;
use cynic::Id;

use super::absence::SchoolDays;
use crate::schema;
use crate::vocabulary::{
    EnquiryKind, JointEnquiryOutcome, RemovalCondition, RemovalDecision, RemovalFollows, RemovalGround, RemovalLack,
    SchoolEnquiryKind,
};

/// A ground, and what it asks.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct GroundForRemoval {
    pub(crate) ground: RemovalGround,
    pub(crate) conditions: Vec<RemovalCondition>,
    pub(crate) since_called: Option<String>,
    pub(crate) asks_codes: bool,
    pub(crate) joint_enquiry: bool,
    pub(crate) follows: RemovalFollows,
}

/// What stands in the way.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct RemovalLacks {
    pub(crate) lack: RemovalLack,
    pub(crate) text: String,
}

/// The joint enquiry.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct JointEnquiry {
    pub(crate) authority: Vec<EnquiryKind>,
    pub(crate) school: Vec<SchoolEnquiryKind>,
    pub(crate) outcome: JointEnquiryOutcome,
    pub(crate) note: String,
    pub(crate) on: NaiveDate,
}

/// The authority's view.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct DecisionOnRemoval {
    pub(crate) decision: RemovalDecision,
    pub(crate) from: Option<NaiveDate>,
    pub(crate) reason: String,
    pub(crate) on: NaiveDate,
}

/// One thing that a deletion return gives.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct ReturnedValue {
    pub(crate) label: String,
    pub(crate) known: Option<String>,
    pub(crate) not_obtained: Option<String>,
}

/// The other or new school of which a return tells.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct NewSchool {
    pub(crate) name: String,
    pub(crate) starts_on: Option<NaiveDate>,
}

/// The school whose roll it is.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "School")]
pub(crate) struct RollOf {
    pub(crate) name: String,
}

/// A matter as an officer sees it.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "as `Removal` in schema.graphql has it")]
pub(crate) struct Removal {
    pub(crate) id: Id,
    pub(crate) ground: RemovalGround,
    pub(crate) school: Option<RollOf>,
    pub(crate) proposed_on: NaiveDate,
    pub(crate) by_school: bool,
    pub(crate) conditions: Vec<RemovalCondition>,
    pub(crate) since: Option<NaiveDate>,
    pub(crate) since_called: Option<String>,
    pub(crate) codes: Vec<String>,
    pub(crate) tried: Vec<SchoolEnquiryKind>,
    pub(crate) note: String,
    pub(crate) standing: String,
    pub(crate) lacks: Vec<RemovalLacks>,
    pub(crate) school_days: Option<SchoolDays>,
    pub(crate) answer_due_on: NaiveDate,
    pub(crate) return_due_on: Option<NaiveDate>,
    pub(crate) joint_enquiry: Option<JointEnquiry>,
    pub(crate) decision: Option<DecisionOnRemoval>,
    pub(crate) withdrawn: Option<String>,
    pub(crate) effect: Option<String>,
    pub(crate) returned: Vec<ReturnedValue>,
    pub(crate) new_school: Option<NewSchool>,
    pub(crate) tells_of_move: bool,
    pub(crate) returns_to: Option<String>,
    pub(crate) may_withdraw: bool,
    pub(crate) may_enquire: bool,
    pub(crate) may_decide: bool,
    pub(crate) may_remove: bool,
}

/// A matter as a form about it needs it.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Removal")]
pub(crate) struct RemovalForForm {
    pub(crate) id: Id,
    pub(crate) ground: RemovalGround,
    pub(crate) school: Option<RollOf>,
    pub(crate) proposed_on: NaiveDate,
    pub(crate) standing: String,
    pub(crate) lacks: Vec<RemovalLacks>,
    pub(crate) joint_enquiry: Option<JointEnquiry>,
    pub(crate) tried: Vec<SchoolEnquiryKind>,
    pub(crate) new_school: Option<NewSchool>,
    pub(crate) returns_to: Option<String>,
    pub(crate) may_withdraw: bool,
    pub(crate) may_enquire: bool,
    pub(crate) may_decide: bool,
}

/// A proposal of the viewer's own school.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct SchoolRemoval {
    pub(crate) id: Id,
    pub(crate) ground: RemovalGround,
    pub(crate) proposed_on: NaiveDate,
    pub(crate) standing: String,
    pub(crate) lacks: Vec<RemovalLacks>,
    pub(crate) school_days: Option<SchoolDays>,
    pub(crate) answer_due_on: NaiveDate,
    pub(crate) return_due_on: Option<NaiveDate>,
    pub(crate) decision: Option<DecisionOnRemoval>,
    pub(crate) withdrawn: Option<String>,
    pub(crate) open: bool,
}

/// A new pupil of the viewer's school.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct NewPupil {
    pub(crate) id: Id,
    pub(crate) given_names: String,
    pub(crate) family_name: String,
    pub(crate) attended_on: NaiveDate,
    pub(crate) due_on: Option<NaiveDate>,
}

/// The new pupils for whom a return is owed.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query")]
pub(crate) struct NewPupils {
    pub(crate) new_pupils: Vec<NewPupil>,
}

/// What a school sees of its own roll.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct SchoolRoll {
    pub(crate) removals: Vec<SchoolRemoval>,
    pub(crate) may_propose: bool,
    pub(crate) returns_to: Option<String>,
}
