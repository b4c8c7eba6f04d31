//! What one request did to some records: showed, disclosed, searched, exported or refused them. Its subjects are rows of
//! `access_subject`; both are stored before the answer leaves.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::AccessId;
use crate::vocabulary::{AccessAction, RefusalKind};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AccessId,
    pub noted_at: DateTimeUtc,
    /// The viewer, in the form in which events store it, such as `staff:<id>`.
    pub viewer: String,
    pub action: AccessAction,
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
    #[sea_orm(unique)]
    pub span: Option<String>,
    /// The seal that covers it; `NULL` until one is made.
    pub seal: Option<i32>,
}

impl ActiveModelBehavior for ActiveModel {}
