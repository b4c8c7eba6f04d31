//! One link mailed to a member of staff. The token is kept only as a hash.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::StaffId;
use crate::vocabulary::StaffLinkPurpose;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "staff_link")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_hash: String,
    pub staff_id: StaffId,
    pub purpose: StaffLinkPurpose,
    pub created_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub used_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
