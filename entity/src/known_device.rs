//! A browser that somebody has signed in from: a member of staff with all their factors, a school contact by link. `id` is a hash of what its cookie holds and
//! of whose account it knows, so one browser can be known to several.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "known_device")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The member of staff or the school contact.
    pub account: Uuid,
    /// That of the account when the device became known; it is known no longer once the account has another.
    pub epoch: i32,
    pub expires_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
