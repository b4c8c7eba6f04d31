//! One access note: who was shown what, or was refused it. Written before the answer leaves.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::AccessNoteId;
use crate::vocabulary::{AccessAction, RefusalKind};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access_note")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AccessNoteId,
    pub noted_at: DateTimeUtc,
    /// The viewer as events write it, such as `staff:<id>`.
    pub viewer: String,
    pub action: AccessAction,
    /// What was shown, such as `case:<id>`; never a name.
    pub subject: String,
    /// The guarded fields that were shown, by comma.
    pub fields: String,
    /// The purpose a partner gave.
    pub purpose: Option<String>,
    /// The address it was asked from; empty for a job.
    pub address: String,
    /// What was searched for, exported or refused, in the words of whoever asked.
    pub detail: Option<String>,
    pub request_id: String,
    /// Why it was refused; none if it was not.
    pub refusal: Option<RefusalKind>,
    /// How often, where refusals are counted in one row.
    pub times: i32,
    /// What one row counts: a viewer, an address, a subject and an hour; none where every refusal has a row.
    #[sea_orm(unique)]
    pub span: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
