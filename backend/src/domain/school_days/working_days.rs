//! Working days of the council, and England's bank holidays.

use std::collections::BTreeSet;

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::{days_after, is_weekend, next};

/// The council's working days: neither weekends nor England's bank holidays nor its own closures.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WorkingDays {
    closures: BTreeSet<NaiveDate>,
}

impl WorkingDays {
    /// Working days of an office that also closes on the days given.
    pub fn closed_on(closures: impl IntoIterator<Item = NaiveDate>) -> Self {
        Self { closures: closures.into_iter().collect() }
    }

    /// Whether the office works on that day.
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        !is_weekend(date) && !is_bank_holiday(date) && !self.closures.contains(&date)
    }

    /// The `n`th working day after the day given, which is itself not counted; with `n` of 0, that
    /// day.
    pub fn add(&self, date: NaiveDate, n: u32) -> NaiveDate {
        let mut day = date;
        let mut to_come = n;
        while to_come > 0 && day < NaiveDate::MAX {
            day = next(day);
            to_come -= u32::from(self.is_working_day(day));
        }
        day
    }
}

/// The `n`th working day after `date` for an office without closures of its own.
pub fn add_working_days(date: NaiveDate, n: u32) -> NaiveDate {
    WorkingDays::default().add(date, n)
}

/// The first working day on or after `date` for such an office.
pub fn working_day_from(date: NaiveDate) -> NaiveDate {
    if is_working_day(date) { date } else { add_working_days(date, 1) }
}

/// The `n`th working day before `date`, which is itself not counted, for such an office; with `n` of 0, that day.
pub fn working_days_before(date: NaiveDate, n: u32) -> NaiveDate {
    let earlier = date.iter_days().rev();
    let mut working = earlier.skip(1).filter(|day| is_working_day(*day));
    n.checked_sub(1).map_or(date, |before| working.nth(before as usize).unwrap_or(NaiveDate::MIN))
}

fn is_working_day(date: NaiveDate) -> bool {
    WorkingDays::default().is_working_day(date)
}

/// Whether England has a bank holiday on that day.
pub fn is_bank_holiday(date: NaiveDate) -> bool {
    bank_holidays(date.year()).contains(&date)
}

/// England's bank holidays of a year, in order, with substitute days.
///
/// By the Banking and Financial Dealings Act 1971 and the yearly proclamations that have become
/// regular. Days proclaimed for once are added and moved by hand, from 2020 on; a future one has to
/// come with the term dates or the office's closures.
pub fn bank_holidays(year: i32) -> Vec<NaiveDate> {
    let easter = easter_sunday(year);
    let mut days: Vec<NaiveDate> = [
        Some(weekday_from(day_of(year, 1, 1))),
        easter.checked_sub_days(Days::new(2)),
        easter.checked_add_days(Days::new(1)),
        Some(monday_from(day_of(year, 5, 1))),
        Some(monday_from(day_of(year, 5, 25))),
        Some(monday_from(day_of(year, 8, 25))),
    ]
    .into_iter()
    .flatten()
    .chain(christmas(year))
    .collect();
    for exception in EXCEPTIONS.iter().filter(|exception| exception.year == year) {
        days.retain(|day| (day.month(), day.day()) != exception.instead_of);
        days.push(day_of(year, exception.on.0, exception.on.1));
    }
    days.sort_unstable();
    days
}

struct Exception {
    year: i32,
    on: (u32, u32),
    instead_of: (u32, u32),
}

const NO_OTHER: (u32, u32) = (0, 0);

const EXCEPTIONS: &[Exception] = &[
    // Early May moved to the anniversary of the end of the war in Europe.
    Exception { year: 2020, on: (5, 8), instead_of: (5, 4) },
    // Spring moved, and a day added, for the Platinum Jubilee.
    Exception { year: 2022, on: (6, 2), instead_of: (5, 30) },
    Exception { year: 2022, on: (6, 3), instead_of: NO_OTHER },
    // The State Funeral of Queen Elizabeth II.
    Exception { year: 2022, on: (9, 19), instead_of: NO_OTHER },
    // The Coronation of King Charles III.
    Exception { year: 2023, on: (5, 8), instead_of: NO_OTHER },
];

// Each of the two days that falls on a weekend has a substitute on the next free weekday.
fn christmas(year: i32) -> [NaiveDate; 2] {
    let december = |of_month| day_of(year, 12, of_month);
    match december(25).weekday() {
        Weekday::Fri => [december(25), december(28)],
        Weekday::Sat => [december(27), december(28)],
        Weekday::Sun => [december(26), december(27)],
        _ => [december(25), december(26)],
    }
}

/// Easter Sunday of a year in the Gregorian calendar (the anonymous algorithm of 1876).
pub fn easter_sunday(year: i32) -> NaiveDate {
    let golden = year.rem_euclid(19);
    let (century, of_century) = (year.div_euclid(100), year.rem_euclid(100));
    let moon_correction = (century - (century + 8).div_euclid(25) + 1).div_euclid(3);
    let epact = (19 * golden + century - century.div_euclid(4) - moon_correction + 15).rem_euclid(30);
    let weekday = (32 + 2 * century.rem_euclid(4) + 2 * (of_century / 4) - epact - of_century % 4).rem_euclid(7);
    let late_moon = (golden + 11 * epact + 22 * weekday).div_euclid(451);
    let days_from_march = epact + weekday - 7 * late_moon + 114;
    let (month, of_month) = (days_from_march / 31, days_from_march % 31 + 1);
    day_of(year, month.unsigned_abs(), of_month.unsigned_abs())
}

fn weekday_from(date: NaiveDate) -> NaiveDate {
    match date.weekday() {
        Weekday::Sat => days_after(date, 2),
        Weekday::Sun => next(date),
        _ => date,
    }
}

fn monday_from(date: NaiveDate) -> NaiveDate {
    days_after(date, (7 - date.weekday().num_days_from_monday()) % 7)
}

// Only days that every year has are asked for, so the fallback is met only at the end of time.
fn day_of(year: i32, month: u32, of_month: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, of_month).unwrap_or(NaiveDate::MAX)
}
