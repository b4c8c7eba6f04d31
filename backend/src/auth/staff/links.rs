//! Mailed links of staff: invitations, and links for those who forgot their password. What must not live here: cookies
//! and codes of links (`auth::mailed_link`).

use chrono::Duration;
use entity::vocabulary::StaffLinkPurpose;
use entity::{staff, staff_link};
use frontend::denied::Attempt;
use frontend::form::Faults;
use frontend::sign_in::Step;
use frontend::sign_in::staff_link::{OpenedLink, Purpose, StaffLinks};
use uuid::Uuid;

use super::{StaffSignIn, is_found, viewer_of};
use crate::auth::denied::{attempt, attempt_one, faults};
use crate::auth::device;
use crate::auth::mailed_link::{self, Link, Mailed, Tried};
use crate::auth::session::as_staff;
use crate::domain::network;
use crate::domain::viewer::Viewer;
use crate::error::{Error, FieldFault};
use crate::secret::token::random_token;
use crate::secret::{mailed_code, password};
use crate::service::staff::links::NewLink;
use crate::service::{self, mails};
use crate::store;
use crate::throttle::sign_in as limits;

const WRONG_LINK_CODE: &str = "Enter the code as you were given it, like AB3D-4FGH";

/// The minutes in which a recovery link works.
const RECOVERY_MINUTES: i64 = 30;
/// The minutes for which an opened invitation waits in a browser for the code that the person who invited tells.
const INVITATION_MINUTES: i64 = 60;

/// The cookies of a link for this purpose.
fn link(purpose: StaffLinkPurpose) -> Link {
    match purpose {
        StaffLinkPurpose::Invitation => Link::new("onroll-invites", "onroll-invitation", INVITATION_MINUTES),
        StaffLinkPurpose::Recovery => Link::new("onroll-recovers", "onroll-recovery", RECOVERY_MINUTES),
    }
}

impl StaffSignIn {
    /// Mails a recovery link if the address belongs to active staff. The caller is not told whether it does.
    async fn mail_link(&self, typed: String) -> Result<(), Error> {
        let (row, account) = self.account_of(&typed).await?;
        let lane = device::lane(&self.0.op, &self.0.cookies, row.as_ref().map(Into::into)).await?;
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
        // For an unknown address as much is written, so that the time taken does not tell it apart.
        self.0
            .op
            .write(move |_, txn| async move {
                service::staff::links::new_link(&op, &txn, &new).await?;
                op.queue_or_feign(&txn, mail, row.is_some()).await
            })
            .await
    }

    /// The member of staff whose link waits in this browser, and whether the code is needed; `None` if no usable link
    /// waits.
    async fn waiting(&self, purpose: StaffLinkPurpose) -> Result<Option<(staff::Model, bool)>, Error> {
        let (app, cookies, link) = (&self.0.app, &self.0.cookies, link(purpose));
        let Some(token_hash) = link.waiting(cookies) else { return Ok(None) };
        let row = mailed_link::usable::<staff_link::Entity, _>(&app.db.read, &token_hash, self.now()).await?;
        let Some(row) = row.filter(|row| row.purpose == purpose) else { return Ok(None) };
        let wants_code = !link.is_from_here(cookies, &staff_link::Entity::lock(&row));
        Ok(store::staff::one(&app.db.read, row.staff_id).await?.map(|staff| (staff, wants_code)))
    }

    /// Uses the link that waits in this browser to choose a password. Returns the next step, or the faults of what was
    /// typed; `None` when the link cannot be used.
    async fn use_link(
        &self,
        purpose: StaffLinkPurpose,
        code: &str,
        password: String,
        again: &str,
    ) -> Result<Option<Result<Step, Vec<FieldFault>>>, Error> {
        let (cookies, link) = (&self.0.cookies, link(purpose));
        let (waiting, key) = (self.waiting(purpose).await?, link.key(cookies, &self.0.app.keyring, code));
        let (Some((row, _)), Some(key)) = (waiting, key) else {
            link.is_dead(cookies);
            return Ok(None);
        };
        // The password is checked first, so that one that is not allowed uses up no try of the code.
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

    /// Replaces the password of `row` with one that is allowed, after a link was accepted.
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
}

impl StaffLinks for StaffSignIn {
    fn mail_recovery(&self, email: String) -> Attempt<'_, ()> {
        attempt(self.mail_link(email))
    }

    fn put_away(&self, token: &str, purpose: Purpose) -> bool {
        link(as_stored(purpose)).put_away(&self.0.cookies, token)
    }

    fn opened(&self, purpose: Purpose) -> Attempt<'_, OpenedLink> {
        attempt_one(async move {
            let waiting = self.waiting(as_stored(purpose)).await?;
            Ok(waiting.map(|(row, wants_code)| OpenedLink { name: row.name, wants_code }))
        })
    }

    fn redeem(
        &self,
        purpose: Purpose,
        code: String,
        password: String,
        again: String,
    ) -> Attempt<'_, Result<Step, Faults>> {
        attempt_one(async move {
            let used = self.use_link(as_stored(purpose), &code, password, &again).await?;
            Ok(used.map(|used| used.map_err(faults)))
        })
    }
}

fn as_stored(purpose: Purpose) -> StaffLinkPurpose {
    match purpose {
        Purpose::Invitation => StaffLinkPurpose::Invitation,
        Purpose::Recovery => StaffLinkPurpose::Recovery,
    }
}
