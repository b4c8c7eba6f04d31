//! Flags raised with the MASH, each with what holds it: one, and those at a stage.

use chrono::{DateTime, NaiveDate, Utc};
use cynic::Id;

use super::casework::{Child, TimelineEntry};
use super::clock::Clock;
use super::flag::Escalation;
use crate::schema;
use crate::vocabulary::{EscalationLevel, EscalationStage, MashDecision, MashRating, Risk};

/// The case that a flag is on.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Case")]
pub(crate) struct CaseOfFlag {
    pub(crate) reference: String,
    pub(crate) risk: Option<Risk>,
    pub(crate) child: Child,
}

/// The referral that a flag came with.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Referral")]
pub(crate) struct ReferralOfFlag {
    pub(crate) reference: String,
    pub(crate) risk: Option<Risk>,
    pub(crate) given_names: Option<String>,
    pub(crate) family_name: Option<String>,
    pub(crate) date_of_birth: Option<NaiveDate>,
    pub(crate) upn: Option<String>,
}

/// Which flag.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub(crate) struct FlagVars {
    pub(crate) id: Id,
}

/// One flag.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "FlagVars")]
pub(crate) struct OneFlag {
    #[arguments(id: $id)]
    pub(crate) escalation: Option<Flag>,
}

/// A flag with what it is on.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Escalation")]
pub(crate) struct Flag {
    #[cynic(spread)]
    pub(crate) told: Escalation,
    pub(crate) answered_by: Option<String>,
    pub(crate) history: Vec<TimelineEntry>,
    pub(crate) case: Option<CaseOfFlag>,
    pub(crate) referral: Option<ReferralOfFlag>,
}

/// Which stage.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub(crate) struct StageVars {
    pub(crate) stage: EscalationStage,
}

/// The flags at a stage.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "StageVars")]
pub(crate) struct AtStage {
    #[arguments(stage: $stage, first: 50)]
    pub(crate) escalations: Escalations,
}

/// Some flags, whether there are more, and when they stood so.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct Escalations {
    pub(crate) nodes: Vec<FlagRow>,
    pub(crate) more: bool,
    pub(crate) at: DateTime<Utc>,
}

/// A flag in a list.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Escalation")]
pub(crate) struct FlagRow {
    pub(crate) id: Id,
    pub(crate) level: EscalationLevel,
    pub(crate) raised_at: DateTime<Utc>,
    pub(crate) rating: Option<MashRating>,
    pub(crate) answered_at: Option<DateTime<Utc>>,
    pub(crate) decision: Option<MashDecision>,
    pub(crate) clocks: Vec<Clock>,
    pub(crate) case: Option<CaseOfFlag>,
    pub(crate) referral: Option<ReferralOfFlag>,
}

/// How many flags are at each stage.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query")]
pub(crate) struct Stages {
    pub(crate) escalation_counts: Vec<EscalationCount>,
}

/// How many flags are at one stage; 101 stands for more than 100.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct EscalationCount {
    pub(crate) stage: EscalationStage,
    pub(crate) count: i32,
}
