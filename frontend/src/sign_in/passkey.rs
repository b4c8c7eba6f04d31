//! How staff sign in without a password: by a passkey. What passes between a passkey and the server is JSON that pages hand
//! through.

use chrono::{DateTime, Utc};

use crate::denied::Attempt;
use crate::form::Faults;

/// A passkey as its owner sees it.
#[derive(Clone, Debug)]
pub struct OwnPasskey {
    /// What to hand to [`Passkeys::remove`].
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// Since when they have it.
    pub since: DateTime<Utc>,
    /// When it was last used, if ever.
    pub used: Option<DateTime<Utc>>,
}

/// Passkeys.
pub trait Passkeys: Send + Sync {
    /// The address that people must come to for a passkey to work.
    fn at(&self) -> &str;
    /// The passkeys of whoever is signed in.
    fn list(&self) -> Attempt<'_, Vec<OwnPasskey>>;
    /// Whether whoever is signed in did so lately enough to change their passkeys.
    fn is_recent(&self) -> Attempt<'_, bool>;
    /// Begins to add a passkey: what the browser is to be asked.
    fn begin_adding(&self) -> Attempt<'_, String>;
    /// Adds the passkey that the browser made.
    fn add(&self, name: String, made: String) -> Attempt<'_, Faults>;
    /// Removes one of them.
    fn remove(&self, id: String) -> Attempt<'_, ()>;
    /// Begins to sign in by a passkey: what the browser is to be asked.
    fn begin_sign_in(&self) -> Attempt<'_, String>;
    /// Signs in whoever the passkey belongs to.
    fn sign_in(&self, answer: String) -> Attempt<'_, ()>;
}
