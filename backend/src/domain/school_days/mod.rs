//! Calendars and the statutory clocks that run on them.
//!
//! Lives here: school days (per school, from term dates), working days (England's bank holidays) and the periods
//! counted in either or in plain days. What must not live here: the decision that a period allows, which is about the
//! roll. A day for which no term dates are known is an error and never a guess, because a guessed school day could take
//! a child off a roll too early.

mod absence;
mod calendar;
mod periods;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
mod working_days;

pub use absence::{
    AbsenceRun, AttendanceCode, AttendanceCodeError, Break, BreakCause, Mark, Session, continuous_absence,
};
pub use calendar::{BackwardTermDates, Calendar, NoTermDates, TermDate};
pub use periods::{
    LeavePeriod, NewStarter, NoticePeriod, leave_period_end, new_pupil_return_due, new_pupil_return_is_owed,
    notice_period,
};
pub use working_days::{WorkingDays, add_working_days, bank_holidays, easter_sunday, is_bank_holiday};

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// The school days within which a pupil must be back after leave (reg 9(1)(h)).
pub const LEAVE_SCHOOL_DAYS: u32 = 10;
/// The school days of continuous absence of reg 9(1)(i).
pub const ABSENCE_SCHOOL_DAYS: u32 = 20;
/// The school days within which code N must give way to another code.
pub const UNRESOLVED_N_SCHOOL_DAYS: u32 = 5;
/// The days a parent has to satisfy the authority, the day of service included (s.437(2)).
pub const NOTICE_DAYS: u32 = 15;
/// The days for a new-pupil return, the day of entry not included (reg 13).
pub const NEW_PUPIL_RETURN_DAYS: u32 = 5;

fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

fn next(date: NaiveDate) -> NaiveDate {
    days_after(date, 1)
}

fn before(date: NaiveDate) -> NaiveDate {
    date.pred_opt().unwrap_or(NaiveDate::MIN)
}

fn days_after(date: NaiveDate, days: u32) -> NaiveDate {
    date.checked_add_days(Days::new(days.into())).unwrap_or(NaiveDate::MAX)
}
