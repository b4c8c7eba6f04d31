//! Setting up and removing authenticator apps and recovery codes. What must not live here: asking for a second factor
//! (`sign_in`).

use entity::vocabulary::CredentialKind;
use entity::{CredentialId, credential, staff};
use frontend::denied::Attempt;
use frontend::form::Faults;
use frontend::sign_in::Step;
use frontend::sign_in::second_factor::{AppSecret, SecondFactor};
use serde::{Deserialize, Serialize};

use super::{StaffSignIn, wrong_password};
use crate::auth::denied::{attempt, attempt_one, checked};
use crate::context::OpContext;
use crate::domain::viewer::Viewer;
use crate::error::{Error, FieldFault};
use crate::secret::keyring::Purpose;
use crate::secret::{recovery, totp};
use crate::service::staff::Authenticator;
use crate::{service, store};

const WRONG_CODE: &str = "Enter the 6 numbers that the app shows now";

/// The session values of an authenticator app that is being set up, and of recovery codes that are still to be shown.
const NEW_APP: &str = "authenticator";
const NEW_CODES: &str = "codes";

/// An authenticator app that is being set up, with its sealed secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct NewApp {
    id: CredentialId,
    sealed: String,
}

impl StaffSignIn {
    /// Who may set up an authenticator app here: somebody who is signed in, or somebody whose password was right and
    /// who has no second factor yet. Somebody who has one must give it before adding another.
    async fn setting_up(&self) -> Result<Option<(staff::Model, OpContext)>, Error> {
        let signed_in = matches!(self.0.op.viewer, Viewer::Staff(_));
        match self.somebody().await? {
            Some((row, op)) if signed_in || self.owed(&row).await? != Step::SecondFactor => Ok(Some((row, op))),
            _ => Ok(None),
        }
    }

    /// The secret to set up an authenticator app with, the same until that is done; `None` for those who may not set
    /// one up now.
    async fn app_to_set_up(&self) -> Result<Option<AppSecret>, Error> {
        let Some((row, _)) = self.setting_up().await? else { return Ok(None) };
        let keyring = &self.0.app.keyring;
        let kept = self.0.session.get::<NewApp>(NEW_APP).await.map_err(Error::internal)?;
        let kept = kept.and_then(|app| keyring.open(Purpose::Totp, &app.id.to_string(), &app.sealed).ok());
        let secret = if let Some(secret) = kept {
            secret
        } else {
            let secret = totp::new_secret()?;
            let id: CredentialId = self.0.op.new_id();
            let sealed = keyring.seal(Purpose::Totp, &id.to_string(), &secret)?;
            self.0.put(NEW_APP, &NewApp { id, sealed }).await?;
            secret.to_vec()
        };
        let issuer = format!("Onroll {}", self.0.app.config.council.name);
        let url = totp::url(&secret, &issuer, &row.email)?;
        Ok(Some(AppSecret { url, text: totp::as_text(&secret) }))
    }

    /// Sets up an app by its first code. Somebody who is signed in gives their password as well; somebody who has just
    /// given it is signed in. Those without recovery codes get some, to be shown once.
    async fn set_up_app(&self, code: &str, password: Option<String>) -> Result<Vec<FieldFault>, Error> {
        let Some((row, op)) = self.setting_up().await? else { return Err(Error::Unauthenticated) };
        let signed_in = matches!(self.0.op.viewer, Viewer::Staff(_));
        if signed_in && !self.is_own_password(&row, password.unwrap_or_default()).await? {
            return Ok(vec![wrong_password()]);
        }
        let kept = self.0.session.get::<NewApp>(NEW_APP).await.map_err(Error::internal)?;
        let Some(NewApp { id, sealed }) = kept else { return Err(Error::Unauthenticated) };
        self.count_second(&row).await?;
        let keyring = &self.0.app.keyring;
        let secret = keyring.open(Purpose::Totp, &id.to_string(), &sealed)?;
        let Some(step) = totp::step_of(&secret, code, self.now())? else {
            return Ok(vec![FieldFault::new("code", WRONG_CODE)]);
        };
        let credentials = store::staff::credentials(&self.0.app.db.read, row.id).await?;
        let has_codes = credentials.iter().any(|one| one.kind == CredentialKind::RecoveryCode);
        let codes = if has_codes { Vec::new() } else { recovery::new_codes()? };
        let hashes = codes.iter().filter_map(|code| recovery::hash(keyring, row.id, code)).collect();
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

    /// Keeps new recovery codes in the session, sealed, until their owner says that they have saved them.
    pub(super) async fn show_codes(&self, row: &staff::Model, codes: &[String]) -> Result<(), Error> {
        if codes.is_empty() {
            return Ok(());
        }
        let keyring = &self.0.app.keyring;
        let sealed = keyring.seal(Purpose::RecoveryCode, &row.id.to_string(), codes.join(" ").as_bytes())?;
        self.0.put(NEW_CODES, &sealed).await
    }

    /// The recovery codes that were just made for the viewer and not yet confirmed as saved.
    async fn codes_to_show(&self) -> Result<Vec<String>, Error> {
        let Viewer::Staff(viewer) = &self.0.op.viewer else { return Ok(Vec::new()) };
        let sealed = self.0.session.get::<String>(NEW_CODES).await.map_err(Error::internal)?;
        let Some(sealed) = sealed else { return Ok(Vec::new()) };
        let codes = self.0.app.keyring.open(Purpose::RecoveryCode, &viewer.id.to_string(), &sealed)?;
        Ok(String::from_utf8_lossy(&codes).split(' ').map(str::to_owned).collect())
    }

    /// Forgets the recovery codes once they have been saved.
    async fn forget_codes(&self) -> Result<(), Error> {
        self.0.session.remove_value(NEW_CODES).await.map(drop).map_err(Error::internal)
    }

    /// Makes new recovery codes for the viewer, to be shown once. The old ones no longer work.
    async fn make_codes(&self, password: String) -> Result<Vec<FieldFault>, Error> {
        let row = match self.confirmed(password).await? {
            Ok(row) => row,
            Err(faults) => return Ok(faults),
        };
        let (keyring, codes) = (&self.0.app.keyring, recovery::new_codes()?);
        let hashes = codes.iter().filter_map(|code| recovery::hash(keyring, row.id, code)).collect();
        service::staff::make_recovery_codes(&self.0.op, hashes).await?;
        self.show_codes(&row, &codes).await?;
        Ok(Vec::new())
    }

    /// Removes the viewer's authenticator app, if they have another second factor.
    async fn take_app_away(&self, password: String) -> Result<Vec<FieldFault>, Error> {
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

    /// Whether the app may be removed: outside the demonstration only by those who have another second factor.
    pub(super) fn may_remove_app(&self, credentials: &[credential::Model]) -> bool {
        self.0.app.config.demo || credentials.iter().any(|one| one.kind == CredentialKind::Passkey)
    }
}

impl SecondFactor for StaffSignIn {
    fn check(&self, code: String) -> Attempt<'_, bool> {
        attempt_one(self.try_second_factor(code))
    }

    fn new_app(&self) -> Attempt<'_, AppSecret> {
        attempt_one(self.app_to_set_up())
    }

    fn confirm_app(&self, code: String, password: Option<String>) -> Attempt<'_, Faults> {
        checked(async move { self.set_up_app(&code, password).await })
    }

    fn remove_app(&self, password: String) -> Attempt<'_, Faults> {
        checked(self.take_app_away(password))
    }

    fn new_codes(&self) -> Attempt<'_, Vec<String>> {
        attempt(self.codes_to_show())
    }

    fn codes_saved(&self) -> Attempt<'_, ()> {
        attempt(self.forget_codes())
    }

    fn renew_codes(&self, password: String) -> Attempt<'_, Faults> {
        checked(self.make_codes(password))
    }
}
