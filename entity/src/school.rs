//! One school, from the national register.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::SchoolId;
use crate::vocabulary::SchoolStatus;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "school")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SchoolId,
    #[sea_orm(unique)]
    pub urn: String,
    pub la_code: String,
    pub establishment_number: Option<String>,
    pub name: String,
    pub name_key: String,
    /// The type of establishment, in the words of the register.
    pub kind: String,
    pub phase: String,
    pub status: SchoolStatus,
    pub opened_on: Option<Date>,
    pub closed_on: Option<Date>,
    pub low_age: Option<i32>,
    pub high_age: Option<i32>,
    pub address: String,
    pub postcode: Option<String>,
    pub phone: Option<String>,
    pub head_teacher: Option<String>,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
