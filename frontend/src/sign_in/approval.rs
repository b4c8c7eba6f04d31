//! The approvals of a school contact: for which school they act. Several schools may approve one email address; each
//! approval is suspended by itself.

use crate::denied::Attempt;

/// An approval that a school contact may choose to act under.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The id of the approval, for [`Approvals::act_for`].
    pub id: String,
    /// The name of the school.
    pub school: String,
}

/// An approval that was suspended while its contact was signed in.
#[derive(Clone, Debug)]
pub struct Suspended {
    /// The name of the school.
    pub school: String,
    /// The reason, as a sentence; `None` where it must not be told to the contact.
    pub why: Option<String>,
}

/// The approvals of a school contact at this browser.
pub trait Approvals: Send + Sync {
    /// The approvals open to this browser: those of the signed-in contact's address, or those offered by a mailed link
    /// that was redeemed lately. Empty for anybody else.
    fn choices(&self) -> Attempt<'_, Vec<Choice>>;
    /// Whether the approval that was signed in here has been suspended since. Leaves the mark that
    /// [`Approvals::suspended`] removes.
    fn was_suspended(&self) -> Attempt<'_, bool>;
    /// The approval that was signed in here and has been suspended since; `None` if there is none. Removes the mark, so
    /// it answers once.
    fn suspended(&self) -> Attempt<'_, Option<Suspended>>;
    /// The other approval of the signed-in contact whose school has this draft; `None` if none of their schools has it.
    fn other_school_of(&self, draft: String) -> Attempt<'_, Option<Choice>>;
    /// Signs in under this approval. A contact who was signed in before keeps the time that was left. Refused if the id
    /// is not among [`Approvals::choices`].
    fn act_for(&self, choice: String) -> Attempt<'_, ()>;
}
