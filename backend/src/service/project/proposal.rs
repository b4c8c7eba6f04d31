//! The row of a proposal about a school contact.

use entity::contact_proposal;
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, EntityTrait};

use super::{Change, Project, replace};
use crate::context::OpContext;
use crate::domain::proposal::{Proposal, ProposedChange, Proposer};
use crate::error::Error;

impl Project for Proposal {
    type Besides = ();

    async fn project(_: &OpContext, txn: &DatabaseTransaction, change: &Change<'_, Self>, (): ()) -> Result<(), Error> {
        let (after, row) = (change.after, proposal_row(change.after));
        let Some(before) = change.before else {
            contact_proposal::Entity::insert(row).exec_without_returning(txn).await?;
            return Ok(());
        };
        let at = Condition::all()
            .add(contact_proposal::Column::Id.eq(after.id))
            .add(contact_proposal::Column::Version.eq(before.version));
        replace(txn, row, at).await
    }
}

/// The row of a proposal.
pub(in crate::service) fn proposal_row(after: &Proposal) -> contact_proposal::ActiveModel {
    let (name, job, email) = match &after.change {
        ProposedChange::Add { name, job, email } => (Some(name), Some(job), Some(email)),
        ProposedChange::ChangeEmail { email, .. } => (None, None, Some(email)),
        ProposedChange::Remove { .. } | ProposedChange::Reinstate { .. } => (None, None, None),
    };
    let (head, officer) = match after.by {
        Proposer::Head(head) => (Some(head), None),
        Proposer::Officer(officer) => (None, Some(officer)),
    };
    contact_proposal::ActiveModel {
        id: Set(after.id),
        school_id: Set(after.school),
        proposed_by: Set(head),
        proposed_by_staff: Set(officer),
        contact_id: Set(after.change.contact()),
        kind: Set(after.change.kind()),
        name: Set(name.cloned()),
        job: Set(job.cloned()),
        email: Set(email.cloned()),
        note: Set(after.note.clone()),
        state: Set(after.state),
        reason: Set(after.reason.clone()),
        proposed_at: Set(after.proposed_at),
        decided_at: Set(after.decided_at),
        version: Set(after.version),
    }
}
