//! One access note: who was shown what, or was refused it. A view of `access_subject` with its `access`, for reading.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::{AccessId, AccessNoteId};
use crate::vocabulary::{AccessAction, RefusalKind};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access_note")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AccessNoteId,
    pub access_id: AccessId,
    pub noted_at: DateTimeUtc,
    /// The viewer, in the form in which events store it, such as `staff:<id>`.
    pub viewer: String,
    pub action: AccessAction,
    /// The record that was shown or refused, such as `case:<id>`; never a name.
    pub subject: String,
    /// The guarded fields that were shown, with commas between; empty for a refusal.
    pub fields: String,
    /// The purpose that a partner agency stated.
    pub purpose: Option<String>,
    /// The internet address of the request; empty for a job.
    pub address: String,
    /// The search, the export or the refused request, in the words of whoever asked.
    pub detail: Option<String>,
    pub request_id: String,
    /// Why it was refused; `NULL` when it was shown.
    pub refusal: Option<RefusalKind>,
    /// The number of refusals that this row counts; 1 where each has its own row.
    pub times: i32,
    /// What one counting row is for: viewer, address, subject and hour. `NULL` where each refusal has its own row.
    pub span: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
