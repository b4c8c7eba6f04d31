//! A report that is being written: what somebody without an account has typed so far, kept for the browser that typed it.

use chrono::{DateTime, Utc};

use crate::denied::{Attempt, Denied};
use crate::form::Form;

/// How far a report has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It is being written.
    Written,
    /// Sending has begun, so that it may have arrived although nobody was told: what it says stands, and it can only be
    /// sent again.
    Sending,
    /// It has arrived.
    Sent {
        /// What it is called.
        reference: String,
        /// Where too many came to take it at once: until when that is so.
        held_until: Option<DateTime<Utc>>,
    },
}

/// A report that somebody writes in this browser, or has sent lately.
#[derive(Clone, Debug)]
pub struct OpenReport {
    /// What was typed; nothing any more once it was sent.
    pub answers: Form,
    /// Makes it one report, however often it is sent.
    pub key: String,
    /// How far it has come.
    pub stage: Stage,
    /// Whether nothing was done with it for so long that somebody else may be at the browser.
    pub rests: bool,
    /// Until when it is kept if nothing more is done.
    pub until: DateTime<Utc>,
}

/// What becomes of a report.
pub type Change = Box<dyn FnOnce(&mut OpenReport) + Send>;

/// The reports that this browser holds, each under an id that the addresses of its pages carry. An id alone opens
/// nothing: to any other browser, and once it was thrown away or has lain too long, there is no such report.
pub trait OpenReports: Send + Sync {
    /// A random id for a report that may be begun. Keeps nothing.
    fn new_id(&self) -> Result<String, Denied>;
    /// Begins a report under this id, unless this browser has begun it already, and answers the id. That is another where
    /// this one belongs to somebody else or was sent. `act` makes the first change.
    fn begin(&self, id: String, act: Change) -> Attempt<'_, String>;
    /// The report as it stands. Changes nothing, so that it still rests afterwards.
    fn look<'a>(&'a self, id: &'a str) -> Attempt<'a, Option<OpenReport>>;
    /// Changes the report as it stands now, whatever other tabs have made of it, and says what became of it. It then
    /// rests no more.
    fn change<'a>(&'a self, id: &'a str, act: Change) -> Attempt<'a, Option<OpenReport>>;
    /// Throws the report away for good, and no other.
    fn discard<'a>(&'a self, id: &'a str) -> Attempt<'a, ()>;
}
