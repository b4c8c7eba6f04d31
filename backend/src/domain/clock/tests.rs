use chrono::{DateTime, NaiveDate, Utc};
use entity::vocabulary::{ClockKind as K, ClockUnit, Rung};

use super::*;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn on(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn each_kind_has_one_rule() {
    for kind in K::ALL {
        assert_eq!(RULES.iter().filter(|rule| rule.kind == *kind).count(), 1, "{kind:?}");
    }
}

#[test]
fn a_clock_ends_when_its_rule_says() {
    for (kind, started, late) in [
        // Friday evening: safety counts every hour, whatever the office does.
        (K::FlaggedScreening, "2026-11-27T17:30:00Z", "2026-11-27T21:30:00Z"),
        (K::MashAnswer, "2026-11-27T17:30:00Z", "2026-11-29T00:00:00Z"),
        // Work that arrives at the weekend is done on Monday.
        (K::Screening, "2026-11-27T09:00:00Z", "2026-11-28T00:00:00Z"),
        (K::Screening, "2026-11-28T09:00:00Z", "2026-12-01T00:00:00Z"),
        // Five and ten working days over Christmas 2025.
        (K::FirstChecks, "2025-12-19T10:00:00Z", "2025-12-31T00:00:00Z"),
        (K::HomeVisit, "2025-12-19T10:00:00Z", "2026-01-08T00:00:00Z"),
        // A review that would fall on Good Friday is due on the Tuesday after Easter.
        (K::ReviewKnown, "2026-03-20T10:00:00Z", "2026-04-07T23:00:00Z"),
        (K::ReviewUnknown, "2026-10-05T10:00:00Z", "2026-11-17T00:00:00Z"),
        // The law counts each day of a new-pupil return, Sunday too.
        (K::NewPupilReturn, "2026-12-29T00:00:00Z", "2027-01-04T00:00:00Z"),
        // In summer a day begins an hour before it does in UTC.
        (K::MashAnswer, "2026-07-01T22:59:00Z", "2026-07-02T23:00:00Z"),
        (K::MashAnswer, "2026-07-01T23:00:00Z", "2026-07-03T23:00:00Z"),
    ] {
        let clock = Clock::running(kind, Uuid::nil(), at(started));
        assert_eq!(clock.late_at, at(late), "{kind:?} from {started}");
    }
}

#[test]
fn what_the_council_sets_never_ends_on_a_day_on_which_it_is_closed() {
    let begins = on("2026-01-01");
    for rule in RULES.iter().filter(|rule| !rule.safeguarding && rule.kind != K::NewPupilReturn) {
        for day in begins.iter_days().take(730) {
            if rule.unit != ClockUnit::Given {
                let due = due_after(rule.kind, day);
                assert_eq!(working_day_from(due), due, "{:?} from {day}", rule.kind);
            }
        }
    }
}

#[test]
fn who_is_told_climbs_with_time_and_by_the_hour_where_a_child_may_be_in_danger() {
    use Rung::{Head, Late, Manager, Soon};
    for (kind, late, now, told) in [
        // Due on Friday 27 November: the owner the working day before, then nobody until it is late.
        (K::FirstChecks, "2026-11-28T00:00:00Z", "2026-11-25T23:59:00Z", vec![]),
        (K::FirstChecks, "2026-11-28T00:00:00Z", "2026-11-26T00:00:00Z", vec![Soon]),
        (K::FirstChecks, "2026-11-28T00:00:00Z", "2026-11-27T23:59:00Z", vec![Soon]),
        (K::FirstChecks, "2026-11-28T00:00:00Z", "2026-11-28T00:00:00Z", vec![Late]),
        (K::FirstChecks, "2026-11-28T00:00:00Z", "2026-12-01T23:59:00Z", vec![Late]),
        (K::FirstChecks, "2026-11-28T00:00:00Z", "2026-12-02T00:00:00Z", vec![Late, Manager]),
        (K::FirstChecks, "2026-11-28T00:00:00Z", "2026-12-05T00:00:00Z", vec![Late, Manager, Head]),
        // Nobody is warned of what is due on the day it starts.
        (K::Screening, "2026-11-28T00:00:00Z", "2026-11-27T12:00:00Z", vec![]),
        // A flag raised on Friday evening: hub and manager as Sunday begins, the head four hours later.
        (K::MashAnswer, "2026-11-29T00:00:00Z", "2026-11-28T23:59:00Z", vec![]),
        (K::MashAnswer, "2026-11-29T00:00:00Z", "2026-11-29T00:00:00Z", vec![Late, Manager]),
        (K::MashAnswer, "2026-11-29T00:00:00Z", "2026-11-29T04:00:00Z", vec![Late, Manager, Head]),
        // The warning of an end of compulsory school age comes twenty working days before.
        (K::AgeEnds, "2027-06-25T23:00:00Z", "2027-05-26T22:59:00Z", vec![]),
        (K::AgeEnds, "2027-06-25T23:00:00Z", "2027-05-26T23:00:00Z", vec![Soon]),
    ] {
        assert_eq!(reached(kind, at(late), DateTime::UNIX_EPOCH, at(now)), told, "{kind:?}, late at {late}, now {now}");
    }
}

#[test]
fn what_a_fact_makes_late_climbs_from_that_fact() {
    use Rung::{Head, Late, Manager};
    // A case is opened again in February whose home was to be visited in November.
    let (late, reopened) = (at("2026-11-28T00:00:00Z"), at("2027-02-01T10:00:00Z"));
    for (now, told) in [
        ("2027-02-01T10:00:00Z", vec![Late]),
        ("2027-02-03T23:59:00Z", vec![Late]),
        ("2027-02-04T00:00:00Z", vec![Late, Manager]),
        ("2027-02-09T00:00:00Z", vec![Late, Manager, Head]),
    ] {
        assert_eq!(reached(K::HomeVisit, late, reopened, at(now)), told, "{now}");
    }
}

#[test]
fn everybody_is_told_once_each_at_a_moment_that_was_foreseen() {
    for rule in &RULES {
        for day in on("2026-01-01").iter_days().take(365) {
            let (late, from) = (end_of(day), begin_of(on("2025-11-01")));
            let mut next = first_telling(rule.kind, late, from);
            let mut told: Vec<Rung> = Vec::new();
            while let Some(now) = next {
                let before = reached(rule.kind, late, from, now - TimeDelta::milliseconds(1));
                let new: Vec<Rung> =
                    reached(rule.kind, late, from, now).into_iter().filter(|rung| !before.contains(rung)).collect();
                assert!(!new.is_empty(), "{:?} on {day}: nobody is told at {now}", rule.kind);
                assert!(new.iter().all(|rung| !told.contains(rung)), "{:?} on {day}: twice", rule.kind);
                told.extend(new);
                next = next_telling(rule.kind, late, from, now);
            }
            let all = Rung::ALL.iter().filter(|rung| rule.warn > 0 || **rung != Rung::Soon);
            assert!(all.clone().all(|rung| told.contains(rung)), "{:?} on {day}: {told:?}", rule.kind);
        }
    }
}
