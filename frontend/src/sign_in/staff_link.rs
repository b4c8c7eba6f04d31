//! The links mailed to staff, to accept an invitation or to choose another password. Where another browser asked for
//! the link, it needs a code as well.

use super::Step;
use crate::denied::Attempt;
use crate::form::Faults;

/// A link mailed to staff that was opened in this browser and not used yet.
#[derive(Clone, Debug)]
pub struct OpenedLink {
    /// The name of the person whose account it is for.
    pub name: String,
    /// Whether a code must be typed: the one from the mail, or for an invitation the one that whoever invited gives.
    pub wants_code: bool,
}

/// The purpose of a link mailed to staff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To accept an invitation and choose the first password.
    Invitation,
    /// To replace a password that was forgotten.
    Recovery,
}

/// The links mailed to staff, at this browser.
pub trait StaffLinks: Send + Sync {
    /// Mails a link to choose another password, which works for 30 minutes. The answer, and the time it takes, are the
    /// same whether anybody has the address or not. Throttled by account and by network.
    fn mail_recovery(&self, email: String) -> Attempt<'_, ()>;
    /// Keeps the token of an opened link in a cookie, so that it leaves the address. Uses nothing up, because mail
    /// scanners follow links. False when the text cannot be a token.
    fn put_away(&self, token: &str, purpose: Purpose) -> bool;
    /// The link that this browser keeps for this purpose. Refused if there is none or it can no longer be used.
    fn opened(&self, purpose: Purpose) -> Attempt<'_, OpenedLink>;
    /// Uses the link that this browser keeps, once, to choose a password, which is typed twice. `code` is what was
    /// typed of its code, and is ignored where none is wanted. Answers the next step, or what is wrong with what was
    /// typed; refused if the link can no longer be used.
    fn redeem(
        &self,
        purpose: Purpose,
        code: String,
        password: String,
        again: String,
    ) -> Attempt<'_, Result<Step, Faults>>;
}
