//! Signing in: the password, and the second factor that is asked after it.

use entity::vocabulary::CredentialKind;
use entity::{credential, staff};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter};

use super::{StaffSignIn, Step, is_found, viewer_of};
use crate::auth::device;
use crate::domain::email::Email;
use crate::error::Error;
use crate::secret::keyring::Purpose;
use crate::secret::token::hash;
use crate::secret::{password, recovery, totp};
use crate::throttle::{self, sign_in as limits};
use crate::{service, store};

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

impl StaffSignIn {
    /// Takes a password. It takes as long for an unknown address.
    pub(crate) async fn sign_in(&self, typed: String, password: String) -> Result<FirstFactor, Error> {
        let (row, account) = self.account_of(&typed).await?;
        let lane = device::lane(&self.0.op, &self.0.cookies, row.as_ref().map(Into::into)).await?;
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

    /// The account that was typed: who has it, if anybody has, and under what tries at it are counted.
    pub(super) async fn account_of(&self, typed: &str) -> Result<(Option<staff::Model>, String), Error> {
        let email = Email::parse(typed).ok();
        let row = match &email {
            Some(email) => store::staff::active_by_email(&self.0.app.db.read, email).await?,
            None => None,
        };
        Ok((row, email.map_or_else(|| hash(typed), |email| email.to_string())))
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
}
