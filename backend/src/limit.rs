//! Limits on how often something may be tried, and what this process remembers of them besides the database, so that a
//! flood of refused tries costs no writes there.
//!
//! A target past its limit is remembered here and looked up in the database before it is refused, because another
//! instance may have reset its count. Guesses that have no chance of success (`wrong token`) are counted here only, and
//! their counts end with the process.
//!
//! What must not live here: the counts in the database (`throttle`).

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use crate::error::Error;

/// The number of tries that are allowed in a span of time, which begins with the first try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limit {
    /// The name of what is counted, which is part of the id of a count.
    pub(crate) name: &'static str,
    /// The number of tries.
    pub(crate) most: i32,
    /// The span of time in seconds.
    pub(crate) seconds: i64,
}

impl Limit {
    /// A limit of `most` tries of `name` in `seconds`.
    pub(crate) const fn new(name: &'static str, most: i32, seconds: i64) -> Self {
        Self { name, most, seconds }
    }
}

/// The most entries that are remembered, because an attacker can use any number of addresses.
const MOST: usize = 10_000;

/// The targets past their limit, the counts that only this process keeps, and the points it has not written yet.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    past: Mutex<HashMap<String, DateTime<Utc>>>,
    counted: Mutex<HashMap<String, (i32, DateTime<Utc>)>>,
    points: Mutex<HashMap<String, Points>>,
}

/// What one target has spent of a budget that all instances share.
#[derive(Clone, Copy, Debug)]
struct Points {
    /// What all instances had spent when this one last exchanged counts with the database.
    known: i32,
    /// What this process has spent since.
    unwritten: i32,
    exchanged_at: DateTime<Utc>,
    resets_at: DateTime<Utc>,
}

/// The seconds after which points are written to the database, and the part of a budget that is written sooner. Each
/// further instance allows up to this part more than the budget, and what passes while points are being written.
const EXCHANGED_EACH: TimeDelta = TimeDelta::seconds(1);
const UNWRITTEN_PART: i32 = 50;

impl Memory {
    /// Whether the count under `id` was past its limit and has not been reset since.
    pub(crate) fn was_past(&self, id: &str, now: DateTime<Utc>) -> bool {
        let past = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        past.get(id).is_some_and(|until| now < *until)
    }

    /// Remembers that the count under `id` is past its limit until `until`.
    pub(crate) fn is_past(&self, id: &str, until: DateTime<Utc>, now: DateTime<Utc>) {
        let mut past = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        make_room(&mut past, |until| now < *until);
        past.insert(id.to_owned(), until);
    }

    /// Forgets that the count under `id` was past its limit.
    pub(crate) fn is_within(&self, id: &str) {
        self.past.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }

    /// Spends `weight` points under `id`. `Some` is the number of points that must be written to the database now,
    /// which then decides: at first, once a second, after a good part of the budget, and before anything is refused.
    pub(crate) fn spend(&self, limit: Limit, id: &str, weight: i32, now: DateTime<Utc>) -> Option<i32> {
        let mut points = self.points.lock().unwrap_or_else(PoisonError::into_inner);
        make_room(&mut points, |points| now < points.resets_at);
        let Some(entry) = points.get_mut(id).filter(|points| now < points.resets_at) else { return Some(weight) };
        entry.unwritten = entry.unwritten.saturating_add(weight);
        let is_due = now - entry.exchanged_at >= EXCHANGED_EACH
            || now < entry.exchanged_at
            || entry.unwritten >= limit.most / UNWRITTEN_PART
            || entry.known.saturating_add(entry.unwritten) > limit.most;
        is_due.then(|| std::mem::take(&mut entry.unwritten))
    }

    /// Takes the points that are not written yet, to be written now.
    pub(crate) fn unwritten(&self, id: &str) -> i32 {
        let mut points = self.points.lock().unwrap_or_else(PoisonError::into_inner);
        points.get_mut(id).map_or(0, |points| std::mem::take(&mut points.unwritten))
    }

    /// Remembers what the database said when points were written to it.
    pub(crate) fn exchanged(&self, id: &str, known: i32, resets_at: DateTime<Utc>, now: DateTime<Utc>) {
        let mut points = self.points.lock().unwrap_or_else(PoisonError::into_inner);
        let unwritten = points.get(id).map_or(0, |points| points.unwritten);
        points.insert(id.to_owned(), Points { known, unwritten, exchanged_at: now, resets_at });
    }

    /// Counts a try at `target` in this process only. Past the limit it is refused, with the time of the reset.
    pub(crate) fn take(&self, limit: Limit, target: &str, now: DateTime<Utc>) -> Result<(), Error> {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        make_room(&mut counted, |(_, until)| now < *until);
        let fresh = (0, now + TimeDelta::seconds(limit.seconds));
        let entry = counted.entry(format!("{} {target}", limit.name)).or_insert(fresh);
        // One that would last longer than a fresh one was begun while the clock stood ahead.
        if entry.1 <= now || entry.1 > fresh.1 {
            *entry = fresh;
        }
        entry.0 = entry.0.saturating_add(1);
        if entry.0 > limit.most { Err(Error::Throttled(entry.1)) } else { Ok(()) }
    }
}

/// Removes entries that have expired, and all entries if that leaves too many.
fn make_room<T>(entries: &mut HashMap<String, T>, mut still_counts: impl FnMut(&T) -> bool) {
    if entries.len() >= MOST {
        entries.retain(|_, entry| still_counts(entry));
    }
    if entries.len() >= MOST {
        entries.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Limit = Limit::new("test", 2, 60);

    #[test]
    fn the_third_try_of_a_minute_is_refused_and_the_first_of_the_next_is_not() {
        let (memory, now) = (Memory::default(), DateTime::UNIX_EPOCH);
        let take = |target, seconds| memory.take(LIMIT, target, now + TimeDelta::seconds(seconds));
        assert!(take("a", 0).is_ok() && take("a", 59).is_ok());
        assert!(matches!(take("a", 59), Err(Error::Throttled(until)) if until == now + TimeDelta::seconds(60)));
        assert!(take("b", 59).is_ok(), "one address is counted for another");
        assert!(take("a", 60).is_ok());
    }

    #[test]
    fn what_was_counted_while_the_clock_stood_ahead_counts_no_more() {
        let (memory, now) = (Memory::default(), DateTime::UNIX_EPOCH);
        let ahead = now + TimeDelta::days(365);
        for _ in 0..3 {
            let _ = memory.take(LIMIT, "a", ahead);
        }
        assert!(memory.take(LIMIT, "a", now).is_ok());
    }

    #[test]
    fn who_is_past_is_remembered_until_then_and_no_longer() {
        let (memory, now) = (Memory::default(), DateTime::UNIX_EPOCH);
        let until = now + TimeDelta::seconds(60);
        memory.is_past("a", until, now);
        assert!(memory.was_past("a", now) && !memory.was_past("b", now) && !memory.was_past("a", until));
        memory.is_within("a");
        assert!(!memory.was_past("a", now));
    }

    #[test]
    fn points_are_written_at_first_then_once_a_second_and_before_the_budget_is_used_up() {
        let budget = Limit::new("points", 1_000, 60);
        let (memory, now) = (Memory::default(), DateTime::UNIX_EPOCH);
        let at = |millis| now + TimeDelta::milliseconds(millis);
        let spend = |weight, millis| memory.spend(budget, "a", weight, at(millis));
        assert_eq!(spend(5, 0), Some(5), "another instance may have spent some");
        memory.exchanged("a", 5, at(60_000), at(0));
        assert_eq!((spend(4, 10), spend(5, 20)), (None, None));
        assert_eq!(spend(1, 1_000), Some(10), "a second later");
        memory.exchanged("a", 15, at(60_000), at(1_000));
        assert_eq!(spend(20, 1_010), Some(20), "a fiftieth of the budget");
        memory.exchanged("a", 995, at(60_000), at(1_010));
        assert_eq!(spend(6, 1_020), Some(6), "past the budget, as far as is known");
        memory.exchanged("a", 1_001, at(60_000), at(1_020));
        assert_eq!(spend(1, 60_000), Some(1), "a new minute");
        memory.exchanged("a", 1, at(120_000), at(60_000));
        assert_eq!(spend(3, 60_010), None);
        assert_eq!((memory.unwritten("a"), memory.unwritten("a"), memory.unwritten("b")), (3, 0, 0));
    }

    #[test]
    fn what_is_remembered_has_a_bound() {
        let (memory, now) = (Memory::default(), DateTime::UNIX_EPOCH);
        for number in 0..3 * MOST {
            memory.is_past(&number.to_string(), now + TimeDelta::seconds(60), now);
            let _ = memory.take(LIMIT, &number.to_string(), now);
        }
        assert!(memory.past.lock().unwrap().len() <= MOST && memory.counted.lock().unwrap().len() <= MOST);
    }
}
