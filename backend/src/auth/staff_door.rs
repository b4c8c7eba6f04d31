//! How staff prove who they are: a password and then a second factor; a mailed link when they are new or have forgotten
//! the password; and what they can change of all that once they are signed in.
//!
//! Whether an address is on file cannot be told from an answer or from how long it takes: every count, every hash and
//! every pause is the same for both.

use chrono::{DateTime, Duration, Utc};
use entity::vocabulary::{AccessAction, CredentialKind, StaffLinkPurpose, StaffRole};
use entity::{CredentialId, credential, session, staff, staff_link};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::mailed_link::{self, Link, Mailed, Tried};
use super::session::{Browser, as_staff};
use super::{device, session_store};
use crate::context::OpContext;
use crate::domain::email::Email;
use crate::domain::network;
use crate::domain::password::check;
use crate::domain::viewer::Viewer;
use crate::error::{Error, FieldFault};
use crate::limit::Limit;
use crate::secret::keyring::Purpose;
use crate::secret::token::{hash, random_token};
use crate::secret::{mailed_code, password, recovery, totp};
use crate::service::staff::{Authenticator, NewLink};
use crate::service::{self, mails};
use crate::store;
use crate::throttle::{self, sign_in as limits};

/// How long a link to choose another password works.
const RECOVERY_MINUTES: i64 = 30;
/// How long an opened invitation waits in a browser for the code that whoever invited gives.
const INVITATION_MINUTES: i64 = 60;

/// Where a browser keeps what belongs to a link for this purpose.
fn link(purpose: StaffLinkPurpose) -> Link {
    match purpose {
        StaffLinkPurpose::Invitation => Link::new("onroll-invites", "onroll-invitation", INVITATION_MINUTES),
        StaffLinkPurpose::Recovery => Link::new("onroll-recovers", "onroll-recovery", RECOVERY_MINUTES),
    }
}

/// Where the session keeps an authenticator app that is being set up, and recovery codes that are still to be shown.
const NEW_APP: &str = "authenticator";
const NEW_CODES: &str = "codes";

/// The door for staff, for one request.
pub(crate) struct StaffDoor(pub(crate) Browser);

/// What signing in asks next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Nothing: they are signed in.
    In,
    /// The second factor.
    SecondFactor,
    /// To set up a second factor, because they have none.
    SetUp,
}

/// What became of a password that somebody gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FirstFactor {
    /// It is right.
    Right(Step),
    /// The credentials are not right. `last_try` says that after one more such try they must wait; it is told alike
    /// whether anybody has the address or not.
    Wrong {
        /// Whether only one try is left.
        last_try: bool,
    },
}

/// A mailed link that was opened in this browser.
pub(crate) struct OpenedLink {
    /// Whose account it is for, by name.
    pub(crate) name: String,
    /// Whether the code is wanted.
    pub(crate) wants_code: bool,
}

/// An authenticator app that is being set up.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct NewApp {
    id: CredentialId,
    sealed: String,
}

/// What somebody needs to set up an authenticator app.
pub(crate) struct AppSecret {
    /// What the picture says.
    pub(crate) url: String,
    /// The secret, to be typed.
    pub(crate) text: String,
}

/// What somebody sees of how they sign in.
pub(crate) struct Account {
    /// When they signed in before this time.
    pub(crate) before: Option<DateTime<Utc>>,
    /// Since when they have an authenticator app.
    pub(crate) app_since: Option<DateTime<Utc>>,
    /// How many recovery codes are left.
    pub(crate) codes: usize,
    /// Whether a second factor is asked of everybody here.
    pub(crate) demanded: bool,
    /// Whether they may do without the app.
    pub(crate) removable: bool,
}

/// One of somebody's sessions.
pub(crate) struct OpenSession {
    /// What names it; tells nothing of the cookie.
    pub(crate) handle: String,
    /// What the browser calls itself.
    pub(crate) agent: String,
    /// When it began.
    pub(crate) since: DateTime<Utc>,
    /// When it was last used.
    pub(crate) seen: DateTime<Utc>,
    /// Whether it is this one.
    pub(crate) this: bool,
}

impl StaffDoor {
    fn now(&self) -> DateTime<Utc> {
        self.0.op.now()
    }

    /// Counts a try that was not yet made: in the lane of a device that the account is known on, or else for the address
    /// it comes from and for the account. Whether it leaves one more.
    async fn count_try(&self, viewer: &Viewer, lane: Option<&str>, account: &str) -> Result<bool, Error> {
        if let Some(lane) = lane {
            return self.take(viewer, limits::ACCOUNT, lane).await;
        }
        let last_of_address = match self.0.op.address().map(network::origin) {
            Some(origin) => self.count_address(viewer, &origin).await?,
            None => false,
        };
        // The address first, so that one address cannot lock many accounts.
        Ok(self.take(viewer, limits::ACCOUNT, account).await? || last_of_address)
    }

    /// Counts a try; whether it leaves one more. Refused and noted past the limit.
    async fn take(&self, viewer: &Viewer, limit: Limit, target: &str) -> Result<bool, Error> {
        let (count, resets_at) = throttle::count(&self.0.op, limit, target, 1).await?;
        if count > limit.most {
            self.0.is_past(viewer.clone(), limit).await?;
            return Err(Error::Throttled(resets_at));
        }
        Ok(count + 1 == limit.most)
    }

    /// Counts a try at any account from one address. Past the limit it is refused, and the administrators are told: once
    /// a day, because it may go on for days.
    async fn count_address(&self, viewer: &Viewer, origin: &str) -> Result<bool, Error> {
        let taken = self.take(viewer, limits::ADDRESS, origin).await;
        if matches!(taken, Err(Error::Throttled(_))) {
            let (told, _) = throttle::count(&self.0.op, limits::SPRAY, origin, 1).await?;
            if told <= limits::SPRAY.most {
                self.tell_of_spray(origin.to_owned()).await?;
            }
        }
        taken
    }

    async fn tell_of_spray(&self, origin: String) -> Result<(), Error> {
        let op = self.0.app.op_for(Viewer::Anonymous, self.0.op.request_id.clone()).asked_from(self.0.op.address());
        op.saw(AccessAction::Refuse, "sign_in for many accounts", None);
        service::access_note::note(&op).await?;
        op.write(move |op, txn| async move {
            let told = store::staff::addresses_of(&*txn, StaffRole::Administrator).await?;
            let tries = limits::ADDRESS.most;
            let mail = |to: String| mails::many_passwords_tried(&to, &origin, tries, op.now(), &op.council);
            op.queue(&txn, told.into_iter().map(mail).collect()).await
        })
        .await
    }

    /// Takes the count of a try back, because it was right or never looked at.
    async fn uncount_try(&self, lane: Option<&str>, account: &str) -> Result<(), Error> {
        if let (None, Some(address)) = (lane, self.0.op.address()) {
            throttle::count(&self.0.op, limits::ADDRESS, &network::origin(address), -1).await?;
        }
        throttle::count(&self.0.op, limits::ACCOUNT, lane.unwrap_or(account), -1).await.map(drop)
    }

    /// The account that was typed: who has it, if anybody has, and under what tries at it are counted.
    async fn account_of(&self, typed: &str) -> Result<(Option<staff::Model>, String), Error> {
        let email = Email::parse(typed).ok();
        let row = match &email {
            Some(email) => store::staff::active_by_email(&self.0.app.db.read, email).await?,
            None => None,
        };
        Ok((row, email.map_or_else(|| hash(typed), |email| email.to_string())))
    }

    /// Takes a password. It takes as long for an unknown address.
    pub(crate) async fn sign_in(&self, typed: String, password: String) -> Result<FirstFactor, Error> {
        let (row, account) = self.account_of(&typed).await?;
        let lane = device::lane(&self.0, row.as_ref().map(Into::into)).await?;
        let viewer = viewer_of(row.as_ref());
        let last_try = self.count_try(&viewer, lane.as_deref(), &account).await?;
        let demo_elsewhere = !self.0.app.config.demo && password == password::DEMO_PASSWORD;
        let hash = match &row {
            Some(row) => store::staff::password_hash(&self.0.app.db, row.id).await?,
            None => None,
        };
        let right = match password::verify(password, hash, self.now()).await {
            Ok(right) => right,
            Err(busy) => {
                self.uncount_try(lane.as_deref(), &account).await?;
                return Err(busy);
            }
        };
        let row = match row {
            Some(row) if right && !demo_elsewhere => row,
            _ => {
                self.0.refuse(viewer).await?;
                return Ok(FirstFactor::Wrong { last_try });
            }
        };
        self.uncount_try(lane.as_deref(), &account).await?;
        self.proceed(&row).await.map(FirstFactor::Right)
    }

    /// What is asked of somebody whose first factor was right; lets them in when that is nothing.
    async fn proceed(&self, row: &staff::Model) -> Result<Step, Error> {
        let step = self.owed(row).await?;
        if step == Step::In {
            self.forget_tries(row).await?;
            self.0.admit_staff(row).await?;
        } else {
            self.0.await_second_factor(row).await?;
        }
        Ok(step)
    }

    async fn owed(&self, row: &staff::Model) -> Result<Step, Error> {
        let credentials = store::staff::credentials(&self.0.app.db.read, row.id).await?;
        let has = credentials.iter().any(|one| store::staff::SECOND_FACTORS.contains(&one.kind));
        Ok(match (has, self.0.app.config.demo) {
            (true, _) => Step::SecondFactor,
            (false, false) => Step::SetUp,
            (false, true) => Step::In,
        })
    }

    /// Signs in somebody who has shown both factors.
    async fn admit(&self, row: &staff::Model) -> Result<(), Error> {
        self.forget_tries(row).await?;
        self.0.admit_fully(row).await
    }

    /// Forgets the tries in the lane that led in, and in no other: those of a stranger go on counting.
    async fn forget_tries(&self, row: &staff::Model) -> Result<(), Error> {
        let lane = device::lane(&self.0, [row.into()]).await?;
        throttle::forget(&self.0.op, limits::ACCOUNT, lane.as_ref().unwrap_or(&row.email)).await?;
        throttle::forget(&self.0.op, limits::SECOND, &lane.unwrap_or_else(|| row.id.to_string())).await
    }

    /// Counts a try at the second factor of somebody, in the lane of this device if the account is known on it.
    async fn count_second(&self, row: &staff::Model) -> Result<(), Error> {
        let lane = device::lane(&self.0, [row.into()]).await?.unwrap_or_else(|| row.id.to_string());
        self.0.take(viewer_of(Some(row)), limits::SECOND, &lane).await
    }

    /// What is asked in this browser of somebody whose password was right.
    pub(crate) async fn pending(&self) -> Result<Option<Step>, Error> {
        match self.0.awaited().await? {
            Some(awaited) => self.owed(&awaited.staff).await.map(Some),
            None => Ok(None),
        }
    }

    /// Takes a code of the authenticator app or a recovery code; false when it is not right. None when nobody's is
    /// awaited here, or no longer.
    pub(crate) async fn second_factor(&self, typed: String) -> Result<Option<bool>, Error> {
        let Some(awaited) = self.0.awaited().await? else { return Ok(None) };
        let row = awaited.staff;
        self.count_second(&row).await?;
        let once = throttle::count(&self.0.op, limits::SECOND_ONCE, &awaited.tries, 1).await?;
        if once.0 > limits::SECOND_ONCE.most {
            self.0.is_past(viewer_of(Some(&row)), limits::SECOND_ONCE).await?;
            self.0.await_nobody().await?;
            return Ok(None);
        }
        let right = match recovery::hash(&self.0.app.keyring.clone(), row.id, &typed) {
            Some(code) => is_found(service::staff::use_recovery_code(&self.0.op_as(&row), code).await)?,
            None => self.is_code(&row, &typed).await?,
        };
        if right {
            self.admit(&row).await?;
        } else {
            self.0.refuse(viewer_of(Some(&row))).await?;
        }
        Ok(Some(right))
    }

    /// Whether this is a code of somebody's app that was not used yet; from now on it is.
    async fn is_code(&self, row: &staff::Model, typed: &str) -> Result<bool, Error> {
        let credentials = store::staff::credentials(&self.0.app.db.read, row.id).await?;
        for app in credentials.into_iter().filter(|one| one.kind == CredentialKind::Totp) {
            let secret = self.0.app.keyring.open(Purpose::Totp, &app.id.to_string(), &app.secret)?;
            let now = self.now();
            let Some(step) = totp::step_of(&secret, typed, now)? else { continue };
            let newer = credential::ActiveModel {
                last_step: Set(Some(step)),
                last_used_at: Set(Some(now)),
                ..credential::ActiveModel::default()
            };
            let fresh =
                Condition::any().add(credential::Column::LastStep.is_null()).add(credential::Column::LastStep.lt(step));
            let once = self
                .0
                .op
                .write(move |_, txn| async move {
                    let update = credential::Entity::update_many().set(newer).filter(credential::Column::Id.eq(app.id));
                    Ok(update.filter(fresh).exec(&*txn).await?.rows_affected)
                })
                .await?;
            if once == 1 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The member of staff at this browser, signed in or with a right password, and an operation as them.
    async fn somebody(&self) -> Result<Option<(staff::Model, OpContext)>, Error> {
        if let Viewer::Staff(viewer) = &self.0.op.viewer {
            let row = store::staff::active(&self.0.app.db, viewer.id).await?;
            return Ok(row.map(|row| (row, self.0.op.clone())));
        }
        let awaited = self.0.awaited().await?;
        Ok(awaited.map(|awaited| {
            let op = self.0.op_as(&awaited.staff);
            (awaited.staff, op)
        }))
    }

    /// Who may set up an authenticator app here: somebody signed in, or somebody who owes a second factor and has none.
    /// Whoever has one may not put another in its place before showing it.
    async fn setting_up(&self) -> Result<Option<(staff::Model, OpContext)>, Error> {
        let signed_in = matches!(self.0.op.viewer, Viewer::Staff(_));
        match self.somebody().await? {
            Some((row, op)) if signed_in || self.owed(&row).await? != Step::SecondFactor => Ok(Some((row, op))),
            _ => Ok(None),
        }
    }

    /// What is needed to set up an authenticator app; the same until it is done. None for those who may not now.
    pub(crate) async fn new_app(&self) -> Result<Option<AppSecret>, Error> {
        let Some((row, _)) = self.setting_up().await? else { return Ok(None) };
        let keyring = self.0.app.keyring.clone();
        let kept = self.0.session.get::<NewApp>(NEW_APP).await.map_err(Error::internal)?;
        let kept = kept.and_then(|app| keyring.open(Purpose::Totp, &app.id.to_string(), &app.sealed).ok());
        let secret = if let Some(secret) = kept {
            secret
        } else {
            let secret = totp::new_secret()?;
            let id: CredentialId = self.0.op.new_id();
            let sealed = keyring.seal(Purpose::Totp, &id.to_string(), &secret)?;
            self.0.hold(NEW_APP, &NewApp { id, sealed }).await?;
            secret.to_vec()
        };
        let issuer = format!("Onroll {}", self.0.app.config.council.name);
        let url = totp::url(&secret, &issuer, &row.email)?;
        Ok(Some(AppSecret { url, text: totp::as_text(&secret) }))
    }

    /// Takes the first code of an app that is being set up. Somebody signed in gives their password too; somebody who
    /// just gave it is let in. Whoever has no recovery codes gets some, to be shown once.
    pub(crate) async fn confirm_app(&self, code: &str, password: Option<String>) -> Result<Vec<FieldFault>, Error> {
        let Some((row, op)) = self.setting_up().await? else { return Err(Error::Unauthenticated) };
        let signed_in = matches!(self.0.op.viewer, Viewer::Staff(_));
        if signed_in && !self.is_own_password(&row, password.unwrap_or_default()).await? {
            return Ok(vec![wrong_password()]);
        }
        let kept = self.0.session.get::<NewApp>(NEW_APP).await.map_err(Error::internal)?;
        let Some(NewApp { id, sealed }) = kept else { return Err(Error::Unauthenticated) };
        self.count_second(&row).await?;
        let keyring = self.0.app.keyring.clone();
        let secret = keyring.open(Purpose::Totp, &id.to_string(), &sealed)?;
        let Some(step) = totp::step_of(&secret, code, self.now())? else {
            return Ok(vec![FieldFault::new("code", WRONG_CODE)]);
        };
        let credentials = store::staff::credentials(&self.0.app.db.read, row.id).await?;
        let has_codes = credentials.iter().any(|one| one.kind == CredentialKind::RecoveryCode);
        let codes = if has_codes { Vec::new() } else { recovery::new_codes()? };
        let hashes = codes.iter().filter_map(|code| recovery::hash(&keyring, row.id, code)).collect();
        service::staff::set_authenticator(&op, Authenticator { id, sealed, step }, hashes, !signed_in).await?;
        if signed_in {
            self.forget_tries(&row).await?;
            self.0.session.remove_value(NEW_APP).await.map_err(Error::internal)?;
        } else {
            self.admit(&row).await?;
        }
        self.show_codes(&row, &codes).await?;
        Ok(Vec::new())
    }

    /// Keeps new recovery codes in the session, sealed, until somebody says that they have saved them.
    async fn show_codes(&self, row: &staff::Model, codes: &[String]) -> Result<(), Error> {
        if codes.is_empty() {
            return Ok(());
        }
        let keyring = self.0.app.keyring.clone();
        let sealed = keyring.seal(Purpose::RecoveryCode, &row.id.to_string(), codes.join(" ").as_bytes())?;
        self.0.hold(NEW_CODES, &sealed).await
    }

    /// The recovery codes that were just made for whoever is signed in here.
    pub(crate) async fn new_codes(&self) -> Result<Vec<String>, Error> {
        let Viewer::Staff(viewer) = &self.0.op.viewer else { return Ok(Vec::new()) };
        let sealed = self.0.session.get::<String>(NEW_CODES).await.map_err(Error::internal)?;
        let Some(sealed) = sealed else { return Ok(Vec::new()) };
        let codes = self.0.app.keyring.open(Purpose::RecoveryCode, &viewer.id.to_string(), &sealed)?;
        Ok(String::from_utf8_lossy(&codes).split(' ').map(str::to_owned).collect())
    }

    /// Forgets the recovery codes that were shown.
    pub(crate) async fn codes_saved(&self) -> Result<(), Error> {
        self.0.session.remove_value(NEW_CODES).await.map(drop).map_err(Error::internal)
    }

    /// Asks somebody who is signed in for their password again, so often.
    async fn is_own_password(&self, row: &staff::Model, password: String) -> Result<bool, Error> {
        self.0.take(viewer_of(Some(row)), limits::AGAIN, &row.id.to_string()).await?;
        let hash = store::staff::password_hash(&self.0.app.db, row.id).await?;
        let right = password::verify(password, hash, self.now()).await?;
        if right {
            throttle::forget(&self.0.op, limits::AGAIN, &row.id.to_string()).await?;
        }
        Ok(right)
    }

    /// The member of staff who is signed in, if this is their password.
    async fn confirmed(&self, password: String) -> Result<Result<staff::Model, Vec<FieldFault>>, Error> {
        let Viewer::Staff(viewer) = &self.0.op.viewer else { return Err(Error::Unauthenticated) };
        let row = store::staff::active(&self.0.app.db, viewer.id).await?.ok_or(Error::Unauthenticated)?;
        let right = self.is_own_password(&row, password).await?;
        Ok(if right { Ok(row) } else { Err(vec![wrong_password()]) })
    }

    /// Gives whoever is signed in new recovery codes, to be shown once.
    pub(crate) async fn renew_codes(&self, password: String) -> Result<Vec<FieldFault>, Error> {
        let row = match self.confirmed(password).await? {
            Ok(row) => row,
            Err(faults) => return Ok(faults),
        };
        let (keyring, codes) = (self.0.app.keyring.clone(), recovery::new_codes()?);
        let hashes = codes.iter().filter_map(|code| recovery::hash(&keyring, row.id, code)).collect();
        service::staff::make_recovery_codes(&self.0.op, hashes).await?;
        self.show_codes(&row, &codes).await?;
        Ok(Vec::new())
    }

    /// Takes the app of whoever is signed in away, if they may do without.
    pub(crate) async fn remove_app(&self, password: String) -> Result<Vec<FieldFault>, Error> {
        let row = match self.confirmed(password).await? {
            Ok(row) => row,
            Err(faults) => return Ok(faults),
        };
        let credentials = store::staff::credentials(&self.0.app.db.read, row.id).await?;
        if !self.may_remove_app(&credentials) {
            return Err(Error::Forbidden);
        }
        service::staff::remove_authenticator(&self.0.op).await?;
        Ok(Vec::new())
    }

    /// Outside the demonstration an app is removed only by those who have another second factor.
    fn may_remove_app(&self, credentials: &[credential::Model]) -> bool {
        self.0.app.config.demo || credentials.iter().any(|one| one.kind == CredentialKind::Passkey)
    }

    /// Why a password may not be chosen by `row`, whoever types it twice.
    fn faults_of(&self, row: &staff::Model, password: &str, again: &str) -> Vec<FieldFault> {
        let council = self.0.app.config.council.name.as_str();
        if let Err(message) = check(password, &[&row.name, &row.email, council]) {
            return vec![FieldFault::new("password", message)];
        }
        if !self.0.app.config.demo && password == password::DEMO_PASSWORD {
            let message = "Enter another password: this one is printed in the demonstration";
            return vec![FieldFault::new("password", message)];
        }
        if password != again {
            return vec![FieldFault::new("again", "Enter the same password twice")];
        }
        Vec::new()
    }

    /// Puts another password in place of that of whoever is signed in; this session goes on, all others end.
    pub(crate) async fn change_password(
        &self,
        current: String,
        password: String,
        again: &str,
    ) -> Result<Vec<FieldFault>, Error> {
        let row = match self.confirmed(current).await? {
            Ok(row) => row,
            Err(faults) => return Ok(faults),
        };
        let faults = self.faults_of(&row, &password, again);
        if !faults.is_empty() {
            return Ok(faults);
        }
        let hash = password::hash(password, self.now()).await?;
        service::staff::change_password(&self.0.op, hash).await?;
        let before = self.0.signed_in_before().await?;
        let row = store::staff::active(&self.0.app.db, row.id).await?.ok_or(Error::Unauthenticated)?;
        // Nobody but this device knows the new password: no other is known to the account any more.
        let known = !self.0.app.config.demo;
        let row = staff::Model { last_sign_in_at: before, ..row };
        if known {
            self.0.admit_fully(&row).await?;
        } else {
            self.0.admit_staff(&row).await?;
        }
        Ok(Vec::new())
    }

    /// Mails a link to choose another password if the address belongs to active staff. The caller cannot tell.
    pub(crate) async fn mail_recovery(&self, typed: String) -> Result<(), Error> {
        let (row, account) = self.account_of(&typed).await?;
        let lane = device::lane(&self.0, row.as_ref().map(Into::into)).await?;
        let viewer = viewer_of(row.as_ref());
        if let (None, Some(address)) = (&lane, self.0.op.address()) {
            self.0.take(viewer.clone(), limits::RECOVERY_ADDRESS, &network::origin(address)).await?;
        }
        self.0.take(viewer, limits::RECOVERY, lane.as_ref().unwrap_or(&account)).await?;
        let (op, token, code) = (self.0.op.clone(), random_token()?, mailed_code::random()?);
        let words = mails::SignInLink {
            url: format!("{}/recover/{token}", op.council.public_url),
            code: mailed_code::printed(&code),
            minutes: RECOVERY_MINUTES,
        };
        let new = NewLink {
            staff: row.as_ref().map_or_else(|| Uuid::nil().into(), |row| row.id),
            purpose: StaffLinkPurpose::Recovery,
            token,
            browser_hash: link(StaffLinkPurpose::Recovery).asks(&self.0.cookies)?,
            code,
            known: lane.is_some(),
            lasts: Duration::minutes(RECOVERY_MINUTES),
        };
        let mail = mails::staff_recovery(row.as_ref().map_or(&account, |row| &row.email), &words, &op.council);
        // An unknown address has as much written for it, so that time does not tell.
        self.0
            .op
            .write(move |_, txn| async move {
                service::staff::new_link(&op, &txn, &new).await?;
                op.queue_or_feign(&txn, mail, row.is_some()).await
            })
            .await
    }

    /// Takes the token of a mailed link out of the address; false when it has not the shape of one.
    pub(crate) fn put_link_away(&self, token: &str, purpose: StaffLinkPurpose) -> bool {
        link(purpose).put_away(&self.0.cookies, token)
    }

    /// The link that waits in this browser, if it can still be used.
    pub(crate) async fn opened_link(&self, purpose: StaffLinkPurpose) -> Result<Option<OpenedLink>, Error> {
        let Some((row, wants_code)) = self.waiting(purpose).await? else { return Ok(None) };
        Ok(Some(OpenedLink { name: row.name, wants_code }))
    }

    /// Whose link waits in this browser, and whether the code is wanted.
    async fn waiting(&self, purpose: StaffLinkPurpose) -> Result<Option<(staff::Model, bool)>, Error> {
        let (app, cookies, link) = (&self.0.app, &self.0.cookies, link(purpose));
        let Some(token_hash) = link.waiting(cookies) else { return Ok(None) };
        let row = mailed_link::usable::<staff_link::Entity, _>(&app.db.read, &token_hash, self.now()).await?;
        let Some(row) = row.filter(|row| row.purpose == purpose) else { return Ok(None) };
        let wants_code = !link.is_from_here(cookies, &staff_link::Entity::lock(&row));
        Ok(store::staff::one(&app.db.read, row.staff_id).await?.map(|staff| (staff, wants_code)))
    }

    /// Uses the link that waits in this browser to choose a password; what is asked next, or what is wrong with what was
    /// typed. None when the link cannot be used.
    pub(crate) async fn use_link(
        &self,
        purpose: StaffLinkPurpose,
        code: &str,
        password: String,
        again: &str,
    ) -> Result<Option<Result<Step, Vec<FieldFault>>>, Error> {
        let (cookies, link) = (&self.0.cookies, link(purpose));
        let (waiting, key) = (self.waiting(purpose).await?, link.key(cookies, &self.0.app.keyring.clone(), code));
        let (Some((row, _)), Some(key)) = (waiting, key) else {
            link.is_dead(cookies);
            return Ok(None);
        };
        // A password that may not be chosen costs no try of the code.
        let faults = self.faults_of(&row, &password, again);
        if !faults.is_empty() {
            return Ok(Some(Err(faults)));
        }
        let (token_hash, now) = (key.token_hash.clone(), self.now());
        let tried = self
            .0
            .op
            .write(move |_, txn| async move { mailed_link::try_key::<staff_link::Entity>(&txn, &key, now).await });
        match tried.await? {
            Tried::Right => {}
            refused => {
                self.0.refuse(Viewer::Staff(as_staff(&row))).await?;
                if refused == Tried::Wrong {
                    return Ok(Some(Err(vec![FieldFault::new("code", WRONG_LINK_CODE)])));
                }
                link.is_dead(cookies);
                return Ok(None);
            }
        }
        self.choose(&row, purpose, token_hash, password).await
    }

    /// Puts a password that may be chosen in the place of the one before, which a link allows that opened.
    async fn choose(
        &self,
        row: &staff::Model,
        purpose: StaffLinkPurpose,
        token_hash: String,
        password: String,
    ) -> Result<Option<Result<Step, Vec<FieldFault>>>, Error> {
        let secret = password::hash(password, self.now()).await?;
        let op = self.0.op_as(row);
        let used = match purpose {
            StaffLinkPurpose::Invitation => service::staff::accept_invitation(&op, token_hash, secret).await,
            StaffLinkPurpose::Recovery => service::staff::recover(&op, token_hash, secret).await,
        };
        if !is_found(used)? {
            link(purpose).is_dead(&self.0.cookies);
            return Ok(None);
        }
        link(purpose).is_used(&self.0.cookies);
        match store::staff::active(&self.0.app.db, row.id).await? {
            Some(row) => self.proceed(&row).await.map(|step| Some(Ok(step))),
            None => Ok(None),
        }
    }

    /// What whoever is signed in sees of how they sign in; none for those who are not staff.
    pub(crate) async fn account(&self) -> Result<Option<Account>, Error> {
        let Viewer::Staff(viewer) = &self.0.op.viewer else { return Ok(None) };
        let credentials = store::staff::credentials(&self.0.app.db.read, viewer.id).await?;
        let of = |kind| credentials.iter().filter(move |one| one.kind == kind);
        Ok(Some(Account {
            before: self.0.signed_in_before().await?,
            app_since: of(CredentialKind::Totp).map(|app| app.created_at).next(),
            codes: of(CredentialKind::RecoveryCode).count(),
            demanded: !self.0.app.config.demo,
            removable: self.may_remove_app(&credentials),
        }))
    }

    /// The sessions of whoever is signed in, this one among them.
    pub(crate) async fn sessions(&self) -> Result<Vec<OpenSession>, Error> {
        if self.0.op.viewer == Viewer::Anonymous {
            return Ok(Vec::new());
        }
        let this = self.0.session.id().map(|id| session_store::key(&id));
        let rows = store::staff::sessions(&self.0.op).await?;
        Ok(rows
            .into_iter()
            .map(|row| OpenSession {
                handle: handle(&row.id),
                agent: row.agent,
                since: row.created_at,
                seen: row.seen_at.unwrap_or(row.created_at),
                this: this.as_ref() == Some(&row.id),
            })
            .collect())
    }

    /// Ends one session of whoever is signed in; false when they have no such session.
    pub(crate) async fn end_session(&self, named: &str) -> Result<bool, Error> {
        if self.0.op.viewer == Viewer::Anonymous {
            return Ok(false);
        }
        let rows = store::staff::sessions(&self.0.op).await?;
        let Some(row) = rows.into_iter().find(|row| handle(&row.id) == named) else { return Ok(false) };
        let op = &self.0.op;
        op.write(move |_, txn| async move {
            session::Entity::delete_many().filter(session::Column::Id.eq(row.id)).exec(&*txn).await?;
            Ok(())
        })
        .await?;
        op.saw(AccessAction::SignOut, op.viewer.to_string(), None);
        service::access_note::note(op).await?;
        Ok(true)
    }
}

const WRONG_LINK_CODE: &str = "Enter the code as you were given it, like AB3D-4FGH";
const WRONG_CODE: &str = "Enter the 6 numbers that the app shows now";

/// As whom a try is noted: the one whose account it is at, or nobody.
fn viewer_of(row: Option<&staff::Model>) -> Viewer {
    row.map_or(Viewer::Anonymous, |row| Viewer::Staff(as_staff(row)))
}

fn wrong_password() -> FieldFault {
    FieldFault::new("current", "Your password is not right")
}

/// What names a session on a page: the row's key would do no harm, but need not be known.
fn handle(key: &str) -> String {
    hex::encode(Sha256::digest(key))
}

/// Whether a command found what it was to use up.
fn is_found(done: Result<(), Error>) -> Result<bool, Error> {
    match done {
        Ok(()) => Ok(true),
        Err(Error::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}
