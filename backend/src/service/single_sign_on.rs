//! What becomes of an account when somebody comes by the council's single sign-on.

use entity::vocabulary::{CredentialKind, StaffLinkPurpose, StaffRole, StaffState};
use entity::{StaffId, credential, staff};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter};

use super::staff::credentials::new_credential;
use super::staff::links::end_links;
use super::staff::others_remain;
use super::{record, require};
use crate::context::OpContext;
use crate::domain::single_sign_on::{OnFile, Refused, Told, Verdict, arrive as decide};
use crate::domain::staff::{StaffEvent, StaffMember};
use crate::domain::viewer::{Job, Viewer};
use crate::error::{Conflict, Error};
use crate::store;
use crate::store::stream::load;

/// Lets somebody in as whom the directory says they are: the row of their account, or why they do not come in. Whatever
/// changes by it is done even when they do not.
pub(crate) async fn arrive(op: &OpContext, told: Told) -> Result<Result<staff::Model, Refused>, Error> {
    require(op, op.viewer == Viewer::System(Job::Directory))?;
    let db = &op.db.read;
    let row = match verdict(db, told.clone()).await? {
        Verdict::Refuse(why) => return Ok(Err(why)),
        Verdict::Admit(id) => {
            used(op, &told).await?;
            store::staff::one(db, id).await?
        }
        Verdict::Change(_) | Verdict::Link(_) | Verdict::Add { .. } => change(op, &told).await?,
    };
    let row = row.ok_or(Conflict::Stale)?;
    if row.roles.is_empty() { Ok(Err(Refused::NoRole)) } else { Ok(Ok(row)) }
}

async fn verdict<C: ConnectionTrait>(connection: &C, told: Told) -> Result<Verdict, Error> {
    let known = store::staff::by_credential(connection, CredentialKind::SingleSignOn, &told.lookup()).await?;
    let same_address = match told.email.clone() {
        Some(email) => store::staff::by_email(connection, &email).await?,
        None => None,
    };
    let on_file = |row: &staff::Model| OnFile {
        id: row.id,
        active: row.state != StaffState::Deactivated,
        roles: store::staff::roles(row),
    };
    let known = known.map(|(_, row)| on_file(&row));
    Ok(decide(known.as_ref(), same_address.as_ref().map(on_file).as_ref(), &told))
}

/// Does what is to be done, decided again within the transaction.
async fn change(op: &OpContext, told: &Told) -> Result<Option<staff::Model>, Error> {
    let told = told.clone();
    op.commit(move |op, txn| async move {
        let roles: Vec<_> = told.roles.iter().copied().collect();
        let linked = StaffEvent::SecondFactorAdded { factor: CredentialKind::SingleSignOn, name: told.issuer.clone() };
        let (id, before, events) = match verdict(&*txn, told.clone()).await? {
            Verdict::Change(id) => {
                let before: StaffMember = load(&*txn, id).await?;
                let moved = StaffEvent::RolesChanged { roles: kept(&op, &txn, &before, &told).await? };
                (id, Some(before), vec![moved])
            }
            Verdict::Link(id) => {
                let before: StaffMember = load(&*txn, id).await?;
                // Whoever was invited arrives by this; they need no password of ours.
                let accepted = (before.state == StaffState::Invited).then_some(StaffEvent::InvitationAccepted {});
                let after = kept(&op, &txn, &before, &told).await?;
                let differs = before.roles != after.iter().copied().collect();
                let moved = differs.then_some(StaffEvent::RolesChanged { roles: after });
                (id, Some(before), accepted.into_iter().chain([linked]).chain(moved).collect())
            }
            Verdict::Add { name, email } => {
                (op.new_id(), None, vec![StaffEvent::StaffAdded { name, email: email.to_string(), roles }, linked])
            }
            // Somebody else did it a moment ago.
            Verdict::Admit(_) | Verdict::Refuse(_) => return Err(Conflict::Stale.into()),
        };
        let links = events.iter().any(|event| matches!(event, StaffEvent::SecondFactorAdded { .. }));
        let done = record::record(&op, &txn, id, before, events, ()).await?;
        if links {
            link(&op, &txn, id, &told).await?;
            end_links(&txn, id, Some(StaffLinkPurpose::Invitation)).await?;
        }
        let row = store::staff::one(&*txn, id).await?;
        Ok(done.map(|_| row))
    })
    .await
}

/// The roles that the directory gives, and what nobody may take: the last administrator stays one, because without one
/// nobody could be let in again.
async fn kept(
    op: &OpContext,
    txn: &DatabaseTransaction,
    before: &StaffMember,
    told: &Told,
) -> Result<Vec<StaffRole>, Error> {
    let mut roles = told.roles.clone();
    let loses_it = before.roles.contains(&StaffRole::Administrator) && !roles.contains(&StaffRole::Administrator);
    if loses_it && !others_remain(op, txn, before.id).await? {
        roles.insert(StaffRole::Administrator);
    }
    Ok(roles.into_iter().collect())
}

async fn link(op: &OpContext, txn: &DatabaseTransaction, id: StaffId, told: &Told) -> Result<(), Error> {
    let row = credential::ActiveModel {
        name: Set(told.issuer.clone()),
        lookup: Set(Some(told.lookup())),
        last_used_at: Set(Some(op.now())),
        ..new_credential(op, id, CredentialKind::SingleSignOn, String::new())
    };
    credential::Entity::insert(row).exec_without_returning(txn).await?;
    Ok(())
}

async fn used(op: &OpContext, told: &Told) -> Result<(), Error> {
    let (now, lookup) = (op.now(), told.lookup());
    op.write(move |_, txn| async move {
        let used = credential::ActiveModel { last_used_at: Set(Some(now)), ..credential::ActiveModel::default() };
        credential::Entity::update_many().set(used).filter(credential::Column::Lookup.eq(lookup)).exec(&*txn).await?;
        Ok(())
    })
    .await
}
