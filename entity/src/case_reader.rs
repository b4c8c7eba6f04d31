//! One reader of a restricted case.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::{CaseId, CaseReaderId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "case_reader")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CaseReaderId,
    pub case_id: CaseId,
    pub staff_id: StaffId,
    pub since: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
