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
    /// What its agreement allows it to ask for.
    pub purpose: String,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
