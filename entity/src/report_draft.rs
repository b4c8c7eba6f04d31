//! One report that somebody is writing, or sent lately. `id` is a hash of what the addresses of its pages hold, `holder`
//! one of what the browser's cookie holds; only both together find it.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "report_draft")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub holder: String,
    /// What was typed, JSON; nothing any more once it was sent.
    pub answers: String,
    /// Makes it one report, however often it is sent.
    pub key: String,
    /// Whether sending has begun, so that it may have arrived: from then on the answers stand.
    pub sending: bool,
    /// Set once it was sent.
    pub reference: Option<String>,
    /// Where it was held because too many came at once: until when that was so.
    pub held_until: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub used_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
