//! What staff show besides their password: a code of an authenticator app, or a recovery code.

use crate::denied::Attempt;
use crate::form::Faults;

/// What somebody needs to set up an authenticator app.
#[derive(Clone, Debug)]
pub struct AppSecret {
    /// What the picture says.
    pub url: String,
    /// The secret, to be typed.
    pub text: String,
}

/// The second factor of staff.
pub trait SecondFactor: Send + Sync {
    /// Takes a code of the app or a recovery code; false when it is not right.
    fn check(&self, code: String) -> Attempt<'_, bool>;
    /// What is needed to set up an authenticator app; the same until it is done.
    fn new_app(&self) -> Attempt<'_, AppSecret>;
    /// Takes the first code of a new app; with the password of somebody who is signed in.
    fn confirm_app(&self, code: String, password: Option<String>) -> Attempt<'_, Faults>;
    /// Takes the authenticator app away.
    fn remove_app(&self, password: String) -> Attempt<'_, Faults>;
    /// The recovery codes that are still to be saved.
    fn new_codes(&self) -> Attempt<'_, Vec<String>>;
    /// Forgets the recovery codes that were shown.
    fn codes_saved(&self) -> Attempt<'_, ()>;
    /// Makes new recovery codes, to be shown once.
    fn renew_codes(&self, password: String) -> Attempt<'_, Faults>;
}
