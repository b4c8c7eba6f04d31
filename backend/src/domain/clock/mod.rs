//! Clocks: something is owed by a moment. A clock starts with a fact and ends with one; while it runs, whoever it
//! belongs to is told how far it has run. Its kinds, with their lengths, are a table (`rules`).
//!
//! What must not live here: which clocks a case or a referral has (`case::clocks`, `referral::clocks`), who is told
//! (`service::reminder`), and the time of day, which the caller passes in.

mod rules;

pub use rules::{RULES, Rule, rule};

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use entity::vocabulary::{ClockKind, ClockUnit, Rung};
use uuid::Uuid;

use super::london::{begin_of, london_day};
use super::school_days::{add_working_days, working_day_from, working_days_before};

/// A clock that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// What it runs for.
    pub kind: ClockKind,
    /// The id of what it runs for. There is at most one clock of a kind for it.
    pub item: Uuid,
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// The first moment at which it is late.
    pub late_at: DateTime<Utc>,
}

impl Clock {
    /// A clock that started at `started_at` and runs for as long as the rule of its kind says.
    pub fn running(kind: ClockKind, item: Uuid, started_at: DateTime<Utc>) -> Self {
        Self { kind, item, started_at, late_at: late_at(kind, started_at) }
    }

    /// A clock that ends with a day that somebody named, or another rule found.
    pub fn until(kind: ClockKind, item: Uuid, started_on: NaiveDate, due_on: NaiveDate) -> Self {
        Self { kind, item, started_at: begin_of(started_on), late_at: end_of(due_on) }
    }

    /// The last day in England on which it is not late yet.
    pub fn due_on(&self) -> NaiveDate {
        due_on(self.late_at)
    }
}

/// The first moment at which a clock is late that started at `started_at`.
fn late_at(kind: ClockKind, started_at: DateTime<Utc>) -> DateTime<Utc> {
    let (rule, day) = (rule(kind), london_day(started_at));
    match rule.unit {
        ClockUnit::Hours => started_at + TimeDelta::hours(rule.length.into()),
        ClockUnit::Days if rule.onto_working_day => end_of(working_day_from(day + Days::new(rule.length.into()))),
        ClockUnit::Days => end_of(day + Days::new(rule.length.into())),
        ClockUnit::WorkingDays if rule.length == 0 => end_of(working_day_from(day)),
        ClockUnit::WorkingDays => end_of(add_working_days(day, rule.length)),
        ClockUnit::Given => end_of(day),
    }
}

/// The last day on which a clock of this kind is not late that starts on a day.
pub fn due_after(kind: ClockKind, started_on: NaiveDate) -> NaiveDate {
    due_on(late_at(kind, begin_of(started_on)))
}

/// The last day in England before a clock that ends then is late.
pub fn due_on(late_at: DateTime<Utc>) -> NaiveDate {
    london_day(late_at - TimeDelta::milliseconds(1))
}

/// When each rung is told of a clock that is late at `late_at`, soonest first; not of warnings where there are none.
/// What was late before `told_from`, when a fact made the clock, climbs from that moment: before it nobody could have
/// acted.
fn rungs(
    kind: ClockKind,
    late_at: DateTime<Utc>,
    told_from: DateTime<Utc>,
) -> impl Iterator<Item = (DateTime<Utc>, Rung)> {
    let rule = rule(kind);
    let soon = begin_of(working_days_before(due_on(late_at), rule.warn)).max(told_from);
    let soon = (rule.warn > 0).then_some((soon, Rung::Soon));
    let from = late_at.max(told_from);
    let climbed = move |rung: Rung, after: u32| match after {
        0 => (from, rung),
        // Nobody waits for Monday with a child who may be in danger.
        after if rule.safeguarding => (from + TimeDelta::hours(after.into()), rung),
        after => (end_of(add_working_days(due_on(from), after)), rung),
    };
    let climbs = [(Rung::Late, 0), (Rung::Manager, rule.manager), (Rung::Head, rule.head)];
    soon.into_iter().chain(climbs.into_iter().map(move |(rung, after)| climbed(rung, after)))
}

/// The rungs that a clock has reached by `now`, soonest first. One that is late is no longer about to be.
pub fn reached(kind: ClockKind, late_at: DateTime<Utc>, told_from: DateTime<Utc>, now: DateTime<Utc>) -> Vec<Rung> {
    let is_late = now >= late_at;
    let all = rungs(kind, late_at, told_from).filter(|(at, rung)| *at <= now && !(is_late && *rung == Rung::Soon));
    all.map(|(_, rung)| rung).collect()
}

/// When somebody is told first of a clock that is late at `late_at`.
pub fn first_telling(kind: ClockKind, late_at: DateTime<Utc>, told_from: DateTime<Utc>) -> Option<DateTime<Utc>> {
    rungs(kind, late_at, told_from).map(|(at, _)| at).min()
}

/// When somebody is told next, after `now`; `None` when everybody was.
pub fn next_telling(
    kind: ClockKind,
    late_at: DateTime<Utc>,
    told_from: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    rungs(kind, late_at, told_from).map(|(at, _)| at).filter(|at| *at > now).min()
}

/// The moment at which a day in England is over.
fn end_of(day: NaiveDate) -> DateTime<Utc> {
    begin_of(day + Days::new(1))
}

#[cfg(test)]
mod tests;
