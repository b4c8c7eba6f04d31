//! One breaking of the glass: a member of staff may read a restricted case without being one of its readers.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::{BreakGlassId, CaseId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "break_glass")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BreakGlassId,
    pub case_id: CaseId,
    pub staff_id: StaffId,
    pub reason: String,
    pub began_at: DateTimeUtc,
    pub ends_at: DateTimeUtc,
    pub reviewed_at: Option<DateTimeUtc>,
    pub reviewed_by: Option<StaffId>,
    /// What the review came to; `NULL` until then.
    pub finding: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
