//! One case in the published counts. It trails the case itself, because changes are published for ten cases together;
//! see `backend::domain::statistics`.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::CaseId;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "published_case")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub case_id: CaseId,
    /// The codes as the API spells them. All six are `NULL` once the published counts have the case as closed.
    pub state: Option<String>,
    pub whereabouts: Option<String>,
    pub statutory_status: Option<String>,
    pub sex: Option<String>,
    pub year_group: Option<String>,
    pub duration: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
