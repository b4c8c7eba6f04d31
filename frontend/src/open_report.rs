//! A report that anybody is writing: what a person without an account has typed so far, kept on the server for the
//! browser that began it.
//!
//! What must not live here: the questions and pages of a report (`journeys::report`).

use chrono::{DateTime, Utc};

use crate::denied::{Attempt, Denied};
use crate::form::Form;

/// How far a report has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It is being written and can be changed.
    Written,
    /// Sending has begun, and whether it arrived may not be known. The answers can no longer be changed; the report can
    /// only be sent again.
    Sending,
    /// It has arrived, and only its reference is still kept here.
    Sent {
        /// The reference that the sender is given.
        reference: String,
        /// For a report that was held because too many came at once: the time from which reports are taken at once
        /// again. `None` for a report that was taken.
        held_until: Option<DateTime<Utc>>,
        /// Whether the MASH was alerted, because it tells of harm.
        mash_alerted: bool,
    },
}

/// A report that was begun in this browser.
#[derive(Clone, Debug)]
pub struct OpenReport {
    /// What was typed, by field; empty once it was sent.
    pub answers: Form,
    /// The idempotency key of sending: whatever is sent under it becomes one report. Empty once it was sent.
    pub key: String,
    /// How far the report has come.
    pub stage: Stage,
    /// Whether it was not used for 30 minutes, so that somebody else may be at the browser now. Its answers are then
    /// not shown until somebody says that the report is theirs.
    pub rests: bool,
    /// The time until which it is kept if it is not used again: 12 hours after its last use.
    pub until: DateTime<Utc>,
}

/// A change to a report, applied to what is stored at that moment.
pub type Change = Box<dyn FnOnce(&mut OpenReport) + Send>;

/// The reports of this browser. Each has an id, which the addresses of its pages carry, and belongs to a token in the
/// browser's cookie. An id alone opens nothing: for any other browser, and once the report was discarded or its 12
/// hours are over, there is no such report.
pub trait OpenReports: Send + Sync {
    /// A random id for a report that may be begun. Nothing is stored yet.
    fn new_id(&self) -> Result<String, Denied>;
    /// Begins a report under `id` and applies `act` to it; if this browser has begun it before, only applies `act`.
    /// Answers the id, which is a new one where `id` belongs to another browser or its report was sent.
    fn begin(&self, id: String, act: Change) -> Attempt<'_, String>;
    /// The report as it is stored; `None` if this browser has none with this id. Looking does not count as use, so a
    /// report that [`rests`](OpenReport::rests) still does afterwards.
    fn look<'a>(&'a self, id: &'a str) -> Attempt<'a, Option<OpenReport>>;
    /// Applies `act` to the report as it is stored now, so that of two tabs neither undoes the other, and answers the
    /// outcome. `None` if this browser has no report with this id. This counts as use, so the report no longer
    /// [`rests`](OpenReport::rests).
    fn change<'a>(&'a self, id: &'a str, act: Change) -> Attempt<'a, Option<OpenReport>>;
    /// Deletes this report for good, and leaves the other reports of this browser as they are. No fault if there is
    /// none.
    fn discard<'a>(&'a self, id: &'a str) -> Attempt<'a, ()>;
}
