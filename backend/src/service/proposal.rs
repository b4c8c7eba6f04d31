//! Commands on proposals about school contacts.
//!
//! What must not live here: what may be proposed and decided (`domain::proposal`).

use entity::vocabulary::ContactKind;
use entity::{ContactProposalId, StaffId};
use sea_orm::DatabaseTransaction;

use super::{contact, mails, record};
use crate::context::{Done, Mail, OpContext};
use crate::domain::contact::Contact;
use crate::domain::policy::{approves_proposals, manages_contacts, proposes_contacts};
use crate::domain::proposal::{self, Proposal, ProposalEvent, Proposer, Typed};
use crate::domain::stream::Stream;
use crate::domain::viewer::{SchoolContact, Viewer};
use crate::error::{ContactConflict, Error};
use crate::store;
use crate::store::stream::for_change;

/// The most proposals of one school's head teacher that may wait for a decision at once.
const MOST_WAITING: u64 = 20;

/// Proposes a change: as a head teacher to the contacts of the own school, or as an officer to any contact.
pub async fn propose(op: &OpContext, typed: Typed) -> Result<ContactProposalId, Error> {
    op.require(proposes_contacts(&op.viewer) || manages_contacts(&op.viewer))?;
    match op.viewer.clone() {
        Viewer::SchoolContact(viewer) => propose_as_head(op, viewer, typed).await,
        Viewer::Staff(viewer) => propose_as_officer(op, viewer.id, typed).await,
        Viewer::Anonymous | Viewer::Partner(_) | Viewer::System(_) => Err(Error::Forbidden),
    }
}

async fn propose_as_head(op: &OpContext, viewer: SchoolContact, typed: Typed) -> Result<ContactProposalId, Error> {
    op.commit(move |op, txn| async move {
        // They may have been suspended, or be head teacher no more, since the request began.
        let row = store::contact::held(&viewer, &txn).await?.ok_or(Error::Unauthenticated)?;
        if row.kind != ContactKind::HeadTeacher {
            return Err(Error::Forbidden);
        }
        if store::proposal::waiting(&*txn, viewer.school).await? >= MOST_WAITING {
            return Err(ContactConflict::TooManyProposals.into());
        }
        let about = match typed.contact {
            // A contact of another school does not exist for the viewer.
            Some(contact) => Some(for_change::<Contact>(&op, &txn, &contact).await?),
            None => None,
        };
        let event = proposal::propose(viewer.school, Proposer::Head(viewer.id), &typed, about.as_ref())?;
        made(&op, &txn, event).await
    })
    .await
}

async fn propose_as_officer(op: &OpContext, officer: StaffId, typed: Typed) -> Result<ContactProposalId, Error> {
    op.commit(move |op, txn| async move {
        let contact = typed.contact.ok_or_else(|| Error::invalid("contact", "Select the contact it is about"))?;
        let about: Contact = for_change(&op, &txn, &contact).await?;
        let event = proposal::propose(about.school, Proposer::Officer(officer), &typed, Some(&about))?;
        made(&op, &txn, event).await
    })
    .await
}

async fn made(
    op: &OpContext,
    txn: &DatabaseTransaction,
    event: ProposalEvent,
) -> Result<Done<ContactProposalId>, Error> {
    Ok(record::begin::<Proposal>(op, txn, op.new_id(), vec![event]).await?.map(|proposal| proposal.id))
}

/// Approves a proposal and makes its change, together or not at all. Nobody approves their own. `kind` is what a new
/// contact is to the school.
pub async fn approve(
    op: &OpContext,
    id: ContactProposalId,
    version: i32,
    kind: Option<ContactKind>,
) -> Result<ContactProposalId, Error> {
    op.require(manages_contacts(&op.viewer))?;
    op.commit(move |op, txn| async move {
        let before: Proposal = for_change(&op, &txn, &id).await?;
        // The proposer is known only from the facts, so this right cannot be checked before they are read.
        op.require(approves_proposals(&op.viewer, before.by.is(&op.viewer)))?;
        before.must_stand_at(version)?;
        let contact: Option<Contact> = match before.change.contact() {
            Some(contact) => Some(for_change(&op, &txn, &contact).await?),
            None => None,
        };
        let (approved, change) = before.approve(contact.as_ref(), kind)?;
        let about = contact.as_ref().map_or_else(|| op.new_id(), |contact| contact.id);
        let changed = contact::record(&op, &txn, about, contact, change).await?;
        let mails = tell(&op, &before).await?;
        let decided = record::change(&op, &txn, before, vec![approved]).await?;
        Ok(changed.and(decided).map(|_| id).mailing(mails))
    })
    .await
}

/// Declines a proposal, for a reason. The head teacher reads the reason on their page; the mail only says that there is
/// a decision.
pub async fn decline(
    op: &OpContext,
    id: ContactProposalId,
    version: i32,
    reason: String,
) -> Result<ContactProposalId, Error> {
    op.require(manages_contacts(&op.viewer))?;
    op.commit(move |op, txn| async move {
        let before: Proposal = for_change(&op, &txn, &id).await?;
        before.must_stand_at(version)?;
        let declined = before.decline(&reason)?;
        let mails = tell(&op, &before).await?;
        Ok(record::change(&op, &txn, before, vec![declined]).await?.map(|_| id).mailing(mails))
    })
    .await
}

/// The mail to the head teacher who made the proposal. None for an officer, who sees the decision where they proposed.
async fn tell(op: &OpContext, proposal: &Proposal) -> Result<Vec<Mail>, Error> {
    let Proposer::Head(by) = proposal.by else { return Ok(Vec::new()) };
    let by = store::contact::many(op, &[by]).await?;
    let mail =
        |row: entity::school_contact::Model| mails::proposal_decided(&row.email, &op.council).for_contact(row.id);
    Ok(by.into_iter().map(mail).collect())
}
