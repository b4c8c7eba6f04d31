//! Counting school days while a child is away: which this is today, when the last that matters is, and which days in
//! between were none.
//!
//! What must not live here: what may be done on the last of them, which is about the roll.

use chrono::NaiveDate;
use entity::vocabulary::{SchoolDayRule, TermDateKind};

use super::calendar::{Calendar, NoTermDates, TermDate};
use super::{ABSENCE_SCHOOL_DAYS, LEAVE_SCHOOL_DAYS, is_weekend};

/// The school days of an absence, as one rule counts them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// What is counted.
    pub rule: SchoolDayRule,
    /// The first school day that counts.
    pub first_day: NaiveDate,
    /// The number of school days up to today, today included; the whole number once the last is past.
    pub today: u32,
    /// The last school day that counts: the tenth or the twentieth.
    pub last_day: NaiveDate,
    /// Whether the last day is past.
    pub passed: bool,
    /// Whether it is an estimate, of weekdays without bank holidays, because term dates are lacking. It never ends later
    /// than the school's own days do.
    pub estimated: bool,
    /// The weekdays up to the last day that are no school days, in order.
    pub closed: Vec<Closed>,
}

/// Weekdays one after another on which the school is closed for one reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed {
    /// The first of them.
    pub first: NaiveDate,
    /// The last of them, included.
    pub last: NaiveDate,
    /// Why the school is closed.
    pub kind: TermDateKind,
}

/// The number of school days that a rule counts.
pub fn days_of(rule: SchoolDayRule) -> u32 {
    match rule {
        SchoolDayRule::TenAfterLeave => LEAVE_SCHOOL_DAYS,
        SchoolDayRule::TwentyAbsent => ABSENCE_SCHOOL_DAYS,
    }
}

/// Counts the school days from `since`, the first day that may be one, as they stand `today`. Where no term dates cover
/// the time, weekdays without bank holidays are counted instead, and the count says so.
pub fn count(calendar: &Calendar, rule: SchoolDayRule, since: NaiveDate, today: NaiveDate) -> Count {
    let whole = TermDate { kind: TermDateKind::Term, first: NaiveDate::MIN, last: NaiveDate::MAX };
    let count = count_by(calendar, rule, since, today);
    let count = count.or_else(|_| {
        let estimate = count_by(&Calendar { school: vec![whole], authority: Vec::new() }, rule, since, today)?;
        Ok::<_, NoTermDates>(Count { estimated: true, ..estimate })
    });
    count.unwrap_or(Count {
        rule,
        first_day: since,
        today: 0,
        last_day: NaiveDate::MAX,
        passed: false,
        estimated: true,
        closed: Vec::new(),
    })
}

fn count_by(
    calendar: &Calendar,
    rule: SchoolDayRule,
    since: NaiveDate,
    today: NaiveDate,
) -> Result<Count, NoTermDates> {
    let first_day = calendar.school_day_from(since)?;
    let last_day = calendar.nth_school_day_from(first_day, days_of(rule))?;
    Ok(Count {
        rule,
        first_day,
        today: calendar.school_days_between(first_day, today.min(last_day))?,
        last_day,
        passed: today > last_day,
        estimated: false,
        closed: closed(calendar, since, last_day)?,
    })
}

fn closed(calendar: &Calendar, first: NaiveDate, last: NaiveDate) -> Result<Vec<Closed>, NoTermDates> {
    let mut closed: Vec<Closed> = Vec::new();
    let mut was_closed = false;
    for day in first.iter_days().take_while(|day| *day <= last).filter(|day| !is_weekend(*day)) {
        if calendar.is_school_day(day)? {
            was_closed = false;
            continue;
        }
        let kind = calendar.closed_for(day);
        match closed.last_mut().filter(|before| was_closed && before.kind == kind) {
            Some(before) => before.last = day,
            None => closed.push(Closed { first: day, last: day, kind }),
        }
        was_closed = true;
    }
    Ok(closed)
}
