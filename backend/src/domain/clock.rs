//! The day in England at a given moment. Takes the moment; knows no clock.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::London;

/// The day it is in England at `moment`: deadlines are days there, not in UTC.
pub fn london_day(moment: DateTime<Utc>) -> NaiveDate {
    moment.with_timezone(&London).date_naive()
}

/// The moment at which the day of `moment` began in England. Clocks there never change at midnight.
pub fn london_midnight(moment: DateTime<Utc>) -> DateTime<Utc> {
    let midnight = london_day(moment).and_time(NaiveTime::MIN);
    London.from_local_datetime(&midnight).earliest().map_or(moment, |midnight| midnight.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_summer_the_day_begins_an_hour_before_it_does_in_utc() {
        for (moment, day) in [
            ("2026-07-01T23:30:00Z", (2026, 7, 2)),
            ("2026-07-01T22:59:59Z", (2026, 7, 1)),
            ("2026-12-01T23:30:00Z", (2026, 12, 1)),
        ] {
            let expected = NaiveDate::from_ymd_opt(day.0, day.1, day.2).unwrap();
            assert_eq!(london_day(moment.parse().unwrap()), expected, "{moment}");
        }
    }

    #[test]
    fn a_day_begins_at_midnight_in_england() {
        for (moment, midnight) in [
            ("2026-07-01T23:30:00Z", "2026-07-01T23:00:00Z"),
            ("2026-07-01T22:59:59Z", "2026-06-30T23:00:00Z"),
            ("2026-12-01T00:00:00Z", "2026-12-01T00:00:00Z"),
        ] {
            assert_eq!(
                london_midnight(moment.parse().unwrap()),
                midnight.parse::<DateTime<Utc>>().unwrap(),
                "{moment}"
            );
        }
    }
}
