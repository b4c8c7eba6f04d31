//! Commands on staff: what administrators do to accounts, and what somebody does to their own. How a secret is checked
//! is `auth`'s; what arrives here is hashed or sealed already.

use chrono::Duration;
use entity::vocabulary::{CredentialKind, StaffLinkPurpose, StaffRole, StaffState};
use entity::{CredentialId, StaffId, credential, staff_link};
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};

use super::{mails, record, require};
use crate::context::{Done, Mail, OpContext, Txn};
use crate::domain::email::Email;
use crate::domain::password::check;
use crate::domain::policy::manages_staff;
use crate::domain::staff::{StaffEvent, StaffMember, introduce};
use crate::domain::stream::Stream;
use crate::domain::typed::all;
use crate::domain::viewer::Viewer;
use crate::error::{Conflict, Error, FieldFault};
use crate::secret::token::{hash, random_token};
use crate::secret::{mailed_code, password};
use crate::store;
use crate::store::stream::{for_change, load};
use crate::throttle::{self, sign_in as limits};

/// How long an invitation may be accepted.
const INVITATION_DAYS: i64 = 3;

/// A member of staff to be, with a password.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the options of `onroll staff add`")]
pub struct Add {
    pub name: String,
    pub email: String,
    pub roles: Vec<StaffRole>,
    pub password: String,
}

/// A member of staff to be, who chooses their own password.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields of the API's `InviteStaffInput`")]
pub struct Invite {
    pub name: String,
    pub email: String,
    pub roles: Vec<StaffRole>,
}

fn may_manage(op: &OpContext) -> Result<(), Error> {
    require(op, matches!(op.viewer, Viewer::System(_)) || manages_staff(&op.viewer))
}

/// The member of staff who does something to their own account.
fn own(op: &OpContext) -> Result<StaffId, Error> {
    match &op.viewer {
        Viewer::Staff(staff) => Ok(staff.id),
        _ => Err(Error::Unauthenticated),
    }
}

/// Adds a member of staff with a password; only the operator may.
pub async fn add(op: &OpContext, typed: Add) -> Result<StaffId, Error> {
    require(op, matches!(op.viewer, Viewer::System(_)))?;
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

pub(super) fn new_credential(
    op: &OpContext,
    staff: StaffId,
    kind: CredentialKind,
    secret: String,
) -> credential::ActiveModel {
    credential::ActiveModel {
        id: Set(op.new_id::<CredentialId>()),
        staff_id: Set(staff),
        kind: Set(kind),
        name: Set(String::new()),
        secret: Set(secret),
        lookup: Set(None),
        last_step: Set(None),
        created_at: Set(op.now()),
        last_used_at: Set(None),
    }
}

/// Removes every credential of these kinds; how many there were.
async fn remove(txn: &DatabaseTransaction, staff: StaffId, kinds: &[CredentialKind]) -> Result<u64, Error> {
    let gone = credential::Entity::delete_many()
        .filter(credential::Column::StaffId.eq(staff))
        .filter(credential::Column::Kind.is_in(kinds.iter().copied()))
        .exec(txn)
        .await?;
    Ok(gone.rows_affected)
}

async fn set_password(op: &OpContext, txn: &DatabaseTransaction, staff: StaffId, hash: String) -> Result<(), Error> {
    remove(txn, staff, &[CredentialKind::Password]).await?;
    let row = new_credential(op, staff, CredentialKind::Password, hash);
    credential::Entity::insert(row).exec_without_returning(txn).await?;
    Ok(())
}

/// Somebody who was invited, and the code that their invitation wants: it goes another way than the mail.
#[derive(Clone, Debug)]
pub struct Invited {
    /// Their account.
    pub id: StaffId,
    /// The code, as it is read out. It is kept only as a keyed hash.
    pub code: String,
}

/// Invites somebody to choose a password.
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

/// Makes a link for an invitation, in place of any before it: the mail that carries it, and the code that it wants.
async fn invitation(op: &OpContext, txn: &DatabaseTransaction, member: &StaffMember) -> Result<(Mail, String), Error> {
    let (token, code) = (random_token()?, mailed_code::random()?);
    let url = format!("{}/invitation/{token}", op.council.public_url);
    let printed = mailed_code::printed(&code);
    let new = NewLink {
        staff: member.id,
        purpose: StaffLinkPurpose::Invitation,
        token,
        // No browser asked for it.
        browser_hash: String::new(),
        code,
        known: true,
        lasts: Duration::days(INVITATION_DAYS),
    };
    new_link(op, txn, &new).await?;
    Ok((mails::staff_invited(&member.email, &url, INVITATION_DAYS, &op.council), printed))
}

/// A link that is made for somebody.
#[derive(Clone)]
pub(crate) struct NewLink {
    /// For whom; nobody when the address is unknown.
    pub(crate) staff: StaffId,
    /// What it is for.
    pub(crate) purpose: StaffLinkPurpose,
    /// What its address ends with.
    pub(crate) token: String,
    /// What the browser that asked is known by, as it is stored; empty when none asked.
    pub(crate) browser_hash: String,
    /// The code that any other browser needs.
    pub(crate) code: String,
    /// Whether a device that knows the account asked for it.
    pub(crate) known: bool,
    /// How long it can be used.
    pub(crate) lasts: Duration,
}

/// Stores a link that was made for somebody; one before it for the same purpose no longer works, unless a device that
/// knows the account asked for that one and a stranger for this: else strangers could end every link of somebody's.
pub(crate) async fn new_link(op: &OpContext, txn: &DatabaseTransaction, new: &NewLink) -> Result<(), Error> {
    let mut before = staff_link::Entity::delete_many()
        .filter(staff_link::Column::StaffId.eq(new.staff))
        .filter(staff_link::Column::Purpose.eq(new.purpose));
    if !new.known {
        before = before.filter(staff_link::Column::Known.eq(false));
    }
    before.exec(txn).await?;
    let NewLink { staff, purpose, token, browser_hash, code, known, lasts } = new;
    let keyring = op.keyring().ok_or_else(|| Error::internal("a link cannot be made without a key"))?;
    let token_hash = hash(token);
    let row = staff_link::ActiveModel {
        code_hash: Set(mailed_code::hash(keyring, &token_hash, code)),
        token_hash: Set(token_hash),
        staff_id: Set(*staff),
        purpose: Set(*purpose),
        created_at: Set(op.now()),
        expires_at: Set(op.now() + *lasts),
        used_at: Set(None),
        browser_hash: Set(browser_hash.clone()),
        tries: Set(0),
        known: Set(*known),
    };
    staff_link::Entity::insert(row).exec_without_returning(txn).await?;
    Ok(())
}

/// Ends the links that were mailed to somebody, for one purpose or all.
pub(crate) async fn end_links(
    txn: &DatabaseTransaction,
    staff: StaffId,
    purpose: Option<StaffLinkPurpose>,
) -> Result<(), Error> {
    let mut links = staff_link::Entity::delete_many().filter(staff_link::Column::StaffId.eq(staff));
    if let Some(purpose) = purpose {
        links = links.filter(staff_link::Column::Purpose.eq(purpose));
    }
    links.exec(txn).await?;
    Ok(())
}

/// Uses a mailed link, once, in the transaction of what it is used for.
async fn use_link(
    op: &OpContext,
    txn: &DatabaseTransaction,
    staff: StaffId,
    purpose: StaffLinkPurpose,
    token_hash: &str,
) -> Result<(), Error> {
    let used = staff_link::ActiveModel { used_at: Set(Some(op.now())), ..staff_link::ActiveModel::default() };
    let once = staff_link::Entity::update_many()
        .set(used)
        .filter(staff_link::Column::TokenHash.eq(token_hash))
        .filter(staff_link::Column::StaffId.eq(staff))
        .filter(staff_link::Column::Purpose.eq(purpose))
        .filter(staff_link::Column::UsedAt.is_null())
        .filter(staff_link::Column::ExpiresAt.gt(op.now()))
        .exec(txn)
        .await?;
    if once.rows_affected == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// The account that an administrator changes, who saw it at this version.
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

/// Runs one verb of an administrator on one account.
async fn change<F, Fut>(op: &OpContext, id: StaffId, version: i32, act: F) -> Result<StaffId, Error>
where
    F: FnOnce(OpContext, Txn, StaffMember) -> Fut + Send + 'static,
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

/// Whether another administrator than `id` remains. Whoever asks must still be one: their rights may have been taken
/// since this operation began.
pub(super) async fn others_remain(op: &OpContext, txn: &DatabaseTransaction, id: StaffId) -> Result<bool, Error> {
    let administrators = store::staff::lock_administrators(txn).await?;
    if let Viewer::Staff(viewer) = &op.viewer {
        require(op, administrators.contains(&viewer.id))?;
    }
    Ok(administrators.iter().any(|other| *other != id))
}

/// Sends an invitation again; the one before it no longer works, nor does its code.
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

/// Changes somebody's roles; they hold from their next request on.
pub async fn change_roles(op: &OpContext, id: StaffId, version: i32, roles: Vec<StaffRole>) -> Result<StaffId, Error> {
    let by = own(op).ok();
    change(op, id, version, move |op, txn, before| async move {
        let others = others_remain(&op, &txn, id).await?;
        Ok((before.change_roles(by, &roles, others)?, Vec::new()))
    })
    .await
}

/// Lets somebody sign in no longer, from their next request on, and hands their open cases to a manager.
pub async fn deactivate(op: &OpContext, id: StaffId, version: i32, heir: Option<StaffId>) -> Result<StaffId, Error> {
    may_manage(op)?;
    let by = own(op).ok();
    op.commit(move |op, txn| async move {
        let before = for_administrator(&op, &txn, id, version).await?;
        let others = others_remain(&op, &txn, id).await?;
        let deactivated = before.deactivate(by, others)?;
        end_links(&txn, id, None).await?;
        let done = record::change(&op, &txn, before, vec![deactivated]).await?.map(|after| after.id);
        hand_over(&op, &txn, id, heir, done).await
    })
    .await
}

/// Hands the open cases of somebody to a manager, who is told. A restricted one goes only to a manager who is named to it
/// already; otherwise it is left to be assigned by one of its readers.
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
    // Whoever decides this gives nothing to themselves: it would open restricted cases without breaking any glass.
    managers.retain(|row| own(op).ok() != Some(row.id));
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

/// Lets somebody sign in again.
pub async fn reactivate(op: &OpContext, id: StaffId, version: i32) -> Result<StaffId, Error> {
    change(op, id, version, move |_, _, before| async move { Ok((before.reactivate()?, Vec::new())) }).await
}

/// Removes every second factor of somebody who lost theirs; they set one up when they next sign in.
pub async fn reset_second_factor(op: &OpContext, id: StaffId, version: i32) -> Result<StaffId, Error> {
    // Asked before the version, as every right is.
    require(op, own(op).ok() != Some(id))?;
    change(op, id, version, move |op, txn, before| async move {
        let event = before.if_active(StaffEvent::SecondFactorReset {})?;
        remove(&txn, id, &[CredentialKind::Totp, CredentialKind::Passkey, CredentialKind::RecoveryCode]).await?;
        let what = "An administrator has removed your second factor. You set up a new one when you next sign in.";
        Ok((event, vec![mails::sign_in_changed(&before.email, what, &op.council)]))
    })
    .await
}

/// Lets somebody who tried too often try again at once.
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

/// Runs one verb of somebody on their own account, which leaves `events` in this order.
pub(super) async fn change_own<F, Fut>(op: &OpContext, act: F) -> Result<(), Error>
where
    F: FnOnce(OpContext, Txn, StaffMember) -> Fut + Send + 'static,
    Fut: Future<Output = Result<(Vec<StaffEvent>, Vec<Mail>), Error>> + Send + 'static,
{
    let id = own(op)?;
    op.commit(move |op, txn| async move {
        let before: StaffMember = load(&*txn, id).await?;
        let (events, mails) = act(op.clone(), Txn::clone(&txn), before.clone()).await?;
        Ok(record::change(&op, &txn, before, events).await?.map(drop).mailing(mails))
    })
    .await
}

/// Accepts the viewer's invitation with a password, which its link allows once.
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

/// Puts another password in place of one that the viewer no longer knows, which a mailed link allows once; ends all
/// their sessions and lets them try again at once.
pub async fn recover(op: &OpContext, token_hash: String, password_hash: String) -> Result<(), Error> {
    change_own(op, move |op, txn, before| async move {
        let id = before.id;
        if before.state != StaffState::Active {
            return Err(Error::NotFound);
        }
        use_link(&op, &txn, id, StaffLinkPurpose::Recovery, &token_hash).await?;
        set_password(&op, &txn, id, password_hash).await?;
        throttle::forget_in(&op, &txn, limits::ACCOUNT, &before.email).await?;
        let mail = mails::sign_in_changed(&before.email, PASSWORD_CHANGED, &op.council);
        Ok((vec![StaffEvent::PasswordChanged {}], vec![mail]))
    })
    .await
}

/// Puts another password in place of the viewer's; ends all their sessions.
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

/// An authenticator app whose first code was right.
#[derive(Clone, Debug)]
pub struct Authenticator {
    /// The id its secret is sealed for.
    pub id: CredentialId,
    /// Its secret, sealed.
    pub sealed: String,
    /// The step of the code, which is thereby used.
    pub step: i64,
}

/// Gives the viewer an authenticator app in place of any before it, and recovery codes, whose keyed hashes these are.
pub async fn set_authenticator(
    op: &OpContext,
    app: Authenticator,
    codes: Vec<String>,
    is_first: bool,
) -> Result<(), Error> {
    change_own(op, move |op, txn, before| async move {
        let id = before.id;
        let held = store::staff::credentials(&*txn, id).await?;
        // Whoever is not yet in may set up the first second factor, never put one in another's place.
        if is_first && held.iter().any(|one| store::staff::SECOND_FACTORS.contains(&one.kind)) {
            return Err(Conflict::Stale.into());
        }
        let factor = CredentialKind::Totp;
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

/// Takes the viewer's authenticator app away.
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

/// Gives the viewer new recovery codes, whose keyed hashes these are, in place of those before them.
pub async fn make_recovery_codes(op: &OpContext, codes: Vec<String>) -> Result<(), Error> {
    change_own(op, move |op, txn, before| async move {
        keep_codes(&op, &txn, before.id, codes).await?;
        Ok((vec![StaffEvent::RecoveryCodesMade {}], Vec::new()))
    })
    .await
}

/// Uses up one of the viewer's recovery codes; not found when there is none of this hash.
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

/// Ends every session of the viewer, who is staff, on all devices.
pub async fn end_sessions(op: &OpContext) -> Result<(), Error> {
    change_own(op, move |_, _, _| async move { Ok((vec![StaffEvent::StaffSessionsEnded {}], Vec::new())) }).await
}
