//! One placement of a case's child.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::{CaseId, PlacementId, SchoolId};
use crate::vocabulary::PlacementKind;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "placement")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PlacementId,
    pub case_id: CaseId,
    pub kind: PlacementKind,
    pub provider: String,
    pub school_id: Option<SchoolId>,
    pub starts_on: Date,
    pub recorded_at: DateTimeUtc,
    /// The first day the child attended, once that is confirmed: until then the place is an offer.
    pub attended_on: Option<Date>,
    /// The first day on which the child had it no more; `NULL` while it lasts.
    pub ended_on: Option<Date>,
    /// The day on which the school's new-pupil return came, or it was noted that none is owed.
    pub returned_on: Option<Date>,
}

impl ActiveModelBehavior for ActiveModel {}
