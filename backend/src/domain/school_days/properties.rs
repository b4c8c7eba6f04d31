//! What holds for all days.

use chrono::{Datelike, NaiveDate};
use proptest::prelude::*;

use super::tests::{luton, on};
use super::*;

prop_compose! {
    fn day_in_luton()(offset in 0_i64..430) -> NaiveDate {
        on("2025-09-01") + chrono::Duration::days(offset)
    }
}

proptest! {
    #[test]
    fn the_nth_school_day_is_a_school_day_and_there_are_n_of_them(first in day_in_luton(), n in 1_u32..40) {
        let calendar = luton();
        if let Ok(nth) = calendar.nth_school_day_from(first, n) {
            prop_assert!(calendar.is_school_day(nth).unwrap());
            prop_assert_eq!(calendar.school_days_between(first, nth).unwrap(), n);
        }
    }

    #[test]
    fn a_working_day_added_is_a_working_day_and_order_is_kept(first in day_in_luton(), n in 1_u32..60) {
        let council = WorkingDays::default();
        let nth = council.add(first, n);
        prop_assert!(council.is_working_day(nth));
        prop_assert!(council.add(first, n - 1) < nth);
        let counted = first.iter_days().skip(1).take_while(|d| *d <= nth).filter(|d| council.is_working_day(*d)).count();
        prop_assert_eq!(counted, n as usize);
    }

    #[test]
    fn an_ordinary_year_has_eight_bank_holidays_on_weekdays(year in 2024_i32..2200) {
        let days = bank_holidays(year);
        prop_assert_eq!(days.len(), 8);
        prop_assert!(days.iter().all(|day| !is_weekend(*day)));
        prop_assert!(days.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn easter_is_a_sunday_from_22_march_to_25_april(year in 1900_i32..2400) {
        let easter = easter_sunday(year);
        prop_assert_eq!(easter.weekday(), Weekday::Sun);
        prop_assert!((on("2000-03-22").ordinal()..=on("2000-04-25").ordinal() + 1).contains(&(easter.ordinal() + 1)));
    }
}
