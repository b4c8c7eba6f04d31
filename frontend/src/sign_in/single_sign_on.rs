//! How staff sign in without a password of ours: by the council's single sign-on.

use crate::denied::Attempt;

/// What became of somebody who came back from the council's single sign-on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// They are signed in.
    Admitted,
    /// Nobody asked in this browser, or not lately, or the answer was used before.
    NotAsked,
    /// The answer does not prove who they are.
    NotProved,
    /// They proved who they are, but may not use this service.
    NoAccess,
    /// They may use this service, but their account here is another one.
    NotTheirs,
    /// The single sign-on cannot be reached.
    Unreachable,
}

/// What the council's single sign-on sends a browser back with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Stands for the proof; empty when the person did not sign in there.
    pub code: String,
    /// As it was given.
    pub state: String,
    /// Whose answer it says it is; not every provider says.
    pub issuer: Option<String>,
}

/// The council's single sign-on.
pub trait SingleSignOn: Send + Sync {
    /// Where it asks people who they are; none while it cannot be reached.
    fn begin(&self) -> Attempt<'_, Option<String>>;
    /// Takes its answer, once.
    fn finish(&self, answer: Answer) -> Attempt<'_, Arrival>;
    /// Whether this session came by it, so that signing out is to be told there too.
    fn came_by_it(&self) -> Attempt<'_, bool>;
    /// Where people are signed out of it; none when it has no such place or cannot be reached.
    fn way_out(&self) -> Attempt<'_, Option<String>>;
}
