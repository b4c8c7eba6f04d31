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

/// The targets past their limit, and the counts that only this process keeps.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    past: Mutex<HashMap<String, DateTime<Utc>>>,
    counted: Mutex<HashMap<String, (i32, DateTime<Utc>)>>,
}

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

    /// Counts a try at `target` in this process only. Past the limit it is refused, with the time of the reset.
    pub(crate) fn take(&self, limit: Limit, target: &str, now: DateTime<Utc>) -> Result<(), Error> {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        make_room(&mut counted, |(_, until)| now < *until);
        let fresh = (0, now + TimeDelta::seconds(limit.seconds));
        let entry = counted.entry(format!("{} {target}", limit.name)).or_insert(fresh);
        if entry.1 <= now {
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
    fn who_is_past_is_remembered_until_then_and_no_longer() {
        let (memory, now) = (Memory::default(), DateTime::UNIX_EPOCH);
        let until = now + TimeDelta::seconds(60);
        memory.is_past("a", until, now);
        assert!(memory.was_past("a", now) && !memory.was_past("b", now) && !memory.was_past("a", until));
        memory.is_within("a");
        assert!(!memory.was_past("a", now));
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
