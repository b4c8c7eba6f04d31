//! A judgement that a record is not of the child of a referral.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::{JudgementId, ReferralId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "judgement")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: JudgementId,
    /// The referral in whose stream the fact stands.
    pub referral_id: ReferralId,
    /// The id of the other record: a child on file, or another referral.
    pub other: Uuid,
    /// What was compared of the referral, as a digest.
    pub own_digest: String,
    /// What was compared of the other record, as a digest.
    pub other_digest: String,
    pub staff_id: StaffId,
    pub at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
