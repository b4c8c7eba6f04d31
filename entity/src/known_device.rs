//! One browser from which somebody has signed in: a member of staff with all factors, or a school contact by link. `id`
//! is a hash of its cookie and the account, so one browser can be known to several accounts.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "known_device")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The id of the member of staff or of the school contact.
    pub account: Uuid,
    /// The epoch of the account when the device became known. Once the account has another epoch, the device is not
    /// known any more.
    pub epoch: i32,
    pub expires_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
