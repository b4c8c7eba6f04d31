//! The links mailed to staff: to accept an invitation, or to choose another password.

use super::Step;
use crate::denied::Attempt;
use crate::form::Faults;

/// A link mailed to staff that was opened in this browser.
#[derive(Clone, Debug)]
pub struct OpenedLink {
    /// Whose account it is for, by name.
    pub name: String,
    /// Whether the code is wanted.
    pub wants_code: bool,
}

/// What a link mailed to staff is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To accept an invitation.
    Invitation,
    /// To choose another password.
    Recovery,
}

/// The links mailed to staff.
pub trait StaffLinks: Send + Sync {
    /// Mails a link to choose another password. The caller cannot tell whether the address is known.
    fn mail_recovery(&self, email: String) -> Attempt<'_, ()>;
    /// Takes the token of a mailed link out of the address, to wait in this browser; false when it cannot be one.
    fn put_away(&self, token: &str, purpose: Purpose) -> bool;
    /// The link that waits in this browser, if it can still be used.
    fn opened(&self, purpose: Purpose) -> Attempt<'_, OpenedLink>;
    /// Uses the link that waits in this browser, once, to choose a password. `code` is what was typed of its code.
    fn redeem(
        &self,
        purpose: Purpose,
        code: String,
        password: String,
        again: String,
    ) -> Attempt<'_, Result<Step, Faults>>;
}
