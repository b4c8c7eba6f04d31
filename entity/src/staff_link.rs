//! One link mailed to a member of staff, or made for nobody because an unknown address takes the same path. The token is
//! kept only as a hash.
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
    /// Hash of what the cookie of the asking browser holds; empty for an invitation, which no browser asked for.
    pub browser_hash: String,
    /// Keyed hash of the code, for any other browser.
    pub code_hash: String,
    /// How many codes were tried.
    pub tries: i32,
    /// Whether a device that knows the account asked for it: then no stranger's request ends it.
    pub known: bool,
}

impl ActiveModelBehavior for ActiveModel {}
