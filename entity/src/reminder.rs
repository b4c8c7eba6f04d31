//! That an address was told how far a clock had run, so that nobody is told twice.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::vocabulary::{ClockKind, Rung};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reminder")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: ClockKind,
    #[sea_orm(primary_key, auto_increment = false)]
    pub item: Uuid,
    /// The first moment at which the clock was late, as it stood then: a clock that is moved is told of anew.
    #[sea_orm(primary_key, auto_increment = false)]
    pub late_at: DateTimeUtc,
    #[sea_orm(primary_key, auto_increment = false)]
    pub rung: Rung,
    #[sea_orm(primary_key, auto_increment = false)]
    pub told_to: String,
    pub told_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
