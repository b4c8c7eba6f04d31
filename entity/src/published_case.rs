//! A case as the counts that analysts read have it. It trails the case itself, because changes are published for ten
//! cases together; see `backend::domain::statistics`. Holds nothing that cannot be made again from the cases.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::CaseId;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "published_case")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub case_id: CaseId,
    /// Null when it is counted as closed, as are the others. Codes as the API spells them.
    pub state: Option<String>,
    pub whereabouts: Option<String>,
    pub statutory_status: Option<String>,
    pub sex: Option<String>,
    pub year_group: Option<String>,
    pub duration: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
