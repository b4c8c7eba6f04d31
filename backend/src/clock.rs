//! The time for everything that does not run in an operation; an operation has one fixed time, `op.now()`.
//!
//! What must not live here: the day in London at some time (`domain::clock`).
#![expect(clippy::disallowed_methods, reason = "the one place that asks the machine for the time")]

use std::sync::{Arc, Mutex, PoisonError};
use std::time;

use chrono::{DateTime, Duration, DurationRound, TimeDelta, Utc};

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

/// A jump of the system clock: somebody set it, or the machine stood still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jump {
    /// What the clock would have said without the jump.
    pub before: DateTime<Utc>,
    /// How far it jumped; negative if it went back.
    pub by: TimeDelta,
}

/// Finds jumps of the system clock by comparing it with the time that has elapsed, which nobody can set.
#[derive(Clone, Copy, Debug)]
pub struct Steps {
    last: DateTime<Utc>,
    elapsed: time::Duration,
}

/// The shortest jump that is told of. A clock that is kept right over the network moves by less at once.
const SHORTEST: TimeDelta = TimeDelta::seconds(2);

impl Steps {
    /// Begins at a time of the clock, after so much has elapsed.
    pub fn new(now: DateTime<Utc>, elapsed: time::Duration) -> Self {
        Self { last: now, elapsed }
    }

    /// The jump since the last look, if there was one.
    pub fn look(&mut self, now: DateTime<Utc>, elapsed: time::Duration) -> Option<Jump> {
        let passed = TimeDelta::from_std(elapsed.saturating_sub(self.elapsed)).unwrap_or(TimeDelta::MAX);
        let before = self.last.checked_add_signed(passed).unwrap_or(self.last);
        *self = Self::new(now, elapsed);
        let by = now - before;
        (by.abs() >= SHORTEST).then_some(Jump { before, by })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_runs_does_not_jump_and_one_that_is_set_does() {
        let began: DateTime<Utc> = "2026-11-20T17:00:00Z".parse().unwrap();
        let after = time::Duration::from_secs;
        let mut steps = Steps::new(began, after(0));
        assert_eq!(steps.look(began + TimeDelta::seconds(10), after(10)), None);
        assert_eq!(steps.look(began + TimeDelta::milliseconds(21_500), after(20)), None);
        let (ahead, back) = (began + TimeDelta::days(365), began + TimeDelta::seconds(40));
        let jump = steps.look(ahead, after(30)).unwrap();
        assert_eq!(jump.before, began + TimeDelta::milliseconds(31_500));
        let jump = steps.look(back, after(40)).unwrap();
        assert_eq!(jump, Jump { before: ahead + TimeDelta::seconds(10), by: back - ahead - TimeDelta::seconds(10) });
        assert_eq!(steps.look(back, after(40)), None);
    }
}
