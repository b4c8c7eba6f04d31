//! Calendars and the statutory clocks that run on them.
//!
//! Lives here: school days (per school, from term dates), working days (England's bank holidays) and the count of the
//! school days of an absence. What must not live here: the decision that a count allows, which is about the roll. A day
//! for which no term dates are known is an error and never silently a guess, because a guessed school day could take a
//! child off a roll too early.

mod calendar;
mod count;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
mod working_days;

pub use calendar::{BackwardTermDates, Calendar, NoTermDates, TermDate};
pub use count::{Closed, Count, count, days_of};
pub use working_days::{
    WorkingDays, add_working_days, bank_holidays, easter_sunday, is_bank_holiday, working_day_from, working_days_before,
};

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// The school days within which a pupil must be back after leave (reg 9(1)(h)).
pub const LEAVE_SCHOOL_DAYS: u32 = 10;
/// The school days of continuous absence of reg 9(1)(i).
pub const ABSENCE_SCHOOL_DAYS: u32 = 20;
fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

fn next(date: NaiveDate) -> NaiveDate {
    days_after(date, 1)
}

fn days_after(date: NaiveDate, days: u32) -> NaiveDate {
    date.checked_add_days(Days::new(days.into())).unwrap_or(NaiveDate::MAX)
}
