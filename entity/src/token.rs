//! One bearer token of a partner agency or analyst, kept only as a hash.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::{AgencyId, TokenId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "token")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TokenId,
    pub agency_id: AgencyId,
    #[sea_orm(unique)]
    pub token_hash: String,
    /// Codes of `Scope`, by comma. None means nothing is allowed.
    pub scopes: String,
    pub purpose: String,
    /// The last day on which it is accepted.
    pub expires_on: Date,
    pub created_at: DateTimeUtc,
    pub revoked_at: Option<DateTimeUtc>,
    pub last_used_on: Option<Date>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
