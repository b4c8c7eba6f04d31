//! How staff prove who they are with a passkey: WebAuthn with user verification, so that one passkey is both factors.
//!
//! Passkeys are discoverable: nobody types an address, and nobody learns whether one is on file. A passkey is bound to
//! a domain name, so there are none when the public URL is an IP address.
//!
//! What must not live here: staff accounts (`store::staff`).

use std::fmt;
use std::sync::Arc;

use chrono::Duration;
use entity::vocabulary::{CeremonyKind, CredentialKind};
use entity::{CredentialId, StaffId, credential};
use frontend::denied::Attempt;
use frontend::form::Faults;
use frontend::sign_in::passkey::{OwnPasskey, Passkeys};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde::Serialize;
use serde::de::DeserializeOwned;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, Url,
    Webauthn, WebauthnBuilder, WebauthnError,
};

use super::ceremony;
use super::denied::{attempt, attempt_to, checked};
use super::session::Browser;
use crate::domain::network;
use crate::domain::viewer::Viewer;
use crate::error::{Error, FieldFault};
use crate::limit::Limit;
use crate::{service, store};

/// Passkey sign-ins from one address, where a whole council may sit. A passkey cannot be guessed; this limits the work
/// of checking.
const TRIED: Limit = Limit::new("passkey", 600, 900);

/// The minutes after signing in during which passkeys may be changed. Later, somebody who finds the computer unlocked
/// could add their own.
const RECENT_MINUTES: i64 = 10;

/// The number of passkeys a person may have.
const MOST: usize = 20;

/// The relying party of WebAuthn: makes challenges for the service's domain name and checks the answers.
pub(crate) struct RelyingParty {
    webauthn: Webauthn,
    at: String,
}

impl fmt::Debug for RelyingParty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RelyingParty({})", self.at)
    }
}

impl RelyingParty {
    /// A relying party for the site at `public_url`, run by `council`; `None` when the host is an IP address.
    pub(crate) fn new(public_url: &str, council: &str) -> Option<Self> {
        let url = Url::parse(public_url).ok()?;
        let name = url.domain()?;
        let webauthn = WebauthnBuilder::new(name, &url).and_then(|builder| builder.rp_name(council).build());
        webauthn
            .inspect_err(|fault| tracing::error!(%fault, "Passkeys cannot be offered"))
            .ok()
            .map(|webauthn| Self { webauthn, at: public_url.to_owned() })
    }
}

/// Adding, removing and signing in with passkeys, for one request.
#[derive(Clone)]
pub(crate) struct PasskeySignIn {
    pub(crate) browser: Browser,
    pub(crate) relying_party: Arc<RelyingParty>,
}

/// Reads the JSON that the browser made with a passkey; `None` if it is anything else.
fn read<T: DeserializeOwned>(typed: &str) -> Option<T> {
    serde_json::from_str(typed).ok()
}

fn json(value: &impl Serialize) -> Result<String, Error> {
    Ok(serde_json::to_string(value)?)
}

/// The text by which the row of a passkey is found.
fn lookup(id: &[u8]) -> String {
    hex::encode(id)
}

fn passkey(row: &credential::Model) -> Result<Passkey, Error> {
    Ok(serde_json::from_str(&row.secret)?)
}

impl PasskeySignIn {
    fn owner(&self) -> Result<StaffId, Error> {
        match &self.browser.op.viewer {
            Viewer::Staff(staff) => Ok(staff.id),
            _ => Err(Error::Unauthenticated),
        }
    }

    /// The passkeys of the viewer, oldest first.
    async fn rows(&self) -> Result<Vec<credential::Model>, Error> {
        let all = store::staff::credentials(&self.browser.op.db.read, self.owner()?).await?;
        Ok(all.into_iter().filter(|row| row.kind == CredentialKind::Passkey).collect())
    }

    /// Whether the viewer signed in recently enough to change their passkeys.
    async fn came_lately(&self) -> Result<bool, Error> {
        let since = self.browser.signed_in_at().await?;
        let longest = Duration::minutes(RECENT_MINUTES);
        Ok(since.is_some_and(|since| self.browser.app.clock.now() - since < longest))
    }

    async fn recent(&self) -> Result<(), Error> {
        if self.came_lately().await? { Ok(()) } else { Err(Error::Unauthenticated) }
    }

    /// Begins to add a passkey, and returns the options for the browser as JSON.
    async fn ask_for_new(&self) -> Result<String, Error> {
        let id = self.owner()?;
        self.recent().await?;
        let row = store::staff::one(&self.browser.op.db.read, id).await?.ok_or(Error::Unauthenticated)?;
        let kept = self.rows().await?;
        let others = kept.iter().map(|row| Ok(passkey(row)?.cred_id().clone())).collect::<Result<_, Error>>()?;
        let begun = self.relying_party.webauthn.start_passkey_registration(id.0, &row.email, &row.name, Some(others));
        let (asked, state) = begun.map_err(Error::internal)?;
        ceremony::begin(&self.browser, CeremonyKind::PasskeyRegistration, &state).await?;
        let mut asked = serde_json::to_value(asked)?;
        // The library leaves the choice to the authenticator, but only a discoverable passkey can be used without an
        // address.
        asked["publicKey"]["authenticatorSelection"]["residentKey"] = "required".into();
        asked["publicKey"]["authenticatorSelection"]["requireResidentKey"] = true.into();
        json(&asked)
    }

    /// Adds the passkey that the browser made; false if the browser's answer is not valid.
    async fn take_new(&self, name: String, made: &str) -> Result<bool, Error> {
        self.owner()?;
        self.recent().await?;
        let state = ceremony::take::<PasskeyRegistration>(&self.browser, CeremonyKind::PasskeyRegistration).await?;
        let made = read::<RegisterPublicKeyCredential>(made);
        let (Some(state), Some(made)) = (state, made) else { return Ok(false) };
        let passkey = match self.relying_party.webauthn.finish_passkey_registration(&made, &state) {
            Ok(passkey) => passkey,
            Err(fault) => return Ok(refused(&fault)),
        };
        if self.rows().await?.len() >= MOST {
            return Ok(false);
        }
        let found_by = lookup(passkey.cred_id());
        service::passkey::add(&self.browser.op, name, found_by, json(&passkey)?).await?;
        Ok(true)
    }

    /// Removes a passkey of the viewer; false if they have no such passkey.
    async fn take_away(&self, id: CredentialId) -> Result<bool, Error> {
        self.owner()?;
        self.recent().await?;
        service::passkey::remove(&self.browser.op, id).await
    }

    /// Begins a sign-in, and returns the options for the browser as JSON. They are the same for everybody.
    async fn ask_for_known(&self) -> Result<String, Error> {
        if let Some(address) = self.browser.op.address() {
            self.browser.take(Viewer::Anonymous, TRIED, &network::origin(address)).await?;
        }
        let begun = self.relying_party.webauthn.start_discoverable_authentication();
        let (asked, state) = begun.map_err(Error::internal)?;
        ceremony::begin(&self.browser, CeremonyKind::PasskeySignIn, &state).await?;
        json(&asked)
    }

    /// Signs in the owner of a passkey. When the passkey is not accepted, for whatever reason, that is noted and the
    /// answer is false.
    async fn admit(&self, answer: &str) -> Result<bool, Error> {
        let is_in = self.prove(answer).await?;
        if !is_in {
            self.browser.refuse(Viewer::Anonymous).await?;
        }
        Ok(is_in)
    }

    async fn prove(&self, answer: &str) -> Result<bool, Error> {
        let state = ceremony::take::<DiscoverableAuthentication>(&self.browser, CeremonyKind::PasskeySignIn).await?;
        let answer = read::<PublicKeyCredential>(answer);
        let (Some(state), Some(answer)) = (state, answer) else { return Ok(false) };
        let (owner, id) = match self.relying_party.webauthn.identify_discoverable_authentication(&answer) {
            Ok((owner, id)) => (owner, lookup(id)),
            Err(fault) => return Ok(refused(&fault)),
        };
        let db = &self.browser.app.db;
        let found = store::staff::by_credential(&db.read, CredentialKind::Passkey, &id).await?;
        let Some((row, staff)) = found.filter(|(_, staff)| staff.id.0 == owner) else { return Ok(false) };
        let mut key = passkey(&row)?;
        let proved = match self.relying_party.webauthn.finish_discoverable_authentication_v2(&answer, state, &key) {
            Ok(proved) if proved.user_verified() => proved,
            Ok(_) => return Ok(false),
            Err(fault) => return Ok(refused(&fault)),
        };
        key.update_credential(&proved);
        if !self.used(&row, json(&key)?).await? {
            return Ok(false);
        }
        let Some(staff) = store::staff::active(db, staff.id).await? else { return Ok(false) };
        self.browser.admit_fully(&staff).await?;
        Ok(true)
    }

    /// Stores the new counter of a passkey; false when it was used or removed by another request at the same time.
    async fn used(&self, row: &credential::Model, secret: String) -> Result<bool, Error> {
        let (id, before, now) = (row.id, row.secret.clone(), self.browser.app.clock.now());
        let write = self.browser.op.write(move |_, txn| async move {
            let used = credential::ActiveModel {
                secret: Set(secret),
                last_used_at: Set(Some(now)),
                ..credential::ActiveModel::default()
            };
            let mine = credential::Entity::update_many().set(used).filter(credential::Column::Id.eq(id));
            Ok(mine.filter(credential::Column::Secret.eq(before)).exec(&*txn).await?.rows_affected)
        });
        Ok(write.await? == 1)
    }
}

impl Passkeys for PasskeySignIn {
    fn at(&self) -> &str {
        &self.relying_party.at
    }

    fn list(&self) -> Attempt<'_, Vec<OwnPasskey>> {
        attempt(async { Ok(self.rows().await?.into_iter().map(own).collect()) })
    }

    fn is_recent(&self) -> Attempt<'_, bool> {
        attempt(self.came_lately())
    }

    fn begin_adding(&self) -> Attempt<'_, String> {
        attempt(self.ask_for_new())
    }

    fn add(&self, name: String, made: String) -> Attempt<'_, Faults> {
        checked(async move {
            let name = match service::passkey::name(&name) {
                Ok(name) => name,
                Err(fault) => return Ok(vec![fault]),
            };
            let added = self.take_new(name, &made).await?;
            Ok(if added { Vec::new() } else { vec![FieldFault::new("name", NOT_ADDED)] })
        })
    }

    fn remove(&self, id: String) -> Attempt<'_, ()> {
        attempt_to(async move {
            let Ok(id) = id.parse() else { return Ok(false) };
            self.take_away(id).await
        })
    }

    fn begin_sign_in(&self) -> Attempt<'_, String> {
        attempt(self.ask_for_known())
    }

    fn sign_in(&self, answer: String) -> Attempt<'_, ()> {
        attempt_to(async move { self.admit(&answer).await })
    }
}

const NOT_ADDED: &str = "Your browser’s answer was not accepted: add the passkey again";

fn own(row: credential::Model) -> OwnPasskey {
    OwnPasskey { id: row.id.to_string(), name: row.name, since: row.created_at, used: row.last_used_at }
}

/// Logs why a passkey was refused. The library's error names the check that failed and nothing of the person.
fn refused(fault: &WebauthnError) -> bool {
    tracing::warn!(%fault, "A passkey proves nothing");
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_are_for_names_and_not_for_addresses() {
        for (url, works) in [
            ("https://onroll.example", true),
            ("http://localhost:3000", true),
            ("http://127.0.0.1:3000", false),
            ("https://[::1]", false),
        ] {
            assert_eq!(RelyingParty::new(url, "Luton Council").is_some(), works, "{url}");
        }
    }
}
