//! The second factor of staff: a code of an authenticator app (TOTP), or a recovery code.

use crate::denied::Attempt;
use crate::form::Faults;

/// What an authenticator app needs to be set up.
#[derive(Clone, Debug)]
pub struct AppSecret {
    /// The `otpauth:` address, to be drawn as a QR code.
    pub url: String,
    /// The secret as letters and digits, to be typed where the code cannot be scanned.
    pub text: String,
}

/// The second factor of staff, at this browser.
pub trait SecondFactor: Send + Sync {
    /// Checks a code of the app or a recovery code, and signs in if it is right. Either works once. False when it is
    /// wrong; refused when no second factor is awaited here, or after 5 tries.
    fn check(&self, code: String) -> Attempt<'_, bool>;
    /// The secret for a new authenticator app; the same until it is confirmed. Refused to those who owe the second
    /// factor that they have: whoever knows only the password must not replace it.
    fn new_app(&self) -> Attempt<'_, AppSecret>;
    /// Takes the first code of a new app, which then replaces the one before. Somebody who is signed in gives their
    /// password too. Answers what is wrong with what was typed; nothing if the app was set up.
    fn confirm_app(&self, code: String, password: Option<String>) -> Attempt<'_, Faults>;
    /// Removes the authenticator app of whoever is signed in. Outside the demonstration this is refused to those who
    /// have no passkey. Answers what is wrong with the password.
    fn remove_app(&self, password: String) -> Attempt<'_, Faults>;
    /// The recovery codes that were just made for whoever is signed in; empty once they said that they saved them.
    fn new_codes(&self) -> Attempt<'_, Vec<String>>;
    /// Forgets the recovery codes that were to be shown. After this nobody can read them again; only their hashes are
    /// kept.
    fn codes_saved(&self) -> Attempt<'_, ()>;
    /// Replaces the recovery codes of whoever is signed in by 10 new ones, for [`SecondFactor::new_codes`]. Answers
    /// what is wrong with the password.
    fn renew_codes(&self, password: String) -> Attempt<'_, Faults>;
}
