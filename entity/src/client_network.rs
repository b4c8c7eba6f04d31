//! An address range that a client without named ranges has called from.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::{ClientId, ClientNetworkId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "client_network")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ClientNetworkId,
    pub client_id: ClientId,
    pub network: String,
    pub first_seen_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
