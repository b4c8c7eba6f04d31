//! A span of days in which a case was open and everything that is counted of it was the same, by what is known today.
//! A day belongs to at most one span of a case.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::case;
use crate::id::CaseId;
use crate::vocabulary::{CaseState, ServiceRoute, StatutoryStatus, Whereabouts};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "case_span")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub case_id: CaseId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub from_on: Date,
    /// The first day that is not part of it; `NULL` while it lasts.
    pub until_on: Option<Date>,
    pub state: CaseState,
    pub whereabouts: Whereabouts,
    pub statutory_status: StatutoryStatus,
    pub service_route: ServiceRoute,
    /// The day from which the child was missing education without a break; `NULL` unless the status says so.
    pub missing_since: Option<Date>,
}

impl Related<case::Entity> for Entity {
    fn to() -> RelationDef {
        Entity::belongs_to(case::Entity).from(Column::CaseId).to(case::Column::Id).into()
    }
}

impl ActiveModelBehavior for ActiveModel {}
