//! How staff prove who they are by a passkey: WebAuthn with user verification, so that one passkey is both factors.
//!
//! A passkey is found by itself (it is discoverable): nobody types an address, and nobody learns whether one is known.
//! A passkey belongs to the name in the address line. Where people come to a bare address there are none.

use std::fmt;
use std::sync::Arc;

use chrono::Duration;
use entity::vocabulary::{CeremonyKind, CredentialKind};
use entity::{CredentialId, StaffId, credential};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde::Serialize;
use serde::de::DeserializeOwned;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, Url,
    Webauthn, WebauthnBuilder, WebauthnError,
};

use super::ceremony;
use super::session::Browser;
use crate::domain::network;
use crate::domain::viewer::Viewer;
use crate::error::Error;
use crate::limit::Limit;
use crate::{service, store};

/// How often a passkey may be tried from one address, where a whole council may sit. It cannot be guessed; this bounds
/// what trying costs us.
const TRIED: Limit = Limit::new("passkey", 600, 900);

/// How long after signing in somebody may change their passkeys. Later, whoever found a computer unlocked could add
/// their own.
const RECENT_MINUTES: i64 = 10;

/// How many passkeys somebody may have.
const MOST: usize = 20;

/// Makes challenges and checks answers for the name that people come to.
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
    /// For the site at `public_url`, run by `council`; none when that is an address and not a name.
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

/// How passkeys are added, removed and signed in with at one browser, for one request.
#[derive(Clone)]
pub(crate) struct PasskeySignIn {
    pub(crate) browser: Browser,
    pub(crate) relying_party: Arc<RelyingParty>,
}

/// Reads what the browser says of a passkey; none when it is not that.
fn read<T: DeserializeOwned>(typed: &str) -> Option<T> {
    serde_json::from_str(typed).ok()
}

fn json(value: &impl Serialize) -> Result<String, Error> {
    Ok(serde_json::to_string(value)?)
}

/// Under what a passkey is found.
fn lookup(id: &[u8]) -> String {
    hex::encode(id)
}

fn passkey(row: &credential::Model) -> Result<Passkey, Error> {
    Ok(serde_json::from_str(&row.secret)?)
}

impl PasskeySignIn {
    /// Where people must come for a passkey to work.
    pub(crate) fn at(&self) -> &str {
        &self.relying_party.at
    }

    fn owner(&self) -> Result<StaffId, Error> {
        match &self.browser.op.viewer {
            Viewer::Staff(staff) => Ok(staff.id),
            _ => Err(Error::Unauthenticated),
        }
    }

    /// The passkeys of whoever asks, oldest first.
    pub(crate) async fn list(&self) -> Result<Vec<credential::Model>, Error> {
        let all = store::staff::credentials(&self.browser.op.db.read, self.owner()?).await?;
        Ok(all.into_iter().filter(|row| row.kind == CredentialKind::Passkey).collect())
    }

    /// Whether whoever asks signed in a short while ago.
    pub(crate) async fn is_recent(&self) -> Result<bool, Error> {
        let since = self.browser.signed_in_at().await?;
        let longest = Duration::minutes(RECENT_MINUTES);
        Ok(since.is_some_and(|since| self.browser.app.clock.now() - since < longest))
    }

    async fn recent(&self) -> Result<(), Error> {
        if self.is_recent().await? { Ok(()) } else { Err(Error::Unauthenticated) }
    }

    /// Begins to add a passkey: what the browser is to be asked, JSON.
    pub(crate) async fn begin_adding(&self) -> Result<String, Error> {
        let id = self.owner()?;
        self.recent().await?;
        let row = store::staff::one(&self.browser.op.db.read, id).await?.ok_or(Error::Unauthenticated)?;
        let kept = self.list().await?;
        let others = kept.iter().map(|row| Ok(passkey(row)?.cred_id().clone())).collect::<Result<_, Error>>()?;
        let begun = self.relying_party.webauthn.start_passkey_registration(id.0, &row.email, &row.name, Some(others));
        let (asked, state) = begun.map_err(Error::internal)?;
        ceremony::begin(&self.browser, CeremonyKind::PasskeyRegistration, &state).await?;
        let mut asked = serde_json::to_value(asked)?;
        // The library leaves it to the authenticator whether the passkey can be found by itself; ours must be.
        asked["publicKey"]["authenticatorSelection"]["residentKey"] = "required".into();
        asked["publicKey"]["authenticatorSelection"]["requireResidentKey"] = true.into();
        json(&asked)
    }

    /// Adds the passkey that the browser made; false when it does not prove to be one.
    pub(crate) async fn add(&self, name: String, made: &str) -> Result<bool, Error> {
        self.owner()?;
        self.recent().await?;
        let state = ceremony::take::<PasskeyRegistration>(&self.browser, CeremonyKind::PasskeyRegistration).await?;
        let made = read::<RegisterPublicKeyCredential>(made);
        let (Some(state), Some(made)) = (state, made) else { return Ok(false) };
        let passkey = match self.relying_party.webauthn.finish_passkey_registration(&made, &state) {
            Ok(passkey) => passkey,
            Err(fault) => return Ok(refused(&fault)),
        };
        if self.list().await?.len() >= MOST {
            return Ok(false);
        }
        let found_by = lookup(passkey.cred_id());
        service::passkey::add(&self.browser.op, name, found_by, json(&passkey)?).await?;
        Ok(true)
    }

    /// Removes a passkey of whoever asks; false when they have no such passkey.
    pub(crate) async fn remove(&self, id: CredentialId) -> Result<bool, Error> {
        self.owner()?;
        self.recent().await?;
        service::passkey::remove(&self.browser.op, id).await
    }

    /// Begins to sign in: what the browser is to be asked, JSON. The same for everybody.
    pub(crate) async fn begin_sign_in(&self) -> Result<String, Error> {
        if let Some(address) = self.browser.op.address() {
            self.browser.take(Viewer::Anonymous, TRIED, &network::origin(address)).await?;
        }
        let begun = self.relying_party.webauthn.start_discoverable_authentication();
        let (asked, state) = begun.map_err(Error::internal)?;
        ceremony::begin(&self.browser, CeremonyKind::PasskeySignIn, &state).await?;
        json(&asked)
    }

    /// Signs in whoever the passkey belongs to; false, and noted, when it proves nothing, whatever the reason.
    pub(crate) async fn sign_in(&self, answer: &str) -> Result<bool, Error> {
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

    /// Keeps the counter of a passkey that was used; false when it was used or removed at the same time.
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

/// Logs why a passkey proves nothing. The library's faults name the check that failed and nothing of the person.
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
