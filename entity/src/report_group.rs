//! One group of anonymous reports of harm that came faster than single alerts can be read, in one span of time.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::ReportGroupId;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "report_group")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReportGroupId,
    /// A keyed hash of the internet address, so that it identifies nobody.
    pub origin: String,
    /// Whether they came from one internet address. Otherwise they came from many, and were too many together.
    pub one_origin: bool,
    pub began_at: DateTimeUtc,
    pub ends_at: DateTimeUtc,
    /// The number of reports in the group.
    pub reports: i32,
    /// The number of them in the last digest.
    pub listed: i32,
    pub digested_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
