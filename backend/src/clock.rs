//! The time, as everything that does not run in an operation asks for it; an operation has one moment, `op.now()`.
//!
//! What must not live here: what day a moment falls on (`domain::clock`).
#![expect(clippy::disallowed_methods, reason = "the one place that asks the machine for the time")]

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Duration, DurationRound, Utc};

/// Tells the time. The only implementations are the real one and the one that tests set.
#[derive(Clone, Debug, Default)]
pub struct Clock(Option<Arc<Mutex<DateTime<Utc>>>>);

impl Clock {
    /// A clock that stands at `now` until it is set again.
    pub fn standing_at(now: DateTime<Utc>) -> Self {
        Self(Some(Arc::new(Mutex::new(now))))
    }

    /// Sets a standing clock; does nothing to the real one.
    pub fn set(&self, now: DateTime<Utc>) {
        if let Some(standing) = &self.0 {
            *standing.lock().unwrap_or_else(PoisonError::into_inner) = now;
        }
    }

    /// The moment, to the millisecond, which is what both engines and the event chain keep.
    pub fn now(&self) -> DateTime<Utc> {
        let now = match &self.0 {
            Some(standing) => *standing.lock().unwrap_or_else(PoisonError::into_inner),
            None => Utc::now(),
        };
        now.duration_trunc(Duration::milliseconds(1)).unwrap_or(now)
    }
}
