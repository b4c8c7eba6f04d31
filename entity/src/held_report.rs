//! One held report: it came too fast to be taken in at once, and is kept until an officer has settled it.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::{HeldReportId, ReferralId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "held_report")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: HeldReportId,
    #[sea_orm(unique)]
    pub key: String,
    #[sea_orm(unique)]
    pub reference: String,
    /// What was typed, as JSON.
    pub answers: String,
    pub received_at: DateTimeUtc,
    pub settled_at: Option<DateTimeUtc>,
    pub settled_by: Option<StaffId>,
    /// The referral that it became; `NULL` while it is held and when it was put aside.
    pub referral_id: Option<ReferralId>,
}

impl ActiveModelBehavior for ActiveModel {}
