//! Flags raised with the MASH: one, those at a stage, and one as a form is about it.

use chrono::{DateTime, NaiveDate, Utc};
use cynic::Id;

use super::casework::{Child, Officer};
use super::clock::Clock;
use crate::schema;
use crate::vocabulary::{AcknowledgedBy, Channel, EscalationLevel, EscalationStage, MashDecision, MashRating, Risk};

/// A flag.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct Escalation {
    pub(crate) id: Id,
    pub(crate) level: EscalationLevel,
    pub(crate) concern: String,
    pub(crate) rationale: String,
    pub(crate) raised_at: DateTime<Utc>,
    pub(crate) stage: EscalationStage,
    pub(crate) acknowledgement: Option<Acknowledgement>,
    pub(crate) rating: Option<MashRating>,
    pub(crate) rating_reason: Option<String>,
    pub(crate) lowering: Option<Lowering>,
    pub(crate) answered_at: Option<DateTime<Utc>>,
    pub(crate) decision: Option<MashDecision>,
    pub(crate) mash_reference: Option<String>,
    pub(crate) answer: Option<String>,
    pub(crate) relayed: Option<Relayed>,
    pub(crate) alert: Option<AlertDelivery>,
    pub(crate) clocks: Vec<Clock>,
    #[cynic(spread)]
    pub(crate) may: EscalationRights,
}

/// What the viewer may do with a flag now.
#[derive(cynic::QueryFragment, Clone, Copy, Debug)]
#[cynic(graphql_type = "Escalation")]
#[expect(clippy::struct_field_names, reason = "as `Escalation` in schema.graphql names them")]
pub(crate) struct EscalationRights {
    pub(crate) may_acknowledge: bool,
    pub(crate) may_rate: bool,
    pub(crate) may_answer: bool,
    pub(crate) may_confirm: bool,
}

/// That the MASH has a flag.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct Acknowledgement {
    pub(crate) at: DateTime<Utc>,
    pub(crate) by: AcknowledgedBy,
    pub(crate) name: Option<String>,
}

/// A lower rating that waits for a second person.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct Lowering {
    pub(crate) rating: MashRating,
    pub(crate) reason: Option<String>,
    pub(crate) by: Option<Officer>,
}

/// That somebody else recorded what the MASH had said.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct Relayed {
    pub(crate) said_by: String,
    pub(crate) said_on: NaiveDate,
    pub(crate) channel: Channel,
    pub(crate) by: Option<Officer>,
    pub(crate) confirmed_at: Option<DateTime<Utc>>,
}

/// How far the alert has got.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct AlertDelivery {
    pub(crate) queued_at: DateTime<Utc>,
    pub(crate) sent_at: Option<DateTime<Utc>>,
    pub(crate) in_trouble: bool,
}

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
    pub(crate) flag: Escalation,
    pub(crate) speaks_for_mash: bool,
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
