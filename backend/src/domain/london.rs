//! Days and times in England for a given moment. The caller passes in the moment.
//!
//! What must not live here: reading a clock.

use chrono::{DateTime, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::London;

/// The day in England at `moment`: deadlines are days there, not in UTC.
pub fn london_day(moment: DateTime<Utc>) -> NaiveDate {
    moment.with_timezone(&London).date_naive()
}

/// The moment at which `day` begins in England; the clocks there never change at midnight.
pub fn begin_of(day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    London
        .from_local_datetime(&midnight)
        .earliest()
        .map_or_else(|| midnight.and_utc(), |moment| moment.with_timezone(&Utc))
}

/// The moments at which clocks in England show `time`, in order: one, but two in the hour that they show twice in autumn, and
/// none in the hour that they leave out in spring.
pub fn moments(time: NaiveDateTime) -> Vec<DateTime<Utc>> {
    let local = match London.from_local_datetime(&time) {
        MappedLocalTime::Single(moment) => vec![moment],
        MappedLocalTime::Ambiguous(earlier, later) => vec![earlier, later],
        MappedLocalTime::None => Vec::new(),
    };
    local.into_iter().map(|moment| moment.with_timezone(&Utc)).collect()
}

/// The time of day in England at `moment`, such as `09:12`.
pub fn london_clock(moment: DateTime<Utc>) -> String {
    moment.with_timezone(&London).format("%H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_where_the_one_before_it_ends() {
        for day in ["2026-03-29", "2026-07-01", "2026-10-25", "2026-12-01"] {
            let day: NaiveDate = day.parse().unwrap();
            assert_eq!(london_day(begin_of(day)), day);
            assert_eq!(london_day(begin_of(day) - chrono::Duration::milliseconds(1)), day.pred_opt().unwrap());
        }
    }

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
                begin_of(london_day(moment.parse().unwrap())),
                midnight.parse::<DateTime<Utc>>().unwrap(),
                "{moment}"
            );
        }
    }
}
