//! What becomes of an account when somebody arrives by the council's single sign-on.
//!
//! What must not live here: the decision (`domain::single_sign_on`), and the exchange with the directory
//! (`auth::single_sign_on`).

use entity::vocabulary::{CredentialKind, StaffLinkPurpose, StaffRole, StaffState};
use entity::{StaffId, credential, staff};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter};

use super::record;
use super::staff::credentials::new_credential;
use super::staff::links::end_links;
use super::staff::others_remain;
use crate::context::OpContext;
use crate::domain::single_sign_on::{DirectoryEntry, OnFile, Refused, Verdict, arrive as decide};
use crate::domain::staff::{StaffEvent, StaffMember};
use crate::domain::viewer::{Job, Viewer};
use crate::error::{Conflict, Error};
use crate::store;
use crate::store::stream::load;

/// Lets somebody in as the person that the directory says they are: gives their account, or the reason why they do not
/// come in. Changes to their account are stored even when they do not come in.
pub(crate) async fn arrive(op: &OpContext, entry: DirectoryEntry) -> Result<Result<staff::Model, Refused>, Error> {
    op.require(op.viewer == Viewer::System(Job::Directory))?;
    let db = &op.db.read;
    let row = match verdict(db, entry.clone()).await? {
        Verdict::Refuse(why) => return Ok(Err(why)),
        Verdict::Admit(id) => {
            used(op, &entry).await?;
            store::staff::one(db, id).await?
        }
        Verdict::Change(_) | Verdict::Link(_) | Verdict::Add { .. } => change(op, &entry).await?,
    };
    let row = row.ok_or(Conflict::Stale)?;
    if row.roles.is_empty() { Ok(Err(Refused::NoRole)) } else { Ok(Ok(row)) }
}

async fn verdict<C: ConnectionTrait>(connection: &C, entry: DirectoryEntry) -> Result<Verdict, Error> {
    let known = store::staff::by_credential(connection, CredentialKind::SingleSignOn, &entry.lookup()).await?;
    let same_address = match entry.email.clone() {
        Some(email) => store::staff::by_email(connection, &email).await?,
        None => None,
    };
    let on_file = |row: &staff::Model| OnFile {
        id: row.id,
        active: row.state != StaffState::Deactivated,
        roles: store::staff::roles(row),
    };
    let known = known.map(|(_, row)| on_file(&row));
    Ok(decide(known.as_ref(), same_address.as_ref().map(on_file).as_ref(), &entry))
}

/// Makes the change that the verdict asks for. The verdict is reached again within the transaction, because another
/// request may have changed the account.
async fn change(op: &OpContext, entry: &DirectoryEntry) -> Result<Option<staff::Model>, Error> {
    let entry = entry.clone();
    op.commit(move |op, txn| async move {
        let roles: Vec<_> = entry.roles.iter().copied().collect();
        let linked = StaffEvent::SecondFactorAdded { factor: CredentialKind::SingleSignOn, name: entry.issuer.clone() };
        let (id, before, events) = match verdict(&*txn, entry.clone()).await? {
            Verdict::Change(id) => {
                let before: StaffMember = load(&*txn, id).await?;
                let moved = StaffEvent::RolesChanged { roles: roles_to_keep(&op, &txn, &before, &entry).await? };
                (id, Some(before), vec![moved])
            }
            Verdict::Link(id) => {
                let before: StaffMember = load(&*txn, id).await?;
                // Somebody who was invited accepts by this, and needs no password here.
                let accepted = (before.state == StaffState::Invited).then_some(StaffEvent::InvitationAccepted {});
                let after = roles_to_keep(&op, &txn, &before, &entry).await?;
                let differs = before.roles != after.iter().copied().collect();
                let moved = differs.then_some(StaffEvent::RolesChanged { roles: after });
                (id, Some(before), accepted.into_iter().chain([linked]).chain(moved).collect())
            }
            Verdict::Add { name, email } => {
                (op.new_id(), None, vec![StaffEvent::StaffAdded { name, email: email.to_string(), roles }, linked])
            }
            // Another request did it a moment ago.
            Verdict::Admit(_) | Verdict::Refuse(_) => return Err(Conflict::Stale.into()),
        };
        let links = events.iter().any(|event| matches!(event, StaffEvent::SecondFactorAdded { .. }));
        let done = record::record(&op, &txn, id, before, events, ()).await?;
        if links {
            // Linked after the facts, because a new account has no row to link to before them.
            link(&op, &txn, id, &entry).await?;
            end_links(&txn, id, Some(StaffLinkPurpose::Invitation)).await?;
        }
        let row = store::staff::one(&*txn, id).await?;
        Ok(done.map(|_| row))
    })
    .await
}

/// The roles that the directory gives, except that the last administrator stays one, because without one nobody could
/// manage staff again.
async fn roles_to_keep(
    op: &OpContext,
    txn: &DatabaseTransaction,
    before: &StaffMember,
    entry: &DirectoryEntry,
) -> Result<Vec<StaffRole>, Error> {
    let mut roles = entry.roles.clone();
    let loses_it = before.roles.contains(&StaffRole::Administrator) && !roles.contains(&StaffRole::Administrator);
    if loses_it && !others_remain(op, txn, before.id).await? {
        roles.insert(StaffRole::Administrator);
    }
    Ok(roles.into_iter().collect())
}

async fn link(op: &OpContext, txn: &DatabaseTransaction, id: StaffId, entry: &DirectoryEntry) -> Result<(), Error> {
    let row = credential::ActiveModel {
        name: Set(entry.issuer.clone()),
        lookup: Set(Some(entry.lookup())),
        last_used_at: Set(Some(op.now())),
        ..new_credential(op, id, CredentialKind::SingleSignOn, String::new())
    };
    credential::Entity::insert(row).exec_without_returning(txn).await?;
    Ok(())
}

async fn used(op: &OpContext, entry: &DirectoryEntry) -> Result<(), Error> {
    let (now, lookup) = (op.now(), entry.lookup());
    op.write(move |_, txn| async move {
        let used = credential::ActiveModel { last_used_at: Set(Some(now)), ..credential::ActiveModel::default() };
        credential::Entity::update_many().set(used).filter(credential::Column::Lookup.eq(lookup)).exec(&*txn).await?;
        Ok(())
    })
    .await
}
