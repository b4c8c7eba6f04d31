//! One outgoing mail, queued in the transaction that caused it.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::{MessageId, SchoolContactId};
use crate::vocabulary::MailKind;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "message")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MessageId,
    pub kind: MailKind,
    pub recipient: String,
    pub subject: String,
    pub body: String,
    pub created_at: DateTimeUtc,
    pub not_before: DateTimeUtc,
    /// How often it was claimed; whoever counts the next attempt first has it.
    pub attempts: i32,
    /// Until when a process is handing it over.
    pub claimed_until: Option<DateTimeUtc>,
    /// Since when it is tried, if somebody asked for it to be sent again; else since it was queued.
    pub tried_since: Option<DateTimeUtc>,
    /// From when on it is of no use, because its link no longer works.
    pub expires_at: Option<DateTimeUtc>,
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
