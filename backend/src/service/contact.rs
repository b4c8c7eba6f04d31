//! Commands on approved school contacts. An approved proposal changes a contact through [`record`] as well
//! (`proposal`).
//!
//! What must not live here: what may be decided of a contact (`domain::contact`), and who may do it (`domain::policy`).

use entity::vocabulary::{ContactKind, SchoolStatus};
use entity::{SchoolContactId, SchoolId};
use sea_orm::DatabaseTransaction;

use super::{contact_of, mails, record};
use crate::context::{Done, Mail, OpContext};
use crate::domain::contact::{self, Contact, ContactEvent, MAIL_REFUSED, SCHOOL_CLOSED};
use crate::domain::policy::{decides_contacts_alone, manages_contacts};
use crate::domain::stream::Stream;
use crate::domain::text::Line;
use crate::domain::viewer::{Job, Viewer};
use crate::error::{Conflict, ContactConflict, Error};
use crate::store;
use crate::store::stream::for_change;

/// A contact to approve, as typed.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields of the API's `ApproveSchoolContactInput`")]
pub struct Approve {
    pub school_urn: String,
    pub name: String,
    pub job: String,
    pub email: String,
    pub kind: Option<ContactKind>,
}

fn may_manage(op: &OpContext) -> Result<(), Error> {
    let by_itself = matches!(op.viewer, Viewer::System(_));
    op.require(by_itself || manages_contacts(&op.viewer))
}

/// Stores a fact of a contact, new or not, within the transaction of a command, and queues the mails about it. Fails
/// when another contact has the address, or when the school has another head teacher.
pub(super) async fn record(
    op: &OpContext,
    txn: &DatabaseTransaction,
    id: SchoolContactId,
    before: Option<Contact>,
    event: ContactEvent,
) -> Result<Done<Contact>, Error> {
    use ContactEvent::{ContactApproved, ContactEmailChanged, ContactKindChanged, ContactReinstated};
    let old_email = before.as_ref().map(|contact| contact.email.clone()).unwrap_or_default();
    let after = Contact::fold(before.clone(), id, &event, op.now()).ok_or(Error::NotFound)?;
    if matches!(event, ContactApproved { .. } | ContactEmailChanged { .. }) {
        must_be_free(op, txn, &after).await?;
    }
    if matches!(event, ContactApproved { .. } | ContactKindChanged { .. } | ContactReinstated {}) {
        must_be_only_head(op, txn, &after).await?;
    }
    let school = school_of(op, txn, after.school).await?;
    let mails = mails_of(op, &old_email, &after, &event, &school);
    Ok(record::record(op, txn, id, before, vec![event], ()).await?.mailing(mails))
}

async fn school_of(op: &OpContext, connection: &DatabaseTransaction, school: SchoolId) -> Result<Line, Error> {
    let school = store::school::one(op, connection, school).await?;
    Ok(Line::named(school.as_ref().map_or("", |school| &school.name)))
}

fn mails_of(op: &OpContext, old_email: &str, contact: &Contact, event: &ContactEvent, school: &Line) -> Vec<Mail> {
    let (id, to, council) = (contact.id, contact.email.as_str(), &*op.council);
    match event {
        ContactEvent::ContactApproved { .. } => vec![mails::contact_approved(to, school, council).for_contact(id)],
        // A mail to a refused address would be refused as well.
        ContactEvent::ContactSuspended { reason } if reason == MAIL_REFUSED => Vec::new(),
        ContactEvent::ContactSuspended { reason } => {
            vec![mails::contact_suspended(to, contact::reason_to_tell(Some(reason)), council)]
        }
        ContactEvent::ContactReinstated {} => vec![mails::contact_reinstated(to, council).for_contact(id)],
        ContactEvent::ContactEmailChanged { email } => mails::contact_moved(old_email, email, council),
        ContactEvent::ContactAsked {} => vec![mails::contact_asked(to, school, council).for_contact(id)],
        ContactEvent::ContactReminded {} => {
            let by = contact.asked_at.map(Contact::answers_by);
            vec![mails::contact_reminded(to, school, by, council).for_contact(id)]
        }
        ContactEvent::ContactSessionsEnded {}
        | ContactEvent::ContactKindChanged { .. }
        | ContactEvent::ContactConfirmed {} => Vec::new(),
    }
}

/// Approves an address for an open school, and mails that address.
pub async fn approve(op: &OpContext, typed: Approve) -> Result<SchoolContactId, Error> {
    may_manage(op)?;
    op.commit(move |op, txn| async move {
        let school = store::school::by_urn(&op, &*txn, &typed.school_urn).await?;
        let school =
            school.filter(|school| matches!(school.status, SchoolStatus::Open | SchoolStatus::ProposedToClose));
        let school = school.map(|school| school.id);
        let event = contact::approve(school, &typed.name, &typed.job, &typed.email, typed.kind)?;
        Ok(record(&op, &txn, op.new_id(), None, event).await?.map(|contact| contact.id))
    })
    .await
}

/// Fails when a contact of this school has the address, or a contact of any school under another name: whoever reads
/// mail there could sign in as this contact.
async fn must_be_free(op: &OpContext, txn: &DatabaseTransaction, contact: &Contact) -> Result<(), Error> {
    if store::contact::is_on_file(op, txn, contact.school, &contact.email).await? {
        return Err(ContactConflict::Approved.into());
    }
    if store::contact::is_somebody_elses(op, txn, &contact.name, &contact.email).await? {
        return Err(Error::invalid("email", "This address is approved for somebody of another name: enter their own"));
    }
    Ok(())
}

/// Fails when the school has another head teacher, because only one person proposes changes for a school.
async fn must_be_only_head(op: &OpContext, txn: &DatabaseTransaction, contact: &Contact) -> Result<(), Error> {
    if contact.kind == ContactKind::HeadTeacher {
        let head = store::contact::head_of(op, txn, contact.school).await?;
        if head.is_some_and(|head| head != contact.id) {
            return Err(ContactConflict::HasHeadTeacher.into());
        }
    }
    Ok(())
}

async fn change<F>(op: &OpContext, id: SchoolContactId, version: i32, decide: F) -> Result<SchoolContactId, Error>
where
    F: FnOnce(&OpContext, &Contact) -> Result<ContactEvent, Error> + Clone + Send + 'static,
{
    op.commit(move |op, txn| async move {
        let before: Contact = for_change(&op, &txn, &id).await?;
        before.must_stand_at(version)?;
        let event = decide(&op, &before)?;
        Ok(record(&op, &txn, id, Some(before), event).await?.map(|after| after.id))
    })
    .await
}

/// Suspends a contact. Sessions end at once, because each request compares them with the contact.
pub async fn suspend(
    op: &OpContext,
    id: SchoolContactId,
    version: i32,
    reason: String,
) -> Result<SchoolContactId, Error> {
    may_manage(op)?;
    change(op, id, version, move |_, contact| contact.suspend(&reason)).await
}

/// Suspends a contact to whom mail came back, for that reason.
pub async fn bounced(op: &OpContext, id: SchoolContactId, version: i32) -> Result<SchoolContactId, Error> {
    may_manage(op)?;
    change(op, id, version, |_, contact| contact.suspend(MAIL_REFUSED)).await
}

fn may_decide_alone(op: &OpContext) -> Result<(), Error> {
    let by_itself = matches!(op.viewer, Viewer::System(_));
    op.require(by_itself || decides_contacts_alone(&op.viewer))
}

/// Reinstates a suspended contact. An officer must propose it instead (`proposal`).
pub async fn reinstate(op: &OpContext, id: SchoolContactId, version: i32) -> Result<SchoolContactId, Error> {
    may_decide_alone(op)?;
    change(op, id, version, |_, contact| contact.reinstate()).await
}

/// Replaces the approved address: the old one stops at once, open sessions end, and both addresses are told. An officer
/// must propose it instead (`proposal`).
pub async fn change_email(
    op: &OpContext,
    id: SchoolContactId,
    version: i32,
    email: String,
) -> Result<SchoolContactId, Error> {
    may_decide_alone(op)?;
    change(op, id, version, move |_, contact| contact.change_email(&email)).await
}

/// Changes what a contact is to the school, which ends their sessions.
pub async fn change_kind(
    op: &OpContext,
    id: SchoolContactId,
    version: i32,
    kind: Option<ContactKind>,
) -> Result<SchoolContactId, Error> {
    may_manage(op)?;
    change(op, id, version, move |_, contact| contact.change_kind(kind)).await
}

/// Confirms that the viewer, a school contact, still works at the school. Does nothing when they were not asked or have
/// answered.
pub async fn confirm(op: &OpContext) -> Result<SchoolContactId, Error> {
    let id = contact_of(op)?.id;
    let row = store::contact::one(op, id).await?.ok_or(Error::Unauthenticated)?;
    if !store::contact::is_asked(&row) {
        return Ok(id);
    }
    change(op, id, row.version, |_, contact| contact.confirm()).await
}

/// Takes the next step of the termly confirmation that is due for a contact; false when none is due, or another writer
/// was faster.
pub(crate) async fn keep_current(
    op: &OpContext,
    id: SchoolContactId,
    version: i32,
    term_began: Option<chrono::NaiveDate>,
) -> Result<bool, Error> {
    op.require(op.viewer == Viewer::System(Job::Contacts))?;
    let kept = change(op, id, version, move |op, contact| {
        // When nothing is due any more, the answer is the same as if another writer had been faster.
        contact.due(term_began, op.now()).ok_or_else(|| Conflict::Stale.into())
    });
    or_faster(kept.await)
}

/// Suspends a contact to whom the question whether they still work at the school could not be delivered for good; false
/// when they are not being asked.
pub(crate) async fn refused(op: &OpContext, id: SchoolContactId) -> Result<bool, Error> {
    op.require(op.viewer == Viewer::System(Job::Contacts))?;
    match store::contact::one(op, id).await? {
        Some(row) if store::contact::is_asked(&row) => {
            or_faster(change(op, id, row.version, |_, contact| contact.suspend(MAIL_REFUSED)).await)
        }
        _ => Ok(false),
    }
}

/// Suspends all active contacts of a school that has closed, and mails the team, in one transaction. False when there
/// are none left, or another writer was faster.
pub(crate) async fn close_school(op: &OpContext, school: SchoolId) -> Result<bool, Error> {
    op.require(op.viewer == Viewer::System(Job::Contacts))?;
    let closed = op.commit(move |op, txn| async move {
        let contacts = store::contact::active_at(&op, &*txn, school).await?;
        let mut done: Option<Done<()>> = None;
        for id in &contacts {
            let before: Contact = for_change(&op, &txn, id).await?;
            let suspended = before.suspend(SCHOOL_CLOSED)?;
            let one = record(&op, &txn, *id, Some(before), suspended).await?.map(drop);
            done = Some(match done {
                Some(done) => done.and(one),
                None => one,
            });
        }
        // No contact is left to suspend: another writer was faster.
        let done = done.ok_or(Conflict::Stale)?;
        let drafts = store::draft::left_at(&*txn, school).await?;
        let name = school_of(&op, &txn, school).await?;
        Ok(done.mailing([mails::school_closed(&name, contacts.len(), drafts, &op.council)]))
    });
    or_faster(closed.await)
}

fn or_faster<T>(done: Result<T, Error>) -> Result<bool, Error> {
    match done {
        Ok(_) => Ok(true),
        Err(Error::Conflict(Conflict::Stale | Conflict::Contact(ContactConflict::Already(_)))) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Ends every session of the viewer, a school contact, on all devices.
pub async fn end_sessions(op: &OpContext) -> Result<(), Error> {
    let viewer = contact_of(op)?;
    let version = store::contact::one(op, viewer.id).await?.ok_or(Error::NotFound)?.version;
    change(op, viewer.id, version, |_, _| Ok(ContactEvent::ContactSessionsEnded {})).await.map(drop)
}
