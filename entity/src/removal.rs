//! A proposal to remove the name of a case's child from a school's roll, and what became of it.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::{CaseId, RemovalId, SchoolId};
use crate::vocabulary::{RemovalGround, RollRegime};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "removal")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RemovalId,
    pub case_id: CaseId,
    pub school_id: SchoolId,
    pub ground: RemovalGround,
    pub regime: RollRegime,
    pub proposed_on: Date,
    /// The day on which the name was removed; `NULL` while it stands.
    pub removed_on: Option<Date>,
    /// The whole matter as JSON: proposal, joint enquiry, decision and deletion return.
    pub matter: String,
}

impl ActiveModelBehavior for ActiveModel {}
