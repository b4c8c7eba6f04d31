//! One browser session. `id` is a hash of what the cookie holds.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub data: String,
    pub created_at: DateTimeUtc,
    /// Whose it is, as events write it; nobody before they sign in.
    pub owner: Option<String>,
    /// What the browser calls itself, shortened.
    pub agent: String,
    pub seen_at: Option<DateTimeUtc>,
    pub expires_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
