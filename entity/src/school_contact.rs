//! One approved school contact: an email address for one school. The approval is the security boundary of the portal.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::{SchoolContactId, SchoolId};
use crate::vocabulary::{ContactKind, ContactState};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "school_contact")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SchoolContactId,
    pub school_id: SchoolId,
    pub name: String,
    pub name_key: String,
    pub job: String,
    /// The address in canonical form, in which it is compared exactly.
    pub email: String,
    pub kind: ContactKind,
    pub state: ContactState,
    /// Why they are suspended; `NULL` while they are not.
    pub reason: Option<String>,
    /// When somebody last vouched for it by a confirmation, a reinstatement or a change of address; `NULL` since the
    /// approval alone.
    pub confirmed_at: Option<DateTimeUtc>,
    /// When they were last asked whether they still work at the school.
    pub asked_at: Option<DateTimeUtc>,
    /// When they were reminded of that question.
    pub reminded_at: Option<DateTimeUtc>,
    /// The number of times that all sessions had to end: a session of an earlier number is refused.
    pub epoch: i32,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
