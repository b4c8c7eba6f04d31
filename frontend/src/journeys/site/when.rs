//! Moments in words, as people in England read them.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Europe::London;

/// The day of a moment: "4 June 2026".
pub(crate) fn day(moment: DateTime<Utc>) -> String {
    moment.with_timezone(&London).format("%-d %B %Y").to_string()
}

/// A day: "4 June 2026".
pub(crate) fn date(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// Day and time of a moment: "4 June 2026 at 9:32am".
pub(crate) fn day_and_time(moment: DateTime<Utc>) -> String {
    moment.with_timezone(&London).format("%-d %B %Y at %-I:%M%P").to_string()
}
