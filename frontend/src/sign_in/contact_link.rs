//! Signing in as a school contact, by a link that is mailed to an approved address. The browser that asked for it needs
//! one button, any other needs the code from the mail as well.

use super::approval::Choice;
use crate::denied::Attempt;

/// A mailed link that was opened in this browser and not redeemed yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenedLink {
    /// Whether the code from the mail must be typed, because another browser asked for the link.
    pub wants_code: bool,
}

/// The outcome of redeeming a mailed link.
#[derive(Clone, Debug)]
pub enum Redeemed {
    /// The link was right. With several choices, one of these schools must still be chosen; with none, the contact is
    /// signed in.
    In(Vec<Choice>),
    /// The typed code is not the one in the mail. It may be tried again, 5 times in all.
    WrongCode,
    /// The link was used, is older than 10 minutes, was replaced by a newer one, or was tried too often.
    Dead,
}

/// The links mailed to school contacts, at this browser.
pub trait ContactLinks: Send + Sync {
    /// Mails a link if the address belongs to an active contact. The answer, and the time it takes, are the same
    /// whether it does or not. Throttled by address and by network.
    fn send(&self, email: String) -> Attempt<'_, ()>;
    /// Keeps the token of an opened link in a cookie, so that it leaves the address. Uses nothing up, because mail
    /// scanners follow links. False when the text cannot be a token.
    fn put_away(&self, token: &str) -> bool;
    /// The link that this browser keeps; `None` if there is none or it can no longer be redeemed.
    fn opened(&self) -> Attempt<'_, Option<OpenedLink>>;
    /// Redeems the link that this browser keeps, once. `code` is what was typed of the code in the mail, and is ignored
    /// where none is wanted. Signs in at once if one school approved the address; otherwise answers the schools, of
    /// which [`Approvals::act_for`](super::approval::Approvals::act_for) takes one.
    fn redeem(&self, code: String) -> Attempt<'_, Redeemed>;
}
