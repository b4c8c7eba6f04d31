//! Checks the clock against the day on which this program was built: it cannot be earlier.

use chrono::{DateTime, Utc};

/// Midnight UTC of the day on which this program was built.
pub(super) fn built_on() -> DateTime<Utc> {
    const DAY: i64 = 24 * 60 * 60;
    let day: i64 = env!("ONROLL_BUILT_ON_DAY").parse().unwrap_or_default();
    DateTime::from_timestamp(day.saturating_mul(DAY), 0).unwrap_or_default()
}

/// The fault of a clock that stands before the day of the build, on which deadlines would be missed and expired tokens
/// accepted; `None` when the clock can be right.
pub(super) fn clock_fault(now: DateTime<Utc>, built: DateTime<Utc>) -> Option<String> {
    (now < built).then(|| {
        let (now, built) = (now.date_naive(), built.date_naive());
        format!("The clock says {now}, but this was built on {built}: set the clock")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_before_the_day_of_the_build_is_a_fault() {
        let built: DateTime<Utc> = "2026-11-27T00:00:00Z".parse().unwrap();
        for (now, wrong) in
            [("1970-01-01T00:00:00Z", true), ("2026-11-26T23:59:59Z", true), ("2026-11-27T00:00:00Z", false)]
        {
            assert_eq!(clock_fault(now.parse().unwrap(), built).is_some(), wrong, "{now}");
        }
        assert!(built_on() > built - chrono::TimeDelta::days(365), "the day of the build is kept");
    }
}
