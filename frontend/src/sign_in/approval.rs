//! For which school a contact acts. An address may be approved by several schools; each approval is suspended by itself.

use crate::denied::Attempt;

/// One approval that a school contact may choose to act under.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What to hand to [`Approvals::act_for`].
    pub id: String,
    /// The school.
    pub school: String,
}

/// An approval that no longer holds.
#[derive(Clone, Debug)]
pub struct Suspended {
    /// The school.
    pub school: String,
    /// Why, as a sentence, if that may be told.
    pub why: Option<String>,
}

/// The approvals that a school contact may act under.
pub trait Approvals: Send + Sync {
    /// The schools that the signed-in contact may act for.
    fn choices(&self) -> Attempt<'_, Vec<Choice>>;
    /// Whether somebody was signed in here until they were suspended.
    fn was_suspended(&self) -> Attempt<'_, bool>;
    /// Which approval that was, and why it no longer holds; told once.
    fn suspended(&self) -> Attempt<'_, Option<Suspended>>;
    /// The other school of the signed-in contact that this draft belongs to, if it belongs to one of theirs.
    fn other_school_of(&self, draft: String) -> Attempt<'_, Option<Choice>>;
    /// Acts for the school of this choice from now on.
    fn act_for(&self, choice: String) -> Attempt<'_, ()>;
}
