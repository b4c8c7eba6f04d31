//! What a head teacher proposes to change about the contacts of their school, or an officer about any, for a second person
//! to decide.
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
    /// The head teacher who proposes; nobody when an officer does.
    pub proposed_by: Option<SchoolContactId>,
    /// The officer who proposes; nobody when a head teacher does.
    pub proposed_by_staff: Option<StaffId>,
    /// Whom it is about; nobody when it adds one.
    pub contact_id: Option<SchoolContactId>,
    pub kind: ProposalKind,
    pub name: Option<String>,
    pub job: Option<String>,
    pub email: Option<String>,
    pub note: Option<String>,
    pub state: ProposalState,
    /// Why it was declined.
    pub reason: Option<String>,
    pub proposed_at: DateTimeUtc,
    pub decided_at: Option<DateTimeUtc>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
