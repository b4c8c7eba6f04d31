//! A browser that a member of staff has signed in from with all their factors. `id` is a hash of what its cookie holds and
//! of whose account it knows, so one browser can be known to several.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::StaffId;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "known_device")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub staff_id: StaffId,
    /// That of the account when the device became known; it is known no longer once the account has another.
    pub epoch: i32,
    pub expires_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
