//! One draft referral. It belongs to the school, whichever contact began it. `answers` holds what was typed, as JSON.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::{DraftId, ReferralId, SchoolContactId, SchoolId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "draft")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DraftId,
    pub school_id: SchoolId,
    pub contact_id: SchoolContactId,
    pub answers: String,
    /// The referral that it became; from then on the draft cannot be changed.
    pub referral_id: Option<ReferralId>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
