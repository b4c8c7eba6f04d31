//! One stored event. What it says is never changed. `digest` chains each event to the one before it in its
//! stream.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::EventId;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EventId,
    pub stream_kind: String,
    pub stream: Uuid,
    pub seq: i32,
    pub recorded_at: DateTimeUtc,
    pub actor: String,
    pub kind: String,
    pub payload: String,
    /// The keyed digest of all of this and of the fact before it in its stream.
    pub digest: String,
    /// The seal that covers it; `NULL` until one is made, which is the only change of a row.
    pub seal: Option<i32>,
}

impl ActiveModelBehavior for ActiveModel {}
