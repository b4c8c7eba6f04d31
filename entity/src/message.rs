//! One mail in the outbox, queued in the transaction that caused it.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::{EscalationId, MessageId, SchoolContactId};
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
    /// The number of times a process has claimed it. The claim succeeds only for the process that raises this first.
    pub attempts: i32,
    /// Until when the claim of a process holds, while it hands the mail to the server.
    pub claimed_until: Option<DateTimeUtc>,
    /// Since when it is being tried, if staff had it sent again; `NULL` means since it was queued.
    pub tried_since: Option<DateTimeUtc>,
    /// When its link stops working, after which the mail is not sent.
    pub expires_at: Option<DateTimeUtc>,
    pub sent_at: Option<DateTimeUtc>,
    /// The school contact it is for, who must still be approved when it is sent.
    pub contact_id: Option<SchoolContactId>,
    /// The flag of which it alerts the MASH; `NULL` for every other mail.
    pub escalation_id: Option<EscalationId>,
    /// Whether the text lets somebody sign in. Such a text is deleted once the mail is sent or given up.
    pub secret: bool,
    /// Why it could not be delivered, without personal data.
    pub fault: Option<String>,
    /// Since when it is held: the database was restored, and nobody has said yet that it may leave.
    pub held_at: Option<DateTimeUtc>,
    /// When it was given up.
    pub failed_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
