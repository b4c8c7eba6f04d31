//! How school contacts sign in: by a link that is mailed to them.

use super::approval::Choice;
use crate::denied::Attempt;

/// A mailed link that was opened in this browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenedLink {
    /// Whether another browser asked for it, so that the code from the mail is wanted as well.
    pub wants_code: bool,
}

/// What became of a mailed link.
#[derive(Clone, Debug)]
pub enum Redeemed {
    /// Signed in, or one of these schools is still to be chosen.
    In(Vec<Choice>),
    /// The code is not the one in the mail; it may be tried again.
    WrongCode,
    /// It is used up, too old, or was tried too often.
    Dead,
}

/// The links mailed to school contacts.
pub trait ContactLinks: Send + Sync {
    /// Mails a link if the address belongs to an active contact. The caller cannot tell whether it does.
    fn send(&self, email: String) -> Attempt<'_, ()>;
    /// Takes the token of a mailed link out of the address, to wait in this browser; false when it cannot be one.
    fn put_away(&self, token: &str) -> bool;
    /// The link that waits in this browser, if it can still be redeemed.
    fn opened(&self) -> Attempt<'_, Option<OpenedLink>>;
    /// Redeems the link that waits in this browser, once. `code` is what was typed of the one in the mail. Signs in at
    /// once if the person acts for one school only; otherwise answers the schools to choose from, which
    /// [`Approvals::act_for`](super::approval::Approvals::act_for) takes.
    fn redeem(&self, code: String) -> Attempt<'_, Redeemed>;
}
