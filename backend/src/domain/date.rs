//! Days that people type, and the bounds within which one can be true: a birth that still makes a child of today, a day
//! that is past, a day on which something begins.
//!
//! What must not live here: how a day is read from what was typed (`answers`), and the age that follows from a birth
//! (`school_age`).

use chrono::{Datelike, Days, Months, NaiveDate};

use super::school_age::academic_year_start;

/// A child's life as far as it bounds other days: today, and the birth if it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Life {
    today: NaiveDate,
    born: Option<NaiveDate>,
}

/// The school years back to the earliest birth: the service follows young people until they are 25.
const OLDEST: i32 = 26;
/// The years back to the earliest day in a life, which no case reaches beyond.
const LONGEST: u32 = 25;
/// The years ahead to the latest beginning: a place is not promised earlier.
const AHEAD: u32 = 2;

impl From<NaiveDate> for Life {
    fn from(today: NaiveDate) -> Self {
        Self { today, born: None }
    }
}

impl Life {
    /// A life as it stands `today`, begun on the day `born` if that is known.
    pub fn of(today: NaiveDate, born: Option<NaiveDate>) -> Self {
        Self { today, born }
    }

    /// The day of birth, if it can be one; the fault calls it `called`.
    pub fn birth(self, day: NaiveDate, called: &str) -> Result<NaiveDate, String> {
        let first = academic_year_start(self.today);
        let first = first.with_year(first.year() - OLDEST).unwrap_or(first);
        if day < first {
            return Err(format!("{called} must be on or after {}: check the year", first.format("%-d %B %Y")));
        }
        self.not_after_today(day, called)
    }

    /// The day, if something can have happened on it; the fault calls it `called`.
    pub fn past(self, day: NaiveDate, called: &str) -> Result<NaiveDate, String> {
        self.not_after_today(day, called).and_then(|day| self.not_too_early(day, called))
    }

    /// The day, if something can begin or be due on it; the fault calls it `called`.
    pub fn start(self, day: NaiveDate, called: &str) -> Result<NaiveDate, String> {
        let last = self.today + Months::new(12 * AHEAD);
        if day > last {
            return Err(format!("{called} must be on or before {}: check the year", last.format("%-d %B %Y")));
        }
        self.not_too_early(day, called)
    }

    fn not_after_today(self, day: NaiveDate, called: &str) -> Result<NaiveDate, String> {
        if day <= self.today { Ok(day) } else { Err(format!("{called} must be today or in the past")) }
    }

    fn not_too_early(self, day: NaiveDate, called: &str) -> Result<NaiveDate, String> {
        if self.born.is_some_and(|born| day < born) {
            return Err(format!("{called} must be on or after the child’s date of birth"));
        }
        let first = self.today.checked_sub_months(Months::new(12 * LONGEST)).unwrap_or(NaiveDate::MIN);
        if day >= first {
            return Ok(day);
        }
        let before = first.checked_sub_days(Days::new(1)).unwrap_or(first);
        Err(format!("{called} must be after {}: check the year", before.format("%-d %B %Y")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_that_cannot_be_true_is_refused_with_the_reason() {
        type Read = fn(Life, NaiveDate, &str) -> Result<NaiveDate, String>;
        let life = Life::of(on("2026-11-20"), Some(on("2015-03-14")));
        for (read, day, wrong) in [
            (Life::birth as Read, "2000-09-01", None),
            (Life::birth, "2000-08-31", Some("1 September 2000")),
            (Life::birth, "1880-03-14", Some("check the year")),
            (Life::birth, "2026-11-20", None),
            (Life::birth, "2026-11-21", Some("today or in the past")),
            (Life::past, "2015-03-14", None),
            (Life::past, "2015-03-13", Some("on or after the child’s date of birth")),
            (Life::past, "2026-11-21", Some("today or in the past")),
            (Life::start, "2015-03-13", Some("on or after the child’s date of birth")),
            (Life::start, "2028-11-20", None),
            (Life::start, "2028-11-21", Some("on or before 20 November 2028")),
            (Life::start, "9999-01-01", Some("check the year")),
        ] {
            let found = read(life, on(day), "Date");
            match wrong {
                None => assert_eq!(found, Ok(on(day)), "{day}"),
                Some(words) => assert!(found.clone().is_err_and(|fault| fault.contains(words)), "{day}: {found:?}"),
            }
        }
        let unknown = Life::from(on("2026-11-20"));
        assert!(unknown.past(on("2001-11-20"), "Date").is_ok());
        assert_eq!(
            unknown.past(on("1900-01-01"), "Date"),
            Err("Date must be after 19 November 2001: check the year".to_owned())
        );
    }
}
