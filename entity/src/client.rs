//! One program of a partner agency, working under one agreement.
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
    /// Codes of `Scope`, by comma. None means nothing is allowed.
    pub scopes: String,
    /// Codes of `SharedField`, by comma. None means nothing is shown.
    pub fields: String,
    pub per_minute: i32,
    pub per_day: i32,
    /// Address ranges, by comma. None means any, and a new one pauses the client.
    pub networks: String,
    pub paused_at: Option<DateTimeUtc>,
    pub pause_reason: Option<String>,
    pub disabled_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
