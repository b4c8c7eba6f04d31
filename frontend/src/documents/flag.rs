//! A flag raised with the MASH, as it is shown on every page.

use chrono::{DateTime, NaiveDate, Utc};
use cynic::Id;

use super::clock::Clock;
use crate::schema;
use crate::vocabulary::{AcknowledgedBy, Channel, EscalationLevel, EscalationStage, MashDecision, MashRating};

/// A member of staff, by name.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "StaffMember")]
pub(crate) struct Person {
    pub(crate) name: String,
}

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
    pub(crate) speaks_for_mash: bool,
    #[cynic(spread)]
    pub(crate) may: EscalationRights,
}

/// What the viewer may do with a flag now.
#[derive(cynic::QueryFragment, Clone, Copy, Debug)]
#[cynic(graphql_type = "Escalation")]
#[expect(clippy::struct_excessive_bools, reason = "rights that do not hang together")]
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
    pub(crate) by: Option<Person>,
    pub(crate) at: Option<DateTime<Utc>>,
}

/// That somebody else recorded what the MASH had said.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct Relayed {
    pub(crate) said_by: String,
    pub(crate) said_on: NaiveDate,
    pub(crate) channel: Channel,
    pub(crate) by: Option<Person>,
    pub(crate) confirmed_at: Option<DateTime<Utc>>,
}

/// How far the alert has got.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct AlertDelivery {
    pub(crate) queued_at: DateTime<Utc>,
    pub(crate) sent_at: Option<DateTime<Utc>>,
    pub(crate) in_trouble: bool,
}
