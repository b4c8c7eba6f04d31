//! A time of day that people type, and the moment it stands for on a day in England.
//!
//! What must not live here: the days themselves (`date`, `answers`).

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use super::london::moments;
use super::typed::{Read, fault};

/// Reads a time of day as people write it: 9:40am, 9.40 am, 2pm, 14:05. `None` if nothing was typed; the fault calls it
/// `called`.
pub fn time_of_day(field: &str, typed: &str, called: &str) -> Read<Option<NaiveTime>> {
    let plain: String = typed.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    if plain.is_empty() {
        return Ok(None);
    }
    match parsed(&plain) {
        Some(time) => Ok(Some(time)),
        None => fault(field, format!("{called} must be a time, such as 9:40am or 14:05")),
    }
}

fn parsed(plain: &str) -> Option<NaiveTime> {
    let (digits, afternoon) = match (plain.strip_suffix("am"), plain.strip_suffix("pm")) {
        (Some(digits), _) => (digits, Some(false)),
        (_, Some(digits)) => (digits, Some(true)),
        (None, None) => (plain, None),
    };
    let (hours, minutes) = match digits.split_once([':', '.']) {
        Some((hours, minutes)) if minutes.len() == 2 => (hours, minutes),
        // An hour alone is a time only with its half of the day.
        None if afternoon.is_some() => (digits, "00"),
        _ => return None,
    };
    let number =
        |digits: &str| digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse::<u32>().ok()).flatten();
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let hours = match afternoon {
        None => hours,
        Some(_) if !(1..=12).contains(&hours) => return None,
        Some(afternoon) => hours % 12 + if afternoon { 12 } else { 0 },
    };
    NaiveTime::from_hms_opt(hours, minutes, 0)
}

/// The moment at `time` on `day` in England. In the hour that the clocks show twice in autumn the earlier that is not before
/// `since`; `None` in the hour that they leave out in spring.
pub fn moment_at(day: NaiveDate, time: NaiveTime, since: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let moments = moments(day.and_time(time));
    moments.iter().find(|moment| **moment >= since).or(moments.last()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_people_write_it() {
        for (typed, wanted) in [
            ("9:40am", Some((9, 40))),
            (" 9.40 AM ", Some((9, 40))),
            ("09:40", Some((9, 40))),
            ("2pm", Some((14, 0))),
            ("14:05", Some((14, 5))),
            ("12am", Some((0, 0))),
            ("12:30pm", Some((12, 30))),
            ("0:00", Some((0, 0))),
            ("9", None),
            ("13pm", None),
            ("0am", None),
            ("24:00", None),
            ("9:5", None),
            ("9:60", None),
            ("+9:40", None),
            ("nine", None),
        ] {
            let wanted = wanted.and_then(|(hour, minute)| NaiveTime::from_hms_opt(hour, minute, 0));
            assert_eq!(time_of_day("at", typed, "The time").ok().flatten(), wanted, "{typed}");
        }
        assert_eq!(time_of_day("at", "  ", "The time"), Ok(None));
    }

    #[test]
    fn a_moment_is_that_of_clocks_in_england() {
        let moment = |day: &str, time: &str, since: &str| {
            moment_at(day.parse().unwrap(), time.parse().unwrap(), since.parse().unwrap())
        };
        let at = |text: &str| Some(text.parse::<DateTime<Utc>>().unwrap());
        for (day, time, since, wanted) in [
            ("2026-07-01", "09:00:00", "2026-07-01T00:00:00Z", at("2026-07-01T08:00:00Z")),
            ("2026-12-01", "09:00:00", "2026-12-01T00:00:00Z", at("2026-12-01T09:00:00Z")),
            ("2026-10-25", "01:30:00", "2026-10-25T00:00:00Z", at("2026-10-25T00:30:00Z")),
            ("2026-10-25", "01:30:00", "2026-10-25T00:45:00Z", at("2026-10-25T01:30:00Z")),
            ("2026-10-25", "01:30:00", "2026-10-25T09:00:00Z", at("2026-10-25T01:30:00Z")),
            ("2026-03-29", "01:30:00", "2026-03-29T00:00:00Z", None),
        ] {
            assert_eq!(moment(day, time, since), wanted, "{day} {time} since {since}");
        }
    }
}
