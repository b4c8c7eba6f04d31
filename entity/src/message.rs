//! One outgoing mail, queued in the transaction that caused it.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::{MessageId, SchoolContactId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "message")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MessageId,
    pub recipient: String,
    pub subject: String,
    pub body: String,
    pub created_at: DateTimeUtc,
    pub not_before: DateTimeUtc,
    pub attempts: i32,
    pub sent_at: Option<DateTimeUtc>,
    /// The approval it is for, which must still hold when it leaves.
    pub contact_id: Option<SchoolContactId>,
    /// Whether the text signs somebody in, so that it is blanked once it has left.
    pub secret: bool,
    /// Why it could not be delivered; never personal.
    pub fault: Option<String>,
    /// Set when delivery was given up.
    pub failed_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
