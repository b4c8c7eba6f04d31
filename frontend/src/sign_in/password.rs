//! Signing in as staff with a password, the first of two factors.

use super::Step;
use crate::denied::Attempt;
use crate::form::Faults;

/// The outcome of a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstFactor {
    /// The password is right, and this is the next step.
    Right(Step),
    /// The address or the password is wrong; which of them is never said.
    Wrong {
        /// Whether one more wrong try will throttle the account. Told alike whether anybody has the address or not.
        last_try: bool,
    },
}

/// The passwords of staff, at this browser.
pub trait Passwords: Send + Sync {
    /// Checks the password of a member of staff. Takes as long for an unknown address as for a known one. Throttled by
    /// account and by network.
    fn sign_in(&self, email: String, password: String) -> Attempt<'_, FirstFactor>;
    /// The next step for somebody whose password was right in this browser at most 5 minutes ago; `None` for anybody
    /// else.
    fn pending(&self) -> Attempt<'_, Option<Step>>;
    /// Replaces the password of whoever is signed in and ends their other sessions. Answers what is wrong with what was
    /// typed; nothing if it was replaced.
    fn change(&self, current: String, password: String, again: String) -> Attempt<'_, Faults>;
}
