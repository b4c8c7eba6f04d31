//! A clock: what is owed, and by when, wherever it is shown.

use chrono::{DateTime, NaiveDate, Utc};

use crate::schema;
use crate::vocabulary::ClockKind;

/// A clock that runs.
#[derive(cynic::QueryFragment, Clone, Copy, Debug)]
pub(crate) struct Clock {
    pub(crate) kind: ClockKind,
    pub(crate) due_on: NaiveDate,
    pub(crate) late_at: DateTime<Utc>,
    pub(crate) late: bool,
}
