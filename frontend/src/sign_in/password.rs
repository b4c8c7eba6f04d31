//! The password of staff.

use super::Step;
use crate::denied::Attempt;
use crate::form::Faults;

/// What became of a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstFactor {
    /// It is right, and this is asked next.
    Right(Step),
    /// The address or the password is not right.
    Wrong {
        /// Whether they must wait after one more such try.
        last_try: bool,
    },
}

/// The passwords of staff.
pub trait Passwords: Send + Sync {
    /// Takes the password of a member of staff.
    fn sign_in(&self, email: String, password: String) -> Attempt<'_, FirstFactor>;
    /// What is asked of somebody whose password was right in this browser.
    fn pending(&self) -> Attempt<'_, Option<Step>>;
    /// Puts another password in place of the current one; all other sessions end.
    fn change(&self, current: String, password: String, again: String) -> Attempt<'_, Faults>;
}
