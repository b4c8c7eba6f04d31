//! The door for staff who need no password of ours, over what `auth` keeps.

use entity::credential;
use frontend::form::Faults;
use frontend::visit::{Answer, Checked, KeyDoor, OwnPasskey, Return, Shut};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::auth::passkey::PasskeySignIn;
use crate::auth::passwordless::Passwordless;
use crate::auth::session::Browser;
use crate::auth::single_sign_on::{self, Arrival, DirectorySignIn};
use crate::domain::single_sign_on::Refused;
use crate::error::Error;
use crate::service;

/// The door for single sign-on and passkeys, for one request.
pub(super) struct ForKeys {
    elsewhere: Option<DirectorySignIn>,
    passkeys: Option<PasskeySignIn>,
}

impl ForKeys {
    /// The door of `browser`, to the ways in that there are.
    pub(super) fn new(browser: &Browser, ways: Passwordless) -> Self {
        let Passwordless { single_sign_on, passkeys } = ways;
        let elsewhere = single_sign_on.map(|provider| DirectorySignIn { browser: browser.clone(), provider });
        let passkeys = passkeys.map(|relying_party| PasskeySignIn { browser: browser.clone(), relying_party });
        Self { elsewhere, passkeys }
    }
}

impl ForKeys {
    fn passkey_door(&self) -> Result<&PasskeySignIn, Shut> {
        self.passkeys.as_ref().ok_or(Shut::Refused)
    }
}

/// What is done too late, or by nobody who is signed in, is refused.
fn shut(error: &Error) -> Shut {
    if matches!(error, Error::Unauthenticated) { Shut::Refused } else { super::door::shut(error) }
}

impl KeyDoor for ForKeys {
    fn has_single_sign_on(&self) -> bool {
        self.elsewhere.is_some()
    }

    fn ask_elsewhere(&self) -> BoxFuture<'_, Result<Option<String>, Shut>> {
        async move {
            let Some(door) = &self.elsewhere else { return Err(Shut::Refused) };
            door.begin().await.map_err(|error| shut(&error))
        }
        .boxed()
    }

    fn come_back(&self, answer: Answer) -> BoxFuture<'_, Result<Return, Shut>> {
        async move {
            let Some(door) = &self.elsewhere else { return Err(Shut::Refused) };
            let Answer { code, state, issuer } = answer;
            let arrival = door.finish(single_sign_on::Answer { code, state, issuer }).await;
            Ok(match arrival.map_err(|error| shut(&error))? {
                Arrival::Admitted => Return::Admitted,
                Arrival::NotAsked => Return::NotAsked,
                Arrival::NotProved => Return::NotProved,
                Arrival::Refused(Refused::NoRole | Refused::Deactivated | Refused::NoAddress) => Return::NoAccess,
                Arrival::Refused(Refused::AddressInUse) => Return::NotTheirs,
                Arrival::Unreachable => Return::Unreachable,
            })
        }
        .boxed()
    }

    fn came_from_elsewhere(&self) -> BoxFuture<'_, Result<bool, Shut>> {
        async move {
            let Some(door) = &self.elsewhere else { return Ok(false) };
            door.came_by_it().await.map_err(|error| shut(&error))
        }
        .boxed()
    }

    fn way_out(&self) -> BoxFuture<'_, Result<Option<String>, Shut>> {
        async move {
            let Some(door) = &self.elsewhere else { return Ok(None) };
            door.way_out().await.map_err(|error| shut(&error))
        }
        .boxed()
    }

    fn passkeys_at(&self) -> Option<String> {
        self.passkeys.as_ref().map(|door| door.at().to_owned())
    }

    fn passkeys(&self) -> BoxFuture<'_, Result<Vec<OwnPasskey>, Shut>> {
        async move {
            let rows = self.passkey_door()?.list().await.map_err(|error| shut(&error))?;
            let own = |row: credential::Model| OwnPasskey {
                id: row.id.to_string(),
                name: row.name,
                since: row.created_at,
                used: row.last_used_at,
            };
            Ok(rows.into_iter().map(own).collect())
        }
        .boxed()
    }

    fn may_change_passkeys(&self) -> BoxFuture<'_, Result<bool, Shut>> {
        async move { self.passkey_door()?.is_recent().await.map_err(|error| shut(&error)) }.boxed()
    }

    fn begin_passkey(&self) -> BoxFuture<'_, Result<String, Shut>> {
        async move { self.passkey_door()?.begin_adding().await.map_err(|error| shut(&error)) }.boxed()
    }

    fn add_passkey(&self, name: String, made: String) -> Checked<'_> {
        async move {
            let door = self.passkey_door()?;
            let name = match service::passkey::name(&name) {
                Ok(name) => name,
                Err(fault) => return Ok(Faults::from_iter([(fault.field, fault.message)])),
            };
            let added = door.add(name, &made).await.map_err(|error| shut(&error))?;
            let fault = (!added).then_some(("name", "Your browser’s answer was not accepted: add the passkey again"));
            Ok(fault.into_iter().collect())
        }
        .boxed()
    }

    fn remove_passkey(&self, id: String) -> BoxFuture<'_, Result<(), Shut>> {
        async move {
            let id = id.parse().map_err(|_| Shut::Refused)?;
            let removed = self.passkey_door()?.remove(id).await.map_err(|error| shut(&error))?;
            removed.then_some(()).ok_or(Shut::Refused)
        }
        .boxed()
    }

    fn ask_for_passkey(&self) -> BoxFuture<'_, Result<String, Shut>> {
        async move { self.passkey_door()?.begin_sign_in().await.map_err(|error| shut(&error)) }.boxed()
    }

    fn use_passkey(&self, answer: String) -> BoxFuture<'_, Result<(), Shut>> {
        async move {
            let admitted = self.passkey_door()?.sign_in(&answer).await.map_err(|error| shut(&error))?;
            admitted.then_some(()).ok_or(Shut::Refused)
        }
        .boxed()
    }
}
