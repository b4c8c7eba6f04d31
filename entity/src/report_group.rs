//! Anonymous reports of harm that came from one origin faster than single alerts can be read, in one span of time.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::ReportGroupId;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "report_group")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReportGroupId,
    /// A keyed hash, so that it names nobody.
    pub origin: String,
    /// Whether they came from one origin; else each came from another, and it was all of them together that were many.
    pub one_origin: bool,
    pub began_at: DateTimeUtc,
    pub ends_at: DateTimeUtc,
    /// How many were gathered.
    pub reports: i32,
    /// How many of them the last digest lists.
    pub listed: i32,
    pub digested_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
