//! Sessions: those of whoever is signed in, how they sign in, and signing out.

use chrono::{DateTime, Utc};

use crate::denied::Attempt;

/// How a member of staff signs in, as they see it on their account page.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// When they signed in the time before this one; `None` if this is the first time.
    pub before: Option<DateTime<Utc>>,
    /// When they set up their authenticator app; `None` if they have none.
    pub app_since: Option<DateTime<Utc>>,
    /// The number of recovery codes that are not used yet.
    pub codes: usize,
    /// Whether everybody must have a second factor: everywhere but in the demonstration.
    pub demanded: bool,
    /// Whether they may remove the app: because they have a passkey, or because this is the demonstration.
    pub removable: bool,
}

/// An open session of whoever is signed in.
#[derive(Clone, Debug)]
pub struct OpenSession {
    /// A name for the session that cannot be used to enter it, for [`Sessions::end`].
    pub handle: String,
    /// The browser's `User-Agent`, shortened; anybody can make one up.
    pub agent: String,
    /// When somebody signed in with it.
    pub since: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub seen: DateTime<Utc>,
    /// Whether it is the session of this request.
    pub this: bool,
}

/// The sessions of whoever is signed in, at this browser.
pub trait Sessions: Send + Sync {
    /// How whoever is signed in signs in. Refused to those who are not staff.
    fn account(&self) -> Attempt<'_, Account>;
    /// The open sessions of whoever is signed in, this one among them; empty when nobody is.
    fn list(&self) -> Attempt<'_, Vec<OpenSession>>;
    /// Ends the session with this [`handle`](OpenSession::handle). Refused if they have no such session, as when it has
    /// ended by itself.
    fn end(&self, handle: String) -> Attempt<'_, ()>;
    /// Ends this session, or with `everywhere` all sessions of this person.
    fn sign_out(&self, everywhere: bool) -> Attempt<'_, ()>;
}
