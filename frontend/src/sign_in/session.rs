//! What begins by signing in: the sessions of whoever is signed in, how they sign in, and the way out for everybody.

use chrono::{DateTime, Utc};

use crate::denied::Attempt;

/// What a member of staff sees of how they sign in.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// When they signed in before this time.
    pub before: Option<DateTime<Utc>>,
    /// Since when they have an authenticator app.
    pub app_since: Option<DateTime<Utc>>,
    /// How many recovery codes are left.
    pub codes: usize,
    /// Whether a second factor is asked of everybody here.
    pub demanded: bool,
    /// Whether they may do without the app.
    pub removable: bool,
}

/// One of somebody's sessions.
#[derive(Clone, Debug)]
pub struct OpenSession {
    /// What to hand to [`Sessions::end`].
    pub handle: String,
    /// What the browser calls itself.
    pub agent: String,
    /// When it began.
    pub since: DateTime<Utc>,
    /// When it was last used.
    pub seen: DateTime<Utc>,
    /// Whether it is this one.
    pub this: bool,
}

/// The sessions of whoever is signed in.
pub trait Sessions: Send + Sync {
    /// How whoever is signed in signs in.
    fn account(&self) -> Attempt<'_, Account>;
    /// The sessions of whoever is signed in.
    fn list(&self) -> Attempt<'_, Vec<OpenSession>>;
    /// Ends one of them.
    fn end(&self, handle: String) -> Attempt<'_, ()>;
    /// Ends this session, or all of this person's.
    fn sign_out(&self, everywhere: bool) -> Attempt<'_, ()>;
}
