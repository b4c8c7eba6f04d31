//! Signing in as staff by the council's single sign-on (OpenID Connect), without a password of this service.

use crate::denied::Attempt;

/// The outcome of coming back from the council's single sign-on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// They are signed in.
    Admitted,
    /// This browser did not begin to sign in, began more than 5 minutes ago, or has brought this answer before.
    NotAsked,
    /// The answer does not prove who they are: the code was refused, or the ID token is not valid. The log says which
    /// check failed.
    NotProved,
    /// They proved who they are, but their account there gives no role here, has no email address, or was deactivated
    /// here.
    NoAccess,
    /// An account of this service has their email address, and the single sign-on does not prove that the address is
    /// theirs.
    NotTheirs,
    /// The provider of the single sign-on could not be reached.
    Unreachable,
}

/// The parameters of the address that the single sign-on sends a browser back to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The authorisation code, which the backend exchanges for an ID token; empty when the person did not sign in
    /// there.
    pub code: String,
    /// The state that the backend gave when signing in began. It binds the answer to this browser.
    pub state: String,
    /// The issuer that the answer names. Not every provider names one; a wrong one is not accepted.
    pub issuer: Option<String>,
}

/// The council's single sign-on, at this browser.
pub trait SingleSignOn: Send + Sync {
    /// The address at the provider where people sign in; `None` while the provider cannot be reached. Throttled by
    /// network.
    fn begin(&self) -> Attempt<'_, Option<String>>;
    /// Takes the provider's answer, once, and signs in if it proves who has come.
    fn finish(&self, answer: Answer) -> Attempt<'_, Arrival>;
    /// Whether this session began by single sign-on, so that signing out must be told there too.
    fn came_by_it(&self) -> Attempt<'_, bool>;
    /// The address at the provider where people sign out; `None` when it has none or cannot be reached.
    fn way_out(&self) -> Attempt<'_, Option<String>>;
}
