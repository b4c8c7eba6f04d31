//! Commands on staff: of administrators on accounts, and (`own`) of staff on their own.
//!
//! What must not live here: checking a secret (`auth`); secrets arrive here hashed or encrypted.

pub(super) mod credentials;
pub(crate) mod links;
mod own;

pub(super) use own::change_own;
pub use own::{
    Authenticator, accept_invitation, change_password, end_sessions, make_recovery_codes, recover,
    remove_authenticator, set_authenticator, use_recovery_code,
};

use chrono::Duration;
use entity::StaffId;
use entity::vocabulary::{CredentialKind, StaffLinkPurpose, StaffRole};
use sea_orm::DatabaseTransaction;

use self::credentials::{remove, set_password};
use self::links::{NewLink, end_links, new_link};
use super::{mails, record};
use crate::context::{Done, Mail, OpContext, Txn};
use crate::domain::email::Email;
use crate::domain::password::check;
use crate::domain::policy::manages_staff;
use crate::domain::staff::{StaffEvent, StaffMember, introduce};
use crate::domain::stream::Stream;
use crate::domain::typed::all;
use crate::domain::viewer::Viewer;
use crate::error::{Error, FieldFault};
use crate::secret::token::random_token;
use crate::secret::{mailed_code, password};
use crate::store;
use crate::store::stream::for_change;
use crate::throttle::{self, sign_in as limits};

/// The days for which an invitation can be accepted.
const INVITATION_DAYS: i64 = 3;

/// A new member of staff with a password.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the options of `onroll staff add`")]
pub struct Add {
    pub name: String,
    pub email: String,
    pub roles: Vec<StaffRole>,
    pub password: String,
}

/// A new member of staff who will choose their own password.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields of the API's `InviteStaffInput`")]
pub struct Invite {
    pub name: String,
    pub email: String,
    pub roles: Vec<StaffRole>,
}

fn may_manage(op: &OpContext) -> Result<(), Error> {
    op.require(matches!(op.viewer, Viewer::System(_)) || manages_staff(&op.viewer))
}

/// The member of staff who is signed in.
fn signed_in(op: &OpContext) -> Result<StaffId, Error> {
    match &op.viewer {
        Viewer::Staff(staff) => Ok(staff.id),
        _ => Err(Error::Unauthenticated),
    }
}

/// Adds a member of staff with a password; only the operator may.
pub async fn add(op: &OpContext, typed: Add) -> Result<StaffId, Error> {
    op.require(matches!(op.viewer, Viewer::System(_)))?;
    let about = [typed.name.as_str(), typed.email.as_str(), op.council.name.as_str()];
    let poor = check(&typed.password, &about).map_err(|message| FieldFault::new("password", message)).err();
    let poor = poor.map_or(Ok(()), |poor| Err(vec![poor]));
    let ((name, email, roles), ()) = all((introduce(&typed.name, &typed.email, &typed.roles), poor))?;
    let hash = password::hash(typed.password, op.now()).await?;
    op.commit(move |op, txn| async move {
        must_be_new(&txn, &email).await?;
        let id: StaffId = op.new_id();
        let added = StaffEvent::StaffAdded { name, email: email.to_string(), roles };
        let done = record::begin::<StaffMember>(&op, &txn, id, vec![added]).await?;
        set_password(&op, &txn, id, hash).await?;
        Ok(done.map(|_| id))
    })
    .await
}

async fn must_be_new(txn: &DatabaseTransaction, email: &Email) -> Result<(), Error> {
    if store::staff::is_on_file(txn, email).await? {
        return Err(Error::invalid("email", "A member of staff with this address exists already"));
    }
    Ok(())
}

/// A new account with the code of its invitation, which must reach the person by another way than the mail.
#[derive(Clone, Debug)]
pub struct Invited {
    /// The id of the account.
    pub id: StaffId,
    /// The code in the form in which it is read out. It is stored only as a keyed hash.
    pub code: String,
}

/// Adds an account without a password, and mails an invitation to choose one.
pub async fn invite(op: &OpContext, typed: Invite) -> Result<Invited, Error> {
    may_manage(op)?;
    let (name, email, roles) = introduce(&typed.name, &typed.email, &typed.roles).map_err(Error::Invalid)?;
    op.commit(move |op, txn| async move {
        must_be_new(&txn, &email).await?;
        let id: StaffId = op.new_id();
        let invited = StaffEvent::StaffInvited { name, email: email.to_string(), roles };
        let done = record::begin::<StaffMember>(&op, &txn, id, vec![invited]).await?;
        let (mail, code) = invitation(&op, &txn, &done.value).await?;
        Ok(done.map(|_| Invited { id, code }).mailing([mail]))
    })
    .await
}

/// Makes an invitation link, in place of any earlier one. Gives the mail with the link, and the code that has to be
/// entered.
async fn invitation(op: &OpContext, txn: &DatabaseTransaction, member: &StaffMember) -> Result<(Mail, String), Error> {
    let (token, code) = (random_token()?, mailed_code::random()?);
    let url = format!("{}/invitation/{token}", op.council.public_url);
    let printed = mailed_code::printed(&code);
    let new = NewLink {
        staff: member.id,
        purpose: StaffLinkPurpose::Invitation,
        token,
        // No browser asked for an invitation.
        browser_hash: String::new(),
        code,
        known: true,
        lasts: Duration::days(INVITATION_DAYS),
    };
    new_link(op, txn, &new).await?;
    Ok((mails::staff_invited(&member.email, &url, INVITATION_DAYS, &op.council), printed))
}

/// The account that an administrator changes; fails when it is not at the version they saw.
async fn for_administrator(
    op: &OpContext,
    txn: &DatabaseTransaction,
    id: StaffId,
    version: i32,
) -> Result<StaffMember, Error> {
    let before: StaffMember = for_change(op, txn, &id).await?;
    before.must_stand_at(version)?;
    Ok(before)
}

/// Runs one command of an administrator on one account.
async fn change<F, Fut>(op: &OpContext, id: StaffId, version: i32, act: F) -> Result<StaffId, Error>
where
    F: FnOnce(OpContext, Txn, StaffMember) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Result<(StaffEvent, Vec<Mail>), Error>> + Send + 'static,
{
    may_manage(op)?;
    op.commit(move |op, txn| async move {
        let before = for_administrator(&op, &txn, id, version).await?;
        let (event, mails) = act(op.clone(), Txn::clone(&txn), before.clone()).await?;
        Ok(record::change(&op, &txn, before, vec![event]).await?.map(|after| after.id).mailing(mails))
    })
    .await
}

/// Whether an active administrator other than `id` remains. Fails when the viewer is no longer one themselves, because
/// their role may have been taken since this request began.
pub(super) async fn others_remain(op: &OpContext, txn: &DatabaseTransaction, id: StaffId) -> Result<bool, Error> {
    let administrators = store::staff::lock_administrators(txn).await?;
    if let Viewer::Staff(viewer) = &op.viewer {
        op.require(administrators.contains(&viewer.id))?;
    }
    Ok(administrators.iter().any(|other| *other != id))
}

/// Sends an invitation again; the earlier link and its code no longer work.
pub async fn resend_invitation(op: &OpContext, id: StaffId, version: i32) -> Result<Invited, Error> {
    may_manage(op)?;
    op.commit(move |op, txn| async move {
        let before = for_administrator(&op, &txn, id, version).await?;
        let resent = before.resend()?;
        let (mail, code) = invitation(&op, &txn, &before).await?;
        let done = record::change(&op, &txn, before, vec![resent]).await?;
        Ok(done.map(|_| Invited { id, code }).mailing([mail]))
    })
    .await
}

/// Changes somebody's roles. Their sessions end, so the new roles hold from their next sign-in on.
pub async fn change_roles(op: &OpContext, id: StaffId, version: i32, roles: Vec<StaffRole>) -> Result<StaffId, Error> {
    let by = signed_in(op).ok();
    change(op, id, version, move |op, txn, before| async move {
        let others = others_remain(&op, &txn, id).await?;
        Ok((before.change_roles(by, &roles, others)?, Vec::new()))
    })
    .await
}

/// Deactivates an account, from its next request on, and hands its open cases to a manager (`heir`).
pub async fn deactivate(op: &OpContext, id: StaffId, version: i32, heir: Option<StaffId>) -> Result<StaffId, Error> {
    may_manage(op)?;
    let by = signed_in(op).ok();
    op.commit(move |op, txn| async move {
        let before = for_administrator(&op, &txn, id, version).await?;
        // Locks the administrators before the rule is asked: two who deactivate each other cannot both succeed.
        let others = others_remain(&op, &txn, id).await?;
        let deactivated = before.deactivate(by, others)?;
        end_links(&txn, id, None).await?;
        let done = record::change(&op, &txn, before, vec![deactivated]).await?.map(|after| after.id);
        Box::pin(hand_over(&op, &txn, id, heir, done)).await
    })
    .await
}

/// Hands the open cases of `from` to a manager, and mails them. `heir` may be left out when there is at most one
/// manager; with none the cases are left without an officer, unless a child is in immediate danger. A restricted case goes
/// only to a manager who is one of its readers, if it has any other: it is left without an officer then, for them to assign.
async fn hand_over<T>(
    op: &OpContext,
    txn: &DatabaseTransaction,
    from: StaffId,
    heir: Option<StaffId>,
    done: Done<T>,
) -> Result<Done<T>, Error> {
    let cases = store::staff::cases_to_hand_over(op, txn, from).await?;
    if cases.is_empty() {
        return Ok(done);
    }
    let mut managers = store::staff::managers(op, txn, from).await?;
    // Whoever decides this cannot take the cases themselves: they would get into restricted cases without breaking the
    // glass.
    managers.retain(|row| signed_in(op).ok() != Some(row.id));
    let heir = match (heir, managers.as_slice()) {
        (Some(heir), managers) if managers.iter().any(|row| row.id == heir) => Some(heir),
        (None, [only]) => Some(only.id),
        (None, []) => None,
        _ => return Err(Error::invalid("heir", "Select the manager who takes over their open cases")),
    };
    let told = managers.iter().filter(|row| heir.is_none_or(|heir| heir == row.id)).map(|row| row.email.as_str());
    let mails: Vec<Mail> = told.map(|to| mails::cases_handed_over(to, cases.len(), &op.council)).collect();
    Ok(super::case::hand_over(op, txn, cases, heir, done).await?.mailing(mails))
}

/// Reactivates an account.
pub async fn reactivate(op: &OpContext, id: StaffId, version: i32) -> Result<StaffId, Error> {
    change(op, id, version, move |_, _, before| async move { Ok((before.reactivate()?, Vec::new())) }).await
}

/// Removes every second factor of somebody who lost theirs; they set up a new one when they next sign in. Not one's
/// own.
pub async fn reset_second_factor(op: &OpContext, id: StaffId, version: i32) -> Result<StaffId, Error> {
    // Checked before the version, as every right is.
    op.require(signed_in(op).ok() != Some(id))?;
    change(op, id, version, move |op, txn, before| async move {
        let event = before.if_active(StaffEvent::SecondFactorReset {})?;
        remove(&txn, id, &[CredentialKind::Totp, CredentialKind::Passkey, CredentialKind::RecoveryCode]).await?;
        let what = "An administrator has removed your second factor. You set up a new one when you next sign in.";
        Ok((event, vec![mails::sign_in_changed(&before.email, what, &op.council)]))
    })
    .await
}

/// Lifts the locks that too many failed attempts put on an account, on known devices too.
pub async fn unlock(op: &OpContext, id: StaffId, version: i32) -> Result<StaffId, Error> {
    change(op, id, version, move |op, txn, before| async move {
        let event = before.if_active(StaffEvent::StaffUnlocked {})?;
        throttle::forget_in(&op, &txn, limits::ACCOUNT, &before.email).await?;
        throttle::forget_in(&op, &txn, limits::SECOND, &id.to_string()).await?;
        for device in store::known_device::of_staff(&*txn, id).await? {
            let counted = limits::of_device(&device.id);
            throttle::forget_in(&op, &txn, limits::ACCOUNT, &counted).await?;
            throttle::forget_in(&op, &txn, limits::SECOND, &counted).await?;
        }
        Ok((event, Vec::new()))
    })
    .await
}
