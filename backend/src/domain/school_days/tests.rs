//! The worked examples of the domain reference, as tables.

use entity::vocabulary::SchoolDayRule;
use entity::vocabulary::TermDateKind::{self, BankHoliday, Closure, HalfTerm, Holiday, Inset, Term};

use super::*;

pub(super) fn on(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn row(kind: TermDateKind, first: &str, last: &str) -> TermDate {
    TermDate { kind, first: on(first), last: on(last) }
}

/// Luton's dates for 2025/26 as published, and half-terms of 2026/27 as §9.13 assumes them.
fn luton_rows() -> Vec<TermDate> {
    vec![
        row(Term, "2025-09-01", "2026-07-17"),
        row(HalfTerm, "2025-10-27", "2025-10-31"),
        row(Holiday, "2025-12-22", "2026-01-02"),
        row(HalfTerm, "2026-02-16", "2026-02-20"),
        row(Holiday, "2026-03-30", "2026-04-10"),
        row(HalfTerm, "2026-05-25", "2026-05-29"),
        row(Inset, "2026-07-20", "2026-07-20"),
        row(Holiday, "2026-07-21", "2026-08-31"),
        row(Term, "2026-09-01", "2026-12-18"),
        row(HalfTerm, "2026-10-26", "2026-10-30"),
    ]
}

pub(super) fn luton() -> Calendar {
    Calendar::new(Vec::new(), luton_rows()).unwrap()
}

fn luton_with_inset() -> Calendar {
    Calendar::new(vec![row(Inset, "2025-11-03", "2025-11-03")], luton_rows()).unwrap()
}

#[test]
fn ten_school_days_after_leave_skip_half_term_and_inset() {
    use SchoolDayRule::TenAfterLeave;
    let inset = Closed { first: on("2025-11-03"), last: on("2025-11-03"), kind: Inset };
    let half_term = |first, last| Closed { first: on(first), last: on(last), kind: HalfTerm };
    for (calendar, since, first, last, closed) in [
        (luton(), "2025-10-18", "2025-10-20", "2025-11-07", vec![half_term("2025-10-27", "2025-10-31")]),
        (
            luton_with_inset(),
            "2025-10-18",
            "2025-10-20",
            "2025-11-10",
            vec![half_term("2025-10-27", "2025-10-31"), inset],
        ),
        (luton(), "2026-10-17", "2026-10-19", "2026-11-06", vec![half_term("2026-10-26", "2026-10-30")]),
    ] {
        let counted = count(&calendar, TenAfterLeave, on(since), on(last));
        let today = 10;
        let (first_day, last_day) = (on(first), on(last));
        let (passed, estimated) = (false, false);
        assert_eq!(counted, Count { rule: TenAfterLeave, first_day, today, last_day, passed, estimated, closed });
        assert!(count(&calendar, TenAfterLeave, on(since), on(last) + chrono::Days::new(1)).passed);
    }
}

#[test]
fn it_is_said_which_school_day_today_is() {
    for (today, day) in [("2025-10-17", 0), ("2025-10-20", 1), ("2025-10-25", 5), ("2025-10-29", 5), ("2025-11-03", 6)]
    {
        assert_eq!(count(&luton(), SchoolDayRule::TenAfterLeave, on("2025-10-18"), on(today)).today, day, "{today}");
    }
}

#[test]
fn without_term_dates_weekdays_are_counted_and_the_count_says_that_it_is_an_estimate() {
    for calendar in [Calendar::default(), luton()] {
        let counted = count(&calendar, SchoolDayRule::TenAfterLeave, on("2028-04-07"), on("2028-04-10"));
        assert!(counted.estimated && counted.today == 2);
        // Good Friday and Easter Monday of 2028 are among them.
        assert_eq!(counted.last_day, on("2028-04-24"));
        let kinds: Vec<TermDateKind> = counted.closed.iter().map(|closed| closed.kind).collect();
        assert_eq!(kinds, [BankHoliday]);
    }
}

#[test]
fn the_twentieth_school_day_of_absence_counts_the_first() {
    let twentieth = luton().nth_school_day_from(on("2025-10-06"), ABSENCE_SCHOOL_DAYS);
    assert_eq!(twentieth, Ok(on("2025-11-07")), "D5");
}

#[test]
fn a_day_outside_the_term_dates_is_an_error_and_not_a_guess() {
    let calendar = luton();
    let rows = [
        ("before", "2025-08-29", "no term dates for 29 August 2025"),
        ("after", "2026-12-21", "no term dates for 21 December 2026"),
    ];
    for (row, date, message) in rows {
        assert_eq!(calendar.is_school_day(on(date)).unwrap_err().to_string(), message, "{row}");
    }
    let beyond = calendar.nth_school_day_from(on("2026-12-14"), LEAVE_SCHOOL_DAYS);
    assert_eq!(beyond, Err(NoTermDates { date: on("2026-12-21") }), "a period that runs off the end");
    assert_eq!(calendar.school_days_between(on("2026-12-14"), on("2027-01-10")).unwrap_err().date, on("2026-12-21"));
    assert!(Calendar::new(Vec::new(), Vec::new()).unwrap().is_school_day(on("2026-11-20")).is_err());
}

#[test]
fn a_gap_between_terms_that_no_row_names_is_an_error() {
    let calendar =
        Calendar::new(vec![row(Term, "2025-09-01", "2025-10-24"), row(Term, "2025-11-03", "2025-12-19")], Vec::new())
            .unwrap();
    assert_eq!(calendar.school_day_from(on("2025-10-25")), Err(NoTermDates { date: on("2025-10-27") }));
}

#[test]
fn each_day_is_judged_by_the_schools_rows_first() {
    let own = Calendar::new(
        vec![
            row(Term, "2025-10-20", "2025-10-31"),
            row(Closure, "2025-10-22", "2025-10-22"),
            row(Term, "2026-05-04", "2026-05-08"),
        ],
        [luton_rows(), vec![row(BankHoliday, "2025-10-23", "2025-10-23")]].concat(),
    )
    .unwrap();
    let rows = [
        ("the school's own rule", "2025-10-20", true),
        ("open in the authority's half-term", "2025-10-28", true),
        ("closed by its own row", "2025-10-22", false),
        ("a proclaimed bank holiday closes all schools", "2025-10-23", false),
        ("a regular bank holiday closes all schools", "2026-05-04", false),
        ("the authority's where the school is silent", "2025-11-03", true),
        ("the authority's holiday where the school is silent", "2025-12-22", false),
        ("the authority's INSET where the school is silent", "2026-07-20", false),
        ("Saturday", "2025-10-25", false),
        ("Sunday outside all rows", "2030-01-06", false),
    ];
    for (row, date, open) in rows {
        assert_eq!(own.is_school_day(on(date)), Ok(open), "{row}");
    }
}

#[test]
fn term_dates_that_end_before_they_begin_are_refused() {
    let backward = row(Term, "2025-09-02", "2025-09-01");
    let refused = Calendar::new(vec![backward], Vec::new()).unwrap_err();
    assert_eq!(refused, BackwardTermDates(backward));
    assert_eq!(refused.to_string(), "the term dates that begin on 2 September 2025 end before that");
}

#[test]
fn working_days_over_christmas() {
    for (n, expected) in
        [(0, "2025-12-19"), (1, "2025-12-22"), (5, "2025-12-30"), (10, "2026-01-07"), (20, "2026-01-21")]
    {
        assert_eq!(add_working_days(on("2025-12-19"), n), on(expected), "§9, +{n} wd");
    }
}

#[test]
fn the_councils_own_closure_days_are_extra() {
    let council = WorkingDays::closed_on([on("2025-12-29"), on("2025-12-30")]);
    assert_eq!(council.add(on("2025-12-19"), 5), on("2026-01-02"));
}

#[test]
fn englands_bank_holidays_are_these() {
    let rows: [(i32, &[&str]); 6] = [
        (2022, &["01-03", "04-15", "04-18", "05-02", "06-02", "06-03", "08-29", "09-19", "12-26", "12-27"]),
        (2025, &["01-01", "04-18", "04-21", "05-05", "05-26", "08-25", "12-25", "12-26"]),
        (2026, &["01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"]),
        (2027, &["01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28"]),
        (2028, &["01-03", "04-14", "04-17", "05-01", "05-29", "08-28", "12-25", "12-26"]),
        (2020, &["01-01", "04-10", "04-13", "05-08", "05-25", "08-31", "12-25", "12-28"]),
    ];
    for (year, days) in rows {
        let expected = days.iter().map(|day| on(&format!("{year}-{day}"))).collect::<Vec<_>>();
        assert_eq!(bank_holidays(year), expected, "{year}");
    }
}

#[test]
fn easter_falls_on_the_published_days() {
    for known in [
        "1961-04-02",
        "2008-03-23",
        "2011-04-24",
        "2019-04-21",
        "2024-03-31",
        "2025-04-20",
        "2026-04-05",
        "2027-03-28",
        "2028-04-16",
        "2029-04-01",
        "2030-04-21",
        "2038-04-25",
        "2049-04-18",
        "2076-04-19",
    ] {
        assert_eq!(easter_sunday(on(known).year()), on(known));
    }
}

#[test]
fn the_ends_of_the_calendar_do_not_panic() {
    assert_eq!(add_working_days(NaiveDate::MAX, 3), NaiveDate::MAX);
    assert!(luton().nth_school_day_from(NaiveDate::MAX, 2).is_err());
    for year in [NaiveDate::MIN.year(), NaiveDate::MAX.year()] {
        let _ = bank_holidays(year);
    }
}
