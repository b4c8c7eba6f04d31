//! One bearer token of a client, kept only as a hash.
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
    /// The last day on which it is accepted.
    pub expires_on: Date,
    pub created_at: DateTimeUtc,
    /// Set when another took its place: accepted until then.
    pub ends_at: Option<DateTimeUtc>,
    pub revoked_at: Option<DateTimeUtc>,
    pub last_used_on: Option<Date>,
    /// When its agency was told that it expires.
    pub warned_on: Option<Date>,
}

impl ActiveModelBehavior for ActiveModel {}
