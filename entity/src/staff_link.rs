//! One link mailed to a member of staff, or made for nobody, because an unknown address takes the same path. Its token
//! is stored only as a hash.
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
    /// The hash of the cookie of the browser that asked; empty for an invitation, for which no browser asked.
    pub browser_hash: String,
    /// The keyed hash of the code, which any other browser must enter.
    pub code_hash: String,
    /// The number of codes tried.
    pub tries: i32,
    /// Whether a device on which the account is known asked for it: then a request from an unknown device does not end
    /// it.
    pub known: bool,
}

impl ActiveModelBehavior for ActiveModel {}
