//! The key of a form, or of a change through the API, that had its effect. `id` is a keyed hash of who sent it, where to and under which key.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_key")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub body_hash: String,
    /// What was answered, JSON.
    pub answer: Option<String>,
    pub done_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
