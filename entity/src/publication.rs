//! One day at whose beginning the published counts were compared with the cases.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "publication")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: Date,
    /// Whether the published counts changed: enough cases had changed alike.
    pub changed: bool,
}

impl ActiveModelBehavior for ActiveModel {}
