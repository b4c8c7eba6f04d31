//! One flag raised with the MASH.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::{CaseId, EscalationId, ReferralId, StaffId};
use crate::vocabulary::{AcknowledgedBy, Channel, EscalationLevel, EscalationStage, MashDecision, MashRating};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "escalation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EscalationId,
    /// The case it is on; `NULL` while no case took up the referral that it came with.
    pub case_id: Option<CaseId>,
    /// The referral that it came with; `NULL` for one that somebody raised on a case.
    pub referral_id: Option<ReferralId>,
    pub level: EscalationLevel,
    pub stage: EscalationStage,
    /// Its place among those that wait: the lower, the more urgent.
    pub urgency: i32,
    pub concern: String,
    pub rationale: String,
    pub raised_at: DateTimeUtc,
    pub answered_at: Option<DateTimeUtc>,
    pub decision: Option<MashDecision>,
    pub mash_reference: Option<String>,
    pub answer: Option<String>,
    pub acknowledged_at: Option<DateTimeUtc>,
    pub acknowledged_by: Option<AcknowledgedBy>,
    /// Who acknowledged it, where somebody else recorded that.
    pub acknowledged_name: Option<String>,
    pub rating: Option<MashRating>,
    pub rated_at: Option<DateTimeUtc>,
    pub rating_reason: Option<String>,
    /// The lower rating that waits for a second person.
    pub lowering: Option<MashRating>,
    pub lowering_reason: Option<String>,
    /// Who proposed the lower rating; `NULL` for the system of the MASH.
    pub lowering_by: Option<StaffId>,
    /// Who at the MASH said the answer; `NULL` for an answer that the MASH recorded itself.
    pub said_by: Option<String>,
    pub said_on: Option<Date>,
    pub channel: Option<Channel>,
    /// Who recorded what the MASH had said.
    pub relayed_by: Option<StaffId>,
    /// When the MASH or a manager confirmed the relayed answer.
    pub confirmed_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
