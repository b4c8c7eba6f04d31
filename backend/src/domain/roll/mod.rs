//! A name on a school's roll: the grounds on which it may be removed (`grounds`), the matter of removing one (`matter`),
//! what still stands in the way (`lacks`) and the days by which something is owed (`clocks`).
//!
//! What must not live here: the case that a matter belongs to, and what a removal does to it (`case::roll`).

mod clocks;
mod grounds;
mod lacks;
mod matter;

pub use clocks::{answer_due, new_pupil_return_due};
pub use grounds::{GROUNDS, Ground, REGIME, Since, of};
pub use lacks::{Known, Lack, clock, lacks, standing};
pub use matter::{Decision, DeletionReturn, JointEnquiry, Matter, Obtained, ParentTold, Proposal};
