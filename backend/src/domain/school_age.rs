//! Compulsory school age and year groups, computed from a date of birth.
//!
//! Lives here: the two statutory ends of compulsory school age (Education Act 1996 s.8) and the
//! national curriculum year a child's birthday puts them in. Must not live here: any reading of
//! age from a year group or of a year group from age. The two rules use different days, so
//! neither can stand in for the other.

use std::fmt;

use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The first and the last day on which a child is of compulsory school age, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SchoolAge {
    /// The prescribed day on which it begins.
    pub start: NaiveDate,
    /// The school leaving date at whose close it ends.
    pub end: NaiveDate,
}

impl SchoolAge {
    /// True from the first day to the last, both included.
    pub fn contains(self, on: NaiveDate) -> bool {
        self.start <= on && on <= self.end
    }

    /// Where a day falls: before, within or after.
    pub fn position(self, on: NaiveDate) -> AgePosition {
        if on < self.start {
            AgePosition::Below { starts: self.start }
        } else if on > self.end {
            AgePosition::Over { ended: self.end }
        } else {
            AgePosition::Within
        }
    }
}

/// Where a child stands against compulsory school age on a given day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AgePosition {
    /// Too young: for the watch list, not for the children missing education list.
    Below {
        /// The day compulsory school age begins.
        starts: NaiveDate,
    },
    /// Of compulsory school age.
    Within,
    /// Past it: for the participation team.
    Over {
        /// The last day of compulsory school age.
        ended: NaiveDate,
    },
}

/// The span of compulsory school age of a child born on `dob`.
///
/// Education Act 1996 s.8, with the prescribed days of the Start of Compulsory School Age Order 1998 and the leaving
/// date of the School Leaving Date Order 1997. The Act ends it early for those who turn sixteen before the next school
/// year begins, which it ties to the first term after July; by convention that is 1 September.
pub fn compulsory_school_age(dob: NaiveDate) -> SchoolAge {
    SchoolAge { start: start(dob), end: end(dob) }
}

/// Where a child born on `dob` stands on the day `on`.
pub fn position(dob: NaiveDate, on: NaiveDate) -> AgePosition {
    compulsory_school_age(dob).position(on)
}

/// The school leaving date of a year: its last Friday in June.
pub fn school_leaving_date(year: i32) -> NaiveDate {
    let june_ends = day(year, 6, 30);
    let days_since_friday = (june_ends.weekday().num_days_from_monday() + 3) % 7;
    day(year, 6, 30 - days_since_friday)
}

/// The 1 September on or before `on`, from which year groups are counted.
pub fn academic_year_start(on: NaiveDate) -> NaiveDate {
    let september = day(on.year(), 9, 1);
    if on < september { day(on.year() - 1, 9, 1) } else { september }
}

/// The year group that the date of birth alone gives on the day `on`.
///
/// It is the age on the 31 August before the academic year, less four; a birthday on that day
/// counts. A child may be taught in another year, so keep the recorded one beside it.
pub fn year_group(dob: NaiveDate, on: NaiveDate) -> YearGroup {
    let first_september = academic_year_start(on).year();
    let birthday_to_come = i32::from(dob.month() >= 9);
    YearGroup(first_september - dob.year() - birthday_to_come - 4)
}

/// What to say when a child is taught outside the year their birthday gives; a warning, never a
/// refusal.
pub fn out_of_cohort(dob: NaiveDate, on: NaiveDate, recorded: YearGroup) -> Option<OutOfCohort> {
    let computed = year_group(dob, on);
    (computed != recorded).then_some(OutOfCohort { computed, recorded })
}

/// A recorded year group that differs from the one the date of birth gives: a warning, never a fault, and no reason to
/// count the child of another age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfCohort {
    /// By date of birth.
    pub computed: YearGroup,
    /// As the school records it.
    pub recorded: YearGroup,
}

/// A national curriculum year: −1 nursery, 0 reception, then the year's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct YearGroup(i32);

/// Why a text is not a year group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("enter a year group such as Reception or Year 7")]
pub struct YearGroupError;

impl YearGroup {
    /// The reception year.
    pub const RECEPTION: Self = Self(0);

    /// Reads a recorded year group as schools write it: `7`, `Y7`, `Year 7`, `R`, `Nursery`.
    pub fn parse(raw: &str) -> Result<Self, YearGroupError> {
        let text = raw.trim().to_ascii_lowercase();
        match text.as_str() {
            "n" | "nursery" => return Ok(Self(-1)),
            "r" | "reception" => return Ok(Self::RECEPTION),
            _ => {}
        }
        let digits = text.strip_prefix("year").or_else(|| text.strip_prefix('y')).unwrap_or(&text).trim_start();
        let well_formed = (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        match digits.parse::<i32>() {
            Ok(0) if well_formed => Ok(Self::RECEPTION),
            Ok(year @ 1..=14) if well_formed => Ok(Self(year)),
            _ => Err(YearGroupError),
        }
    }

    /// The year as a number: −1 nursery, 0 reception, 1 and up as named.
    pub fn number(self) -> i32 {
        self.0
    }

    /// Whether it is one of the years that the termly return names: reception to year 11.
    pub fn is_reception_to_eleven(self) -> bool {
        (0..=11).contains(&self.0)
    }

    /// The name people use: "Nursery", "Reception", "Year 7".
    pub fn label(self) -> String {
        match self.0 {
            ..-1 => "Below nursery".to_owned(),
            -1 => "Nursery".to_owned(),
            0 => "Reception".to_owned(),
            15.. => "Above year 14".to_owned(),
            year => format!("Year {year}"),
        }
    }
}

impl fmt::Display for YearGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label())
    }
}

fn start(dob: NaiveDate) -> NaiveDate {
    // A leap-day birthday may be read as 28 February or 1 March; 31 March follows either.
    let fifth_birthday = birthday(dob, 5);
    [(3, 31), (8, 31), (12, 31)]
        .into_iter()
        .map(|(month, of_month)| day(fifth_birthday.year(), month, of_month))
        .find(|prescribed| *prescribed >= fifth_birthday)
        .unwrap_or(NaiveDate::MAX)
}

fn end(dob: NaiveDate) -> NaiveDate {
    let sixteenth_birthday = birthday(dob, 16);
    let year = sixteenth_birthday.year();
    if sixteenth_birthday < day(year, 9, 1) { school_leaving_date(year) } else { school_leaving_date(year + 1) }
}

fn birthday(dob: NaiveDate, age: u32) -> NaiveDate {
    dob.checked_add_months(Months::new(age * 12)).unwrap_or(NaiveDate::MAX)
}

// Only days that every year has are asked for, so the fallback is met only at the end of time.
fn day(year: i32, month: u32, of_month: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, of_month).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use chrono::Weekday;
    use proptest::prelude::*;

    use super::*;

    fn on(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_worked_examples_of_the_domain_reference_hold() {
        let today = on("2026-11-21");
        // (row of §9.11, date of birth, start, end, of compulsory school age today, year group)
        let rows = [
            ("1 birthday on a prescribed day", "2021-08-31", "2026-08-31", "2037-06-26", true, 1),
            ("2", "2021-09-01", "2026-12-31", "2038-06-25", false, 0),
            ("4", "2021-12-31", "2026-12-31", "2038-06-25", false, 0),
            ("6", "2022-03-31", "2027-03-31", "2038-06-25", false, 0),
            ("8 leap-day birthday", "2020-02-29", "2025-03-31", "2036-06-27", true, 2),
            ("10", "2010-05-14", "2015-08-31", "2026-06-26", false, 12),
            ("11 sixteen on the leaving date", "2010-06-26", "2015-08-31", "2026-06-26", false, 12),
            ("13 sixteen on 1 September", "2010-09-01", "2015-12-31", "2027-06-25", true, 11),
            ("14", "2011-08-31", "2016-08-31", "2027-06-25", true, 11),
            ("16", "2015-08-31", "2020-08-31", "2031-06-27", true, 7),
            ("9.1 five, in reception, too young", "2021-10-12", "2026-12-31", "2038-06-25", false, 0),
            ("9.1 sixteen and still of age", "2010-09-02", "2015-12-31", "2027-06-25", true, 11),
            ("9.1 sixteen and over", "2010-08-31", "2015-08-31", "2026-06-26", false, 12),
            ("9.2 last day of the cohort", "2015-08-31", "2020-08-31", "2031-06-27", true, 7),
            ("9.2 one day younger, one year below", "2015-09-01", "2020-12-31", "2032-06-25", true, 6),
        ];
        for (row, dob, start, end, within, year) in rows {
            let age = compulsory_school_age(on(dob));
            assert_eq!(age.start, on(start), "start, row {row}");
            assert_eq!(age.end, on(end), "end, row {row}");
            assert_eq!(compulsory_school_age(on(dob)).contains(today), within, "within, row {row}");
            assert_eq!(year_group(on(dob), today).number(), year, "year, row {row}");
        }
    }

    #[test]
    fn the_position_names_the_day_that_matters() {
        let today = on("2026-11-21");
        let rows = [
            ("9.1 below", "2021-10-12", AgePosition::Below { starts: on("2026-12-31") }),
            ("9.1 within", "2010-09-02", AgePosition::Within),
            ("9.1 over", "2010-08-31", AgePosition::Over { ended: on("2026-06-26") }),
        ];
        for (row, dob, expected) in rows {
            assert_eq!(position(on(dob), today), expected, "row {row}");
        }
    }

    #[test]
    fn the_leaving_date_is_the_last_friday_in_june() {
        for known in ["2024-06-28", "2025-06-27", "2026-06-26", "2027-06-25", "2028-06-30", "2029-06-29", "2030-06-28"]
        {
            assert_eq!(school_leaving_date(on(known).year()), on(known), "§1.4 trap (a)");
        }
    }

    #[test]
    fn a_child_is_of_age_throughout_the_leaving_date_and_not_on_the_next_day() {
        let dob = on("2010-06-26");
        assert!(compulsory_school_age(dob).contains(on("2026-06-26")));
        assert!(!compulsory_school_age(dob).contains(on("2026-06-27")));
    }

    #[test]
    fn a_fifteen_year_old_with_a_july_birthday_is_over_age_in_the_summer() {
        assert!(!compulsory_school_age(on("2010-08-20")).contains(on("2026-07-01")), "§1.4 trap (b)");
    }

    #[test]
    fn the_year_group_flips_on_the_first_of_september() {
        let dob = on("2021-08-31");
        assert_eq!(year_group(dob, on("2026-08-31")), YearGroup::RECEPTION, "flip test, before");
        assert!(compulsory_school_age(dob).contains(on("2026-08-31")), "flip test, of age");
        assert_eq!(year_group(dob, on("2026-09-01")).number(), 1, "flip test, after");
        assert_eq!(academic_year_start(on("2026-08-31")), on("2025-09-01"));
        assert_eq!(academic_year_start(on("2026-09-01")), on("2026-09-01"));
    }

    #[test]
    fn teaching_out_of_cohort_is_a_warning_and_changes_no_age() {
        let (dob, today) = (on("2021-08-31"), on("2026-11-21"));
        let warning = out_of_cohort(dob, today, YearGroup::RECEPTION).unwrap();
        assert_eq!((warning.computed.number(), warning.recorded.number()), (1, 0), "§9.2");
        assert!(compulsory_school_age(dob).contains(today));
        assert_eq!(out_of_cohort(dob, today, year_group(dob, today)), None);
    }

    #[test]
    fn year_groups_are_read_as_schools_write_them() {
        let rows = [
            ("7", Some(7)),
            ("Y7", Some(7)),
            (" year 11 ", Some(11)),
            ("Year7", Some(7)),
            ("R", Some(0)),
            ("Reception", Some(0)),
            ("Nursery", Some(-1)),
            ("0", Some(0)),
            ("", None),
            ("15", None),
            ("-1", None),
            ("+7", None),
            ("year", None),
            ("007", None),
        ];
        for (raw, expected) in rows {
            let read = YearGroup::parse(raw).ok().map(YearGroup::number);
            assert_eq!(read, expected, "{raw:?}");
        }
    }

    #[test]
    fn year_groups_have_the_names_people_use() {
        for (number, label) in [
            (-2, "Below nursery"),
            (-1, "Nursery"),
            (0, "Reception"),
            (7, "Year 7"),
            (14, "Year 14"),
            (107, "Above year 14"),
        ] {
            assert_eq!(YearGroup(number).label(), label);
        }
    }

    #[test]
    fn the_ends_of_the_calendar_do_not_panic() {
        for dob in [NaiveDate::MIN, NaiveDate::MAX] {
            let _ = compulsory_school_age(dob);
            let _ = year_group(dob, NaiveDate::MAX);
            let _ = year_group(NaiveDate::MAX, dob);
        }
    }

    prop_compose! {
        fn any_day()(offset in 0_i64..30_000) -> NaiveDate {
            on("1985-01-01") + chrono::Duration::days(offset)
        }
    }

    proptest! {
        #[test]
        fn within_means_from_start_to_end_and_nothing_else(dob in any_day(), today in any_day()) {
            let age = compulsory_school_age(dob);
            let within = age.start <= today && today <= age.end;
            prop_assert_eq!(compulsory_school_age(dob).contains(today), within);
            prop_assert_eq!(position(dob, today) == AgePosition::Within, within);
        }

        #[test]
        fn it_starts_within_five_months_of_the_fifth_birthday(dob in any_day()) {
            let age = compulsory_school_age(dob);
            let wait = (age.start - birthday(dob, 5)).num_days();
            prop_assert!((0..=152).contains(&wait));
        }

        #[test]
        fn it_ends_on_a_friday_in_june_near_the_sixteenth_birthday(dob in any_day()) {
            let end = compulsory_school_age(dob).end;
            prop_assert_eq!((end.weekday(), end.month()), (Weekday::Fri, 6));
            prop_assert!(end.day() >= 24);
            let from_birthday = (end - birthday(dob, 16)).num_days();
            prop_assert!((-68..=303).contains(&from_birthday));
        }

        #[test]
        fn an_older_child_never_starts_or_ends_later(a in any_day(), b in any_day()) {
            let (older, younger) = (a.min(b), a.max(b));
            let (first, second) = (compulsory_school_age(older), compulsory_school_age(younger));
            prop_assert!(first.start <= second.start && first.end <= second.end);
            prop_assert!(year_group(older, b) >= year_group(younger, b));
        }
    }
}
