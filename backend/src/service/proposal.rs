//! Commands on what head teachers propose about the contacts of their schools, and officers about any.

use entity::vocabulary::ContactKind;
use entity::{ContactProposalId, SchoolContactId, StaffId};
use sea_orm::DatabaseTransaction;

use super::contact::{Recorded, record};
use super::{mails, project, require};
use crate::context::{Done, Mail, OpContext};
use crate::domain::event::Event;
use crate::domain::policy::{approves_proposals, manages_contacts, proposes_contacts};
use crate::domain::proposal::{self, Proposal, Proposer, Typed};
use crate::domain::viewer::{SchoolContact, Viewer};
use crate::error::{Conflict, Error};
use crate::store;

/// How many proposals of one school may wait at once.
const MOST_WAITING: u64 = 20;

/// Proposes a change: to the contacts of the viewer's own school, whose head teacher they are, or as an officer to any
/// contact.
pub async fn propose(op: &OpContext, typed: Typed) -> Result<ContactProposalId, Error> {
    require(op, proposes_contacts(&op.viewer) || manages_contacts(&op.viewer))?;
    match op.viewer.clone() {
        Viewer::SchoolContact(viewer) => propose_as_head(op, viewer, typed).await,
        Viewer::Staff(viewer) => propose_as_officer(op, viewer.id, typed).await,
        Viewer::Anonymous | Viewer::Partner(_) | Viewer::System(_) => Err(Error::Forbidden),
    }
}

async fn propose_as_head(op: &OpContext, viewer: SchoolContact, typed: Typed) -> Result<ContactProposalId, Error> {
    let inner = op.clone();
    op.commit(move |txn| async move {
        // They may have been suspended, or be head teacher no more, since the request began.
        let row = store::contact::held(&viewer, &txn).await?.ok_or(Error::Unauthenticated)?;
        if row.kind != ContactKind::HeadTeacher {
            return Err(Error::Forbidden);
        }
        if store::proposal::waiting(&*txn, viewer.school).await? >= MOST_WAITING {
            return Err(Conflict::TooManyProposals.into());
        }
        let about = match typed.contact {
            // Another school's contact is none that the viewer sees.
            Some(contact) => Some(store::contact::current(&inner, &*txn, contact).await?),
            None => None,
        };
        let event = proposal::propose(viewer.school, Proposer::Head(viewer.id), &typed, about.as_ref())?;
        made(&inner, &txn, &event).await
    })
    .await
}

async fn propose_as_officer(op: &OpContext, officer: StaffId, typed: Typed) -> Result<ContactProposalId, Error> {
    let inner = op.clone();
    op.commit(move |txn| async move {
        let contact = typed.contact.ok_or_else(|| Error::invalid("contact", "Select the contact it is about"))?;
        let about = store::contact::current(&inner, &*txn, contact).await?;
        let event = proposal::propose(about.school, Proposer::Officer(officer), &typed, Some(&about))?;
        made(&inner, &txn, &event).await
    })
    .await
}

async fn made(
    op: &OpContext,
    txn: &DatabaseTransaction,
    event: &proposal::ProposalEvent,
) -> Result<Done<ContactProposalId>, Error> {
    let id: ContactProposalId = op.new_id();
    let after = Proposal::fold(None, event, op.now()).ok_or(Error::NotFound)?;
    project::proposal(txn, id, &after).await?;
    Ok(Done::new(id, Event::of(id, 0, event)?))
}

/// Approves a proposal and does what it proposes, together or not at all.
pub async fn approve(
    op: &OpContext,
    id: ContactProposalId,
    version: i32,
    kind: Option<ContactKind>,
) -> Result<ContactProposalId, Error> {
    require(op, manages_contacts(&op.viewer))?;
    let inner = op.clone();
    op.commit(move |txn| async move {
        let before = store::proposal::for_change(&inner, &*txn, id, version).await?;
        require(&inner, approves_proposals(&inner.viewer, before.by.is(&inner.viewer)))?;
        let contact = match before.change.contact() {
            Some(contact) => Some((contact, store::contact::current(&inner, &*txn, contact).await?)),
            None => None,
        };
        let (event, done) = before.approve(contact.as_ref().map(|(_, contact)| contact), kind)?;
        let (contact, stands) = match contact {
            Some((contact, stands)) => (contact, Some(stands)),
            None => (inner.new_id::<SchoolContactId>(), None),
        };
        let Recorded { event: changed, mut mails } = record(&inner, &txn, contact, stands, &done).await?;
        mails.extend(tell(&inner, &before).await?);
        let decided = Event::of(id, before.version, &event)?;
        decide(&inner, &txn, id, before, &event).await?;
        Ok(Done::new(id, changed).also(vec![decided]).mailing(mails))
    })
    .await
}

/// Declines a proposal. The reason stands on the head teacher's page; the mail only says that there is one.
pub async fn decline(
    op: &OpContext,
    id: ContactProposalId,
    version: i32,
    reason: String,
) -> Result<ContactProposalId, Error> {
    require(op, manages_contacts(&op.viewer))?;
    let inner = op.clone();
    op.commit(move |txn| async move {
        let before = store::proposal::for_change(&inner, &*txn, id, version).await?;
        let event = before.decline(&reason)?;
        let decided = Event::of(id, before.version, &event)?;
        let mails = tell(&inner, &before).await?;
        decide(&inner, &txn, id, before, &event).await?;
        Ok(Done::new(id, decided).mailing(mails))
    })
    .await
}

async fn decide(
    op: &OpContext,
    txn: &DatabaseTransaction,
    id: ContactProposalId,
    before: Proposal,
    event: &proposal::ProposalEvent,
) -> Result<(), Error> {
    let after = Proposal::fold(Some(before), event, op.now()).ok_or(Error::NotFound)?;
    project::proposal(txn, id, &after).await
}

/// Tells the head teacher that it was decided, if they may still sign in to read how. An officer sees it where it was
/// proposed.
async fn tell(op: &OpContext, proposal: &Proposal) -> Result<Vec<Mail>, Error> {
    let Proposer::Head(by) = proposal.by else { return Ok(Vec::new()) };
    let by = store::contact::many(op, &[by]).await?;
    let mail =
        |row: entity::school_contact::Model| mails::proposal_decided(&row.email, &op.council).for_contact(row.id);
    Ok(by.into_iter().map(mail).collect())
}
