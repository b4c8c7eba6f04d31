//! One unsent referral, kept for the school whoever of its contacts began it. `answers` is what was typed.
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
    /// Set once it is sent, from when it is read-only.
    pub referral_id: Option<ReferralId>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
