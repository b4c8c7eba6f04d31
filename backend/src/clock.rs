//! The time for everything that does not run in an operation; an operation has one fixed time, `op.now()`.
//!
//! What must not live here: the day in London at some time (`domain::clock`).
#![expect(clippy::disallowed_methods, reason = "the one place that asks the machine for the time")]

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Duration, DurationRound, Utc};

/// Tells the time. The only implementations are the real one and the one that tests set.
#[derive(Clone, Debug, Default)]
pub struct Clock(Option<Arc<Mutex<DateTime<Utc>>>>);

impl Clock {
    /// A clock for tests that stands at `now` until it is set again.
    pub fn standing_at(now: DateTime<Utc>) -> Self {
        Self(Some(Arc::new(Mutex::new(now))))
    }

    /// Sets a standing clock; the real one stays as it is.
    pub fn set(&self, now: DateTime<Utc>) {
        if let Some(standing) = &self.0 {
            *standing.lock().unwrap_or_else(PoisonError::into_inner) = now;
        }
    }

    /// The present time to the millisecond, which is the precision that both engines and the digests of events keep.
    pub fn now(&self) -> DateTime<Utc> {
        let now = match &self.0 {
            Some(standing) => *standing.lock().unwrap_or_else(PoisonError::into_inner),
            None => Utc::now(),
        };
        now.duration_trunc(Duration::milliseconds(1)).unwrap_or(now)
    }
}
