//! Commands of staff on their own accounts. Secrets arrive here hashed or encrypted.

use entity::vocabulary::{CredentialKind, StaffLinkPurpose, StaffState};
use entity::{CredentialId, StaffId, credential};
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};

use super::super::{mails, record};
use super::credentials::{new_credential, remove, set_password};
use super::links::{end_links, use_link};
use super::signed_in;
use crate::context::{Mail, OpContext, Txn};
use crate::domain::staff::{StaffEvent, StaffMember};
use crate::error::{Conflict, Error};
use crate::store;
use crate::store::stream::load;
use crate::throttle::{self, sign_in as limits};

/// Runs one command of the viewer on their own account, and stores the facts that `act` gives in their order.
pub(in crate::service) async fn change_own<F, Fut>(op: &OpContext, act: F) -> Result<(), Error>
where
    F: FnOnce(OpContext, Txn, StaffMember) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Result<(Vec<StaffEvent>, Vec<Mail>), Error>> + Send + 'static,
{
    let id = signed_in(op)?;
    op.commit(move |op, txn| async move {
        let before: StaffMember = load(&*txn, id).await?;
        let (events, mails) = act(op.clone(), Txn::clone(&txn), before.clone()).await?;
        Ok(record::change(&op, &txn, before, events).await?.map(drop).mailing(mails))
    })
    .await
}

/// Accepts the viewer's invitation with a password. The link allows it once.
pub async fn accept_invitation(op: &OpContext, token_hash: String, password_hash: String) -> Result<(), Error> {
    change_own(op, move |op, txn, before| async move {
        let id = before.id;
        let event = before.accept()?;
        use_link(&op, &txn, id, StaffLinkPurpose::Invitation, &token_hash).await?;
        set_password(&op, &txn, id, password_hash).await?;
        Ok((vec![event], Vec::new()))
    })
    .await
}

const PASSWORD_CHANGED: &str = "Your password was changed, and you were signed out everywhere else.";

/// Sets a new password for a viewer who has forgotten theirs. The link allows it once. All their sessions end, and the
/// count of failed attempts is cleared.
pub async fn recover(op: &OpContext, token_hash: String, password_hash: String) -> Result<(), Error> {
    change_own(op, move |op, txn, before| async move {
        let id = before.id;
        if before.state != StaffState::Active {
            return Err(Error::NotFound);
        }
        // The link is used up first: of two requests with the same link only one may set a password.
        use_link(&op, &txn, id, StaffLinkPurpose::Recovery, &token_hash).await?;
        set_password(&op, &txn, id, password_hash).await?;
        throttle::forget_in(&op, &txn, limits::ACCOUNT, &before.email).await?;
        let mail = mails::sign_in_changed(&before.email, PASSWORD_CHANGED, &op.council);
        Ok((vec![StaffEvent::PasswordChanged {}], vec![mail]))
    })
    .await
}

/// Changes the viewer's password, ends all their sessions, and ends recovery links that were mailed before.
pub async fn change_password(op: &OpContext, password_hash: String) -> Result<(), Error> {
    change_own(op, move |op, txn, before| async move {
        let id = before.id;
        set_password(&op, &txn, id, password_hash).await?;
        end_links(&txn, id, Some(StaffLinkPurpose::Recovery)).await?;
        let mail = mails::sign_in_changed(&before.email, PASSWORD_CHANGED, &op.council);
        Ok((vec![StaffEvent::PasswordChanged {}], vec![mail]))
    })
    .await
}

/// An authenticator app to store, whose first code was right.
#[derive(Clone, Debug)]
pub struct Authenticator {
    /// The id of the credential, to which the encrypted secret is bound.
    pub id: CredentialId,
    /// The secret, encrypted.
    pub sealed: String,
    /// The time step of that first code, which cannot be used again.
    pub step: i64,
}

/// Gives the viewer an authenticator app in place of any they have. `codes` are keyed hashes of new recovery codes, or
/// empty to keep the present ones. With `is_first` it fails if they have a second factor.
pub async fn set_authenticator(
    op: &OpContext,
    app: Authenticator,
    codes: Vec<String>,
    is_first: bool,
) -> Result<(), Error> {
    change_own(op, move |op, txn, before| async move {
        let id = before.id;
        let held = store::staff::credentials(&*txn, id).await?;
        // Whoever has not finished signing in may set up a first second factor, but never replace one.
        if is_first && held.iter().any(|one| store::staff::SECOND_FACTORS.contains(&one.kind)) {
            return Err(Conflict::Stale.into());
        }
        let factor = CredentialKind::Totp;
        // The old app goes first, so that the facts tell in order what happened.
        let mut events = Vec::new();
        if remove(&txn, id, &[factor]).await? > 0 {
            events.push(StaffEvent::SecondFactorRemoved { factor, name: String::new() });
        }
        let row = credential::ActiveModel {
            id: Set(app.id),
            last_step: Set(Some(app.step)),
            last_used_at: Set(Some(op.now())),
            ..new_credential(&op, id, factor, app.sealed)
        };
        credential::Entity::insert(row).exec_without_returning(&*txn).await?;
        events.push(StaffEvent::SecondFactorAdded { factor, name: String::new() });
        if !codes.is_empty() {
            keep_codes(&op, &txn, id, codes).await?;
            events.push(StaffEvent::RecoveryCodesMade {});
        }
        let mail = mails::sign_in_changed(&before.email, "An authenticator app was set up.", &op.council);
        Ok((events, vec![mail]))
    })
    .await
}

/// Removes the viewer's authenticator app.
pub async fn remove_authenticator(op: &OpContext) -> Result<(), Error> {
    change_own(op, move |op, txn, before| async move {
        let id = before.id;
        let factor = CredentialKind::Totp;
        if remove(&txn, id, &[factor]).await? == 0 {
            return Err(Error::NotFound);
        }
        let mail = mails::sign_in_changed(&before.email, "Your authenticator app was removed.", &op.council);
        Ok((vec![StaffEvent::SecondFactorRemoved { factor, name: String::new() }], vec![mail]))
    })
    .await
}

async fn keep_codes(op: &OpContext, txn: &DatabaseTransaction, id: StaffId, codes: Vec<String>) -> Result<(), Error> {
    remove(txn, id, &[CredentialKind::RecoveryCode]).await?;
    let rows = codes.into_iter().map(|code| new_credential(op, id, CredentialKind::RecoveryCode, code));
    credential::Entity::insert_many(rows).exec_without_returning(txn).await?;
    Ok(())
}

/// Gives the viewer new recovery codes, by their keyed hashes; earlier ones no longer work.
pub async fn make_recovery_codes(op: &OpContext, codes: Vec<String>) -> Result<(), Error> {
    change_own(op, move |op, txn, before| async move {
        keep_codes(&op, &txn, before.id, codes).await?;
        Ok((vec![StaffEvent::RecoveryCodesMade {}], Vec::new()))
    })
    .await
}

/// Uses up one of the viewer's recovery codes, by its keyed hash; fails with "not found" when they have no such code.
pub async fn use_recovery_code(op: &OpContext, code: String) -> Result<(), Error> {
    change_own(op, move |op, txn, before| async move {
        let id = before.id;
        let once = credential::Entity::delete_many()
            .filter(credential::Column::StaffId.eq(id))
            .filter(credential::Column::Kind.eq(CredentialKind::RecoveryCode))
            .filter(credential::Column::Secret.eq(code))
            .exec(&*txn)
            .await?;
        if once.rows_affected != 1 {
            return Err(Error::NotFound);
        }
        let mail = mails::sign_in_changed(&before.email, "A recovery code was used to sign in.", &op.council);
        Ok((vec![StaffEvent::RecoveryCodeUsed {}], vec![mail]))
    })
    .await
}

/// Ends every session of the viewer, a member of staff, on all devices.
pub async fn end_sessions(op: &OpContext) -> Result<(), Error> {
    change_own(op, move |_, _, _| async move { Ok((vec![StaffEvent::StaffSessionsEnded {}], Vec::new())) }).await
}
