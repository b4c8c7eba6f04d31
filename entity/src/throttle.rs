//! One count of how often something was tried in a span of time. `id` is a keyed hash, so that it identifies nobody.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "throttle")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub count: i32,
    /// When the count starts anew, in milliseconds since 1970.
    pub resets_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
