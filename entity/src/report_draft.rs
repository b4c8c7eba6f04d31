//! One public report that is being written, or was sent lately. `id` is a hash of the secret in the addresses of its
//! pages, `holder` a hash of the browser's cookie; only both together find it.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "report_draft")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub holder: String,
    /// What was typed, as JSON; emptied once the report is sent.
    pub answers: String,
    /// The idempotency key, by which it is one report however often it is sent.
    pub key: String,
    /// Whether sending has begun. The report may then have arrived, so its answers can no longer be changed.
    pub sending: bool,
    /// The reference of the report; `NULL` until it is sent.
    pub reference: Option<String>,
    /// For a report that was held, the time until which reports were held; `NULL` otherwise.
    pub held_until: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub used_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
