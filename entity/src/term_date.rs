//! One span of term dates, of a school or, without `school_id`, of the authority.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::{SchoolId, TermDateId};
use crate::vocabulary::TermDateKind;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "term_date")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TermDateId,
    pub academic_year: String,
    pub school_id: Option<SchoolId>,
    pub starts_on: Date,
    pub ends_on: Date,
    pub kind: TermDateKind,
    pub source: String,
}

impl ActiveModelBehavior for ActiveModel {}
