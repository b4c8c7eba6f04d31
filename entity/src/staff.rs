//! One staff account.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::StaffId;
use crate::vocabulary::StaffState;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "staff")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StaffId,
    pub name: String,
    #[sea_orm(unique)]
    pub email: String,
    /// Codes of `StaffRole`, with commas between.
    pub roles: String,
    pub state: StaffState,
    /// The number of times that all sessions had to end: a session of an earlier number is refused.
    pub epoch: i32,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub last_sign_in_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
