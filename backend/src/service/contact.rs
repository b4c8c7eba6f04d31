//! Commands on approved school contacts.

use entity::SchoolContactId;
use entity::vocabulary::{ContactKind, SchoolStatus};

use sea_orm::DatabaseTransaction;

use super::{mails, project, require};
use crate::context::{Done, Mail, OpContext};
use crate::domain::contact::{self, Contact, ContactEvent};
use crate::domain::event::Event;
use crate::domain::policy::manages_contacts;
use crate::domain::viewer::Viewer;
use crate::error::{Conflict, Error};
use crate::store;

/// An approval as typed.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields of the API's `ApproveSchoolContactInput`")]
pub struct Approve {
    pub school_urn: String,
    pub name: String,
    pub job: String,
    pub email: String,
    pub kind: ContactKind,
}

fn may_manage(op: &OpContext) -> Result<(), Error> {
    let operator = matches!(op.viewer, Viewer::System(_));
    require(op, operator || manages_contacts(&op.viewer))
}

/// Approves an address for a school and tells it so.
pub async fn approve(op: &OpContext, typed: Approve) -> Result<SchoolContactId, Error> {
    may_manage(op)?;
    let inner = op.clone();
    op.commit(move |txn| async move {
        let school = store::school::by_urn(&inner, &*txn, &typed.school_urn).await?;
        let school =
            school.filter(|school| matches!(school.status, SchoolStatus::Open | SchoolStatus::ProposedToClose));
        let event = contact::approve(
            school.as_ref().map(|school| school.id),
            &typed.name,
            &typed.job,
            &typed.email,
            typed.kind,
        )?;
        let after = Contact::fold(None, &event).ok_or(Error::NotFound)?;
        must_be_free(&inner, &txn, &after).await?;
        let id: SchoolContactId = inner.new_id();
        project::contact(&txn, id, &after, inner.now()).await?;
        let school = school.map(|school| school.name).unwrap_or_default();
        let mails = vec![mails::contact_approved(&after.email, &school, &inner.council)];
        Ok(Done::new(id, Event::of(id, 0, &event)?).mailing(mails))
    })
    .await
}

/// Refuses an address that is on file for this school already, or anywhere for somebody else: whoever reads its mail
/// could sign in as this contact.
async fn must_be_free(op: &OpContext, txn: &DatabaseTransaction, contact: &Contact) -> Result<(), Error> {
    if store::contact::is_on_file(op, txn, contact.school, &contact.email).await? {
        return Err(Conflict::AlreadyApproved.into());
    }
    if store::contact::is_somebody_elses(op, txn, &contact.name, &contact.email).await? {
        return Err(Error::invalid("email", "This address is approved for somebody of another name: enter their own"));
    }
    Ok(())
}

async fn change<F>(op: &OpContext, id: SchoolContactId, version: i32, decide: F) -> Result<SchoolContactId, Error>
where
    F: FnOnce(&OpContext, &Contact) -> Result<(ContactEvent, Vec<Mail>), Error> + Send + 'static,
{
    may_manage(op)?;
    let inner = op.clone();
    op.commit(move |txn| async move {
        let before = store::contact::for_change(&inner, &*txn, id, version).await?;
        let (event, mails) = decide(&inner, &before)?;
        let stored = Event::of(id, before.version, &event)?;
        let after = Contact::fold(Some(before), &event).ok_or(Error::NotFound)?;
        if matches!(event, ContactEvent::ContactEmailChanged { .. }) {
            must_be_free(&inner, &txn, &after).await?;
        }
        project::contact(&txn, id, &after, inner.now()).await?;
        Ok(Done::new(id, stored).mailing(mails))
    })
    .await
}

/// Suspends a contact. Sessions end because they are compared with the contact on each request.
pub async fn suspend(
    op: &OpContext,
    id: SchoolContactId,
    version: i32,
    reason: String,
) -> Result<SchoolContactId, Error> {
    change(op, id, version, move |op, contact| {
        Ok((contact.suspend(&reason)?, vec![mails::contact_suspended(&contact.email, &op.council)]))
    })
    .await
}

/// Lets a suspended contact in again.
pub async fn reinstate(op: &OpContext, id: SchoolContactId, version: i32) -> Result<SchoolContactId, Error> {
    change(op, id, version, move |op, contact| {
        Ok((contact.reinstate()?, vec![mails::contact_reinstated(&contact.email, &op.council)]))
    })
    .await
}

/// Puts another address in place of the approved one: the old one stops at once, open sessions end, both are told.
pub async fn change_email(
    op: &OpContext,
    id: SchoolContactId,
    version: i32,
    email: String,
) -> Result<SchoolContactId, Error> {
    change(op, id, version, move |op, contact| {
        let event = contact.change_email(&email)?;
        let mails = match &event {
            ContactEvent::ContactEmailChanged { email } => mails::contact_moved(&contact.email, email, &op.council),
            _ => Vec::new(),
        };
        Ok((event, mails))
    })
    .await
}

/// Ends every session of the viewer, who is a school contact, under this approval.
pub async fn end_sessions(op: &OpContext) -> Result<(), Error> {
    let Viewer::SchoolContact(contact) = &op.viewer else { return Err(Error::Unauthenticated) };
    let id = contact.id;
    let inner = op.clone();
    op.commit(move |txn| async move {
        let version = store::contact::one(&inner, id).await?.ok_or(Error::NotFound)?.version;
        let before = store::contact::for_change(&inner, &*txn, id, version).await?;
        let event = ContactEvent::ContactSessionsEnded {};
        let stored = Event::of(id, before.version, &event)?;
        let after = Contact::fold(Some(before), &event).ok_or(Error::NotFound)?;
        project::contact(&txn, id, &after, inner.now()).await?;
        Ok(Done::new((), stored))
    })
    .await
}
