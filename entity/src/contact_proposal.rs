//! One proposal about a school contact: by a head teacher about their school, or by an officer about any, for somebody
//! else to decide.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::{ContactProposalId, SchoolContactId, SchoolId, StaffId};
use crate::vocabulary::{ProposalKind, ProposalState};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contact_proposal")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ContactProposalId,
    pub school_id: SchoolId,
    /// The head teacher who made it, as a contact; `NULL` when an officer did.
    pub proposed_by: Option<SchoolContactId>,
    /// The officer who made it; `NULL` when a head teacher did.
    pub proposed_by_staff: Option<StaffId>,
    /// The contact it is about; `NULL` when it adds one.
    pub contact_id: Option<SchoolContactId>,
    pub kind: ProposalKind,
    pub name: Option<String>,
    pub job: Option<String>,
    pub email: Option<String>,
    pub note: Option<String>,
    pub state: ProposalState,
    /// Why it was declined; `NULL` unless it was.
    pub reason: Option<String>,
    pub proposed_at: DateTimeUtc,
    pub decided_at: Option<DateTimeUtc>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
