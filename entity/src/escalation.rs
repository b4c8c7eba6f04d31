//! One flag raised with the MASH.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::{CaseId, EscalationId};
use crate::vocabulary::{EscalationLevel, MashDecision};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "escalation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EscalationId,
    pub case_id: CaseId,
    pub level: EscalationLevel,
    pub concern: String,
    pub rationale: String,
    pub raised_at: DateTimeUtc,
    pub answered_at: Option<DateTimeUtc>,
    pub decision: Option<MashDecision>,
    pub mash_reference: Option<String>,
    pub answer: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
