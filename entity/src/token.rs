//! One token of a client, stored only as a hash.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::{ClientId, TokenId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "token")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TokenId,
    pub client_id: ClientId,
    #[sea_orm(unique)]
    pub token_hash: String,
    /// The last day on which it is accepted, unless it ends earlier.
    pub expires_on: Date,
    pub created_at: DateTimeUtc,
    /// When it stops being accepted because another replaced it; `NULL` when none did.
    pub ends_at: Option<DateTimeUtc>,
    pub revoked_at: Option<DateTimeUtc>,
    pub last_used_on: Option<Date>,
    /// The day on which the agency was warned that it ends.
    pub warned_on: Option<Date>,
}

impl ActiveModelBehavior for ActiveModel {}
