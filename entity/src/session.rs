//! One browser session. `id` is a hash of its cookie.
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
    /// The viewer, in the form in which events store it; `NULL` before they sign in.
    pub owner: Option<String>,
    /// The browser's user agent, shortened.
    pub agent: String,
    pub seen_at: Option<DateTimeUtc>,
    pub expires_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
