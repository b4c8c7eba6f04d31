//! Signing in as staff by a passkey (WebAuthn), which is both factors at once. What browser and server exchange is JSON
//! that pages pass on unread.

use chrono::{DateTime, Utc};

use crate::denied::Attempt;
use crate::form::Faults;

/// A passkey, as its owner sees it.
#[derive(Clone, Debug)]
pub struct OwnPasskey {
    /// The id of the credential, for [`Passkeys::remove`].
    pub id: String,
    /// The name that its owner gave it, up to 50 characters.
    pub name: String,
    /// When it was added.
    pub since: DateTime<Utc>,
    /// When it was last signed in with; `None` if never.
    pub used: Option<DateTime<Utc>>,
}

/// The passkeys of this site, at this browser. Whatever is said here of the owner's passkeys is refused to those who
/// are not signed in as staff.
pub trait Passkeys: Send + Sync {
    /// The public address of the site. A passkey is bound to its host name and works at no other address.
    fn at(&self) -> &str;
    /// The passkeys of whoever is signed in, oldest first.
    fn list(&self) -> Attempt<'_, Vec<OwnPasskey>>;
    /// Whether whoever is signed in did so less than 10 minutes ago. Later, passkeys cannot be changed, because
    /// somebody who finds an unlocked computer could add their own.
    fn is_recent(&self) -> Attempt<'_, bool>;
    /// Begins to add a passkey: the challenge for the browser, as JSON. It holds for 5 minutes. Refused if signing in
    /// is too long ago.
    fn begin_adding(&self) -> Attempt<'_, String>;
    /// Adds the passkey that the browser made in answer to the challenge. Answers the faults of the name, or that the
    /// answer was not accepted; nothing if it was added.
    fn add(&self, name: String, made: String) -> Attempt<'_, Faults>;
    /// Removes this passkey. Refused if it is not theirs, or if signing in is too long ago.
    fn remove(&self, id: String) -> Attempt<'_, ()>;
    /// Begins to sign in: the challenge for the browser, as JSON, the same for everybody. Throttled by network.
    fn begin_sign_in(&self) -> Attempt<'_, String>;
    /// Signs in the owner of the passkey that answered the challenge. Refused, whatever the reason, when the answer
    /// proves nothing.
    fn sign_in(&self, answer: String) -> Attempt<'_, ()>;
}
