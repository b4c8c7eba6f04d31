//! Periods that the law counts in school days or in plain days.
//!
//! What must not live here: the decision that a period allows, which is about the roll.

use chrono::NaiveDate;

use super::calendar::{Calendar, NoTermDates};
use super::{LEAVE_SCHOOL_DAYS, NEW_PUPIL_RETURN_DAYS, NOTICE_DAYS, days_after};

/// The school days in which a pupil may still come back after leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeavePeriod {
    /// The first school day after the leave.
    pub first_day: NaiveDate,
    /// The tenth, on which coming back still counts.
    pub last_day: NaiveDate,
    /// The first school day on which ground H can be relied on.
    pub earliest_action: NaiveDate,
}

/// The ten school days that follow leave whose last day was `leave_ended` (reg 9(1)(h)).
pub fn leave_period_end(calendar: &Calendar, leave_ended: NaiveDate) -> Result<LeavePeriod, NoTermDates> {
    let first_day = calendar.school_day_after(leave_ended)?;
    let last_day = calendar.nth_school_day_from(first_day, LEAVE_SCHOOL_DAYS)?;
    let earliest_action = calendar.school_day_after(last_day)?;
    Ok(LeavePeriod { first_day, last_day, earliest_action })
}

/// The least time that a notice under s.437 gives, in days of every kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticePeriod {
    /// The last day of the period.
    pub last_day: NaiveDate,
    /// The first day on which the next statutory step is possible.
    pub next_step_from: NaiveDate,
}

/// The minimum period of a notice served on `served`; the day of service is its first day.
pub fn notice_period(served: NaiveDate) -> NoticePeriod {
    NoticePeriod { last_day: days_after(served, NOTICE_DAYS - 1), next_step_from: days_after(served, NOTICE_DAYS) }
}

/// The last day for the return about a pupil entered on `entered`; the day of entry is not counted.
///
/// Regulation 13 says days, not school days, so weekends count.
pub fn new_pupil_return_due(entered: NaiveDate) -> NaiveDate {
    days_after(entered, NEW_PUPIL_RETURN_DAYS)
}

/// The facts that decide whether a new-pupil return is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewStarter {
    /// Whether the pupil joins the school's most junior class.
    pub in_most_junior_class: bool,
    /// The pupil's starting day.
    pub starts: NaiveDate,
    /// The first day of the school's year.
    pub school_year_begins: NaiveDate,
}

/// Whether a new-pupil return is owed unasked (reg 13): not for one who joins the most junior
/// class on the first day of the school year, and for everyone else it is.
pub fn new_pupil_return_is_owed(starter: NewStarter) -> bool {
    let NewStarter { in_most_junior_class, starts, school_year_begins } = starter;
    !(in_most_junior_class && starts == school_year_begins)
}
