//! One client: a program of a partner agency, working under one agreement.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::{AgencyId, AgreementId, ClientId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "client")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ClientId,
    pub agency_id: AgencyId,
    pub agreement_id: AgreementId,
    pub name: String,
    /// Codes of `Scope`, with commas between; empty allows nothing.
    pub scopes: String,
    /// Codes of `SharedField`, with commas between; empty shows nothing beyond that a child is known.
    pub fields: String,
    pub per_minute: i32,
    pub per_day: i32,
    /// Address ranges, with commas between. Empty allows any: the first network it calls from is stored, and another
    /// one later pauses the client.
    pub networks: String,
    pub paused_at: Option<DateTimeUtc>,
    pub pause_reason: Option<String>,
    pub disabled_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
