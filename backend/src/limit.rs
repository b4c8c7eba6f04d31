//! Limits on how often something may be tried, and what this process remembers of them beside the database, so that a
//! flood of what is refused anyway costs no count there.
//!
//! Who is past a limit is remembered here and looked up there before they are refused, because another instance may have
//! let them go. Tries that only guess (`wrong tokens`) are counted here alone: a guess has no chance, and what is counted
//! is forgotten with the process.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use crate::error::Error;

/// So many tries in a span of time that begins with the first of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limit {
    /// What is counted; part of what the count is kept under.
    pub(crate) name: &'static str,
    /// How many tries.
    pub(crate) most: i32,
    /// In how many seconds.
    pub(crate) seconds: i64,
}

impl Limit {
    /// `most` tries of `name` in `seconds`.
    pub(crate) const fn new(name: &'static str, most: i32, seconds: i64) -> Self {
        Self { name, most, seconds }
    }
}

/// More than this is not remembered; an attacker has any number of addresses.
const MOST: usize = 10_000;

/// What is remembered.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    past: Mutex<HashMap<String, DateTime<Utc>>>,
    counted: Mutex<HashMap<String, (i32, DateTime<Utc>)>>,
}

impl Memory {
    /// Whether whoever is counted under `id` was past a limit that has not begun anew since.
    pub(crate) fn was_past(&self, id: &str, now: DateTime<Utc>) -> bool {
        let past = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        past.get(id).is_some_and(|until| now < *until)
    }

    /// Remembers that whoever is counted under `id` is past a limit until then.
    pub(crate) fn is_past(&self, id: &str, until: DateTime<Utc>, now: DateTime<Utc>) {
        let mut past = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        make_room(&mut past, |until| now < *until);
        past.insert(id.to_owned(), until);
    }

    /// Forgets that they were.
    pub(crate) fn is_within(&self, id: &str) {
        self.past.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }

    /// Counts a try at `target` in this process alone, and refuses those past the limit.
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

/// Keeps what still counts; if that is too much, begins anew.
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
