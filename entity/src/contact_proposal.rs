//! What a head teacher proposes to change about the contacts of their school.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::{ContactProposalId, SchoolContactId, SchoolId};
use crate::vocabulary::{ProposalKind, ProposalState};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contact_proposal")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ContactProposalId,
    pub school_id: SchoolId,
    pub proposed_by: SchoolContactId,
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
