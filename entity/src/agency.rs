//! One partner agency.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::AgencyId;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agency")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AgencyId,
    #[sea_orm(unique)]
    pub name: String,
    /// The address for mails about its tokens and agreements, canonical; empty when not known.
    pub email: String,
    pub created_at: DateTimeUtc,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
