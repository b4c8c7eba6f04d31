//! Times and days in words, as people in England write them, in London time.

use chrono::{DateTime, MappedLocalTime, NaiveDate, TimeZone as _, Utc};
use chrono_tz::Europe::London;

/// The day of a time: "4 June 2026".
pub(crate) fn day(moment: DateTime<Utc>) -> String {
    moment.with_timezone(&London).format("%-d %B %Y").to_string()
}

/// A day: "4 June 2026".
pub(crate) fn date(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// The day and the time: "4 June 2026 at 9:32am". In the hour that the clocks show twice in autumn, with the time zone:
/// "25 October 2026 at 1:30am BST".
pub(crate) fn day_and_time(moment: DateTime<Utc>) -> String {
    let local = moment.with_timezone(&London);
    let twice = matches!(London.from_local_datetime(&local.naive_local()), MappedLocalTime::Ambiguous(..));
    local.format(if twice { "%-d %B %Y at %-I:%M%P %Z" } else { "%-d %B %Y at %-I:%M%P" }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hour_that_the_clocks_show_twice_says_which_it_is() {
        for (moment, words) in [
            ("2026-10-24T23:59:00Z", "25 October 2026 at 12:59am"),
            ("2026-10-25T00:30:00Z", "25 October 2026 at 1:30am BST"),
            ("2026-10-25T01:30:00Z", "25 October 2026 at 1:30am GMT"),
            ("2026-10-25T02:00:00Z", "25 October 2026 at 2:00am"),
            ("2026-06-04T08:32:00Z", "4 June 2026 at 9:32am"),
        ] {
            assert_eq!(day_and_time(moment.parse().expect("a moment")), words);
        }
    }

    #[test]
    fn a_moment_reads_as_clocks_in_london_show_it() {
        for (at, wanted) in [
            ("2026-06-04T08:32:00Z", "4 June 2026 at 9:32am"),
            ("2026-11-21T12:05:00Z", "21 November 2026 at 12:05pm"),
            ("2026-06-30T23:30:00Z", "1 July 2026 at 12:30am"),
        ] {
            assert_eq!(day_and_time(at.parse().expect("a moment")), wanted);
        }
    }
}
