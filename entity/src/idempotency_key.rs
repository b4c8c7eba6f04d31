//! One idempotency key, of a form or of a change through the API, that had its effect. `id` is a keyed hash of the
//! sender, the target and the key.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_key")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub body_hash: String,
    /// The answer that was given, as JSON.
    pub answer: Option<String>,
    pub done_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
