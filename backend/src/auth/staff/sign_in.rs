//! Signing in as staff: the password, and the second factor after it. What must not live here: counting tries
//! (`tries`).

use entity::vocabulary::CredentialKind;
use entity::{credential, staff};
use frontend::denied::Attempt;
use frontend::form::Faults;
use frontend::sign_in::Step;
use frontend::sign_in::password::{FirstFactor, Passwords};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter};

use super::{StaffSignIn, is_found, viewer_of};
use crate::auth::denied::{attempt, checked};
use crate::auth::device;
use crate::domain::email::Email;
use crate::error::Error;
use crate::secret::keyring::Purpose;
use crate::secret::token::hash;
use crate::secret::{password, recovery, totp};
use crate::throttle::{self, sign_in as limits};
use crate::{service, store};

impl StaffSignIn {
    /// Checks a password. An unknown address takes as long, and is warned of the last try like a known one.
    async fn try_password(&self, typed: String, password: String) -> Result<FirstFactor, Error> {
        let (row, account) = self.account_of(&typed).await?;
        let lane = device::lane(&self.0.op, &self.0.cookies, row.as_ref().map(Into::into)).await?;
        let viewer = viewer_of(row.as_ref());
        // Counted before the password is compared, so that tries at once cannot exceed the limit.
        let last_try = self.count_try(&viewer, lane.as_deref(), &account).await?;
        let demo_elsewhere = !self.0.app.config.demo && password == password::DEMO_PASSWORD;
        let hash = match &row {
            Some(row) => store::staff::password_hash(&self.0.app.db, row.id).await?,
            None => None,
        };
        let right = match password::verify(password, hash, self.now()).await {
            Ok(right) => right,
            Err(busy) => {
                // A hash that could not be computed is no try.
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

    /// The account with the typed address, if there is one, and the target under which tries at it are counted.
    pub(super) async fn account_of(&self, typed: &str) -> Result<(Option<staff::Model>, String), Error> {
        let email = Email::parse(typed).ok();
        let row = match &email {
            Some(email) => store::staff::active_by_email(&self.0.app.db.read, email).await?,
            None => None,
        };
        Ok((row, email.map_or_else(|| hash(typed), |email| email.to_string())))
    }

    /// The step that is awaited in this browser after a right password; `None` if none is.
    async fn asked(&self) -> Result<Option<Step>, Error> {
        match self.0.awaited().await? {
            Some(awaited) => self.owed(&awaited.staff).await.map(Some),
            None => Ok(None),
        }
    }

    /// Checks a code of the authenticator app or a recovery code; false if it is wrong. `None` if nobody's second
    /// factor is awaited here, or no longer.
    pub(super) async fn try_second_factor(&self, typed: String) -> Result<Option<bool>, Error> {
        let Some(awaited) = self.0.awaited().await? else { return Ok(None) };
        let row = awaited.staff;
        self.count_second(&row).await?;
        let once = throttle::count(&self.0.op, limits::SECOND_ONCE, &awaited.tries, 1).await?;
        if once.0 > limits::SECOND_ONCE.most {
            self.0.is_past(viewer_of(Some(&row)), limits::SECOND_ONCE).await?;
            self.0.await_nobody().await?;
            return Ok(None);
        }
        let right = match recovery::hash(&self.0.app.keyring, row.id, &typed) {
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

    /// Whether this is the code of an app of `row` that was not used yet. It is used up.
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
}

impl Passwords for StaffSignIn {
    fn sign_in(&self, email: String, password: String) -> Attempt<'_, FirstFactor> {
        attempt(self.try_password(email, password))
    }

    fn pending(&self) -> Attempt<'_, Option<Step>> {
        attempt(self.asked())
    }

    fn change(&self, current: String, password: String, again: String) -> Attempt<'_, Faults> {
        checked(async move { self.change_password(current, password, &again).await })
    }
}
