//! One key under which a child on file is looked up; made from the row of the child.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::ChildId;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "child_key")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub child_id: ChildId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// The date of birth of the child, here so that one index serves key and date.
    pub date_of_birth: Option<Date>,
}

impl ActiveModelBehavior for ActiveModel {}
