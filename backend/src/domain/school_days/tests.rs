//! The worked examples of the domain reference, as tables.

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
    // (row of §9.13, calendar, leave ended, day 1, last day, earliest action)
    let rows = [
        ("D1", luton(), "2025-10-17", "2025-10-20", "2025-11-07", "2025-11-10"),
        ("D2 INSET", luton_with_inset(), "2025-10-17", "2025-10-20", "2025-11-10", "2025-11-11"),
        ("D7", luton(), "2026-10-16", "2026-10-19", "2026-11-06", "2026-11-09"),
    ];
    for (row, calendar, ended, first, last, action) in rows {
        let period = leave_period_end(&calendar, on(ended)).unwrap();
        assert_eq!(period.first_day, on(first), "day 1, row {row}");
        assert_eq!(period.last_day, on(last), "last day, row {row}");
        assert_eq!(period.earliest_action, on(action), "earliest action, row {row}");
    }
}

#[test]
fn the_weekday_answer_is_wrong_by_a_week() {
    let naive = add_working_days(on("2025-10-17"), 10);
    assert_eq!(naive, on("2025-10-31"), "§9.3");
    assert_ne!(leave_period_end(&luton(), on("2025-10-17")).unwrap().last_day, naive, "§9.3");
}

#[test]
fn the_twentieth_school_day_of_absence_counts_the_first() {
    let twentieth = luton().nth_school_day_from(on("2025-10-06"), ABSENCE_SCHOOL_DAYS);
    assert_eq!(twentieth, Ok(on("2025-11-07")), "D5");
}

pub(super) fn code(text: &str) -> AttendanceCode {
    AttendanceCode::parse(text).unwrap()
}

pub(super) fn marks(first: &str, last: &str, usual: &str, except: &[(&str, Session, &str)]) -> Vec<Mark> {
    on(first)
        .iter_days()
        .take_while(|day| *day <= on(last))
        .flat_map(|date| [(date, Session::Morning), (date, Session::Afternoon)])
        .map(|(date, session)| {
            let other = except.iter().find(|(day, half, _)| on(day) == date && *half == session);
            Mark { date, session, code: code(other.map_or(usual, |(_, _, c)| *c)) }
        })
        .collect()
}

#[test]
fn twenty_days_coded_g_n_and_o_bear_out_ground_i_on_the_twentieth() {
    let absent = marks("2025-10-06", "2025-11-30", "O", &[("2025-10-07", Session::Morning, "G")]);
    let on_the = |day| continuous_absence(&luton(), on("2025-10-06"), on(day), &absent).unwrap();
    assert!(!on_the("2025-11-06").bears_out_ground_i(), "nineteen days");
    let run = on_the("2025-11-07");
    assert_eq!((run.days, run.twentieth_day), (20, Some(on("2025-11-07"))), "D5");
    assert!(run.bears_out_ground_i());
    assert_eq!(on_the("2025-11-20").twentieth_day, Some(on("2025-11-07")), "it stays the twentieth");
}

#[test]
fn one_day_of_illness_starts_the_count_again() {
    let ill = [("2025-10-15", Session::Morning, "I"), ("2025-10-15", Session::Afternoon, "I")];
    let absent = marks("2025-10-06", "2025-11-30", "O", &ill);
    let on_the = |day| continuous_absence(&luton(), on("2025-10-06"), on(day), &absent).unwrap();

    let run = on_the("2025-11-07");
    assert!(!run.bears_out_ground_i(), "D6 not met on 7 November");
    assert_eq!(run.first_day, Some(on("2025-10-16")), "D6 restarts");
    assert_eq!(run.breaks, [Break { date: on("2025-10-15"), cause: BreakCause::Code(code("I")) }]);
    assert_eq!(run.days, 12, "D6");

    assert!(!on_the("2025-11-18").bears_out_ground_i(), "D6 the day before");
    assert_eq!(on_the("2025-11-19").twentieth_day, Some(on("2025-11-19")), "D6 the new twentieth");
    assert_eq!(luton().nth_school_day_from(on("2025-10-16"), 20), Ok(on("2025-11-19")), "D6 foretold");
}

#[test]
fn half_a_day_with_another_code_or_none_breaks_the_absence() {
    let half = marks("2025-10-06", "2025-11-07", "G", &[("2025-11-07", Session::Afternoon, "I")]);
    let run = continuous_absence(&luton(), on("2025-10-06"), on("2025-11-07"), &half).unwrap();
    assert_eq!((run.first_day, run.days), (None, 0), "§9.5 (a): illness on the last afternoon");

    let mut gap = marks("2025-10-06", "2025-11-07", "O", &[]);
    gap.retain(|mark| !(mark.date == on("2025-10-20") && mark.session == Session::Morning));
    let run = continuous_absence(&luton(), on("2025-10-06"), on("2025-11-07"), &gap).unwrap();
    assert_eq!(run.breaks, [Break { date: on("2025-10-20"), cause: BreakCause::NotRecorded }]);
    assert!(!run.bears_out_ground_i());
}

#[test]
fn n_left_standing_for_more_than_five_school_days_spoils_ground_i() {
    let absent = marks("2025-10-06", "2025-11-07", "N", &[]);
    let run = continuous_absence(&luton(), on("2025-10-06"), on("2025-11-07"), &absent).unwrap();
    assert_eq!(run.twentieth_day, Some(on("2025-11-07")), "§9.5 (b)");
    assert!(!run.bears_out_ground_i(), "§9.5 (b)");
    // The fifth school day after Friday 24 October is 7 November, across half-term.
    assert_eq!(run.overdue_n.last(), Some(&on("2025-10-23")));
    assert_eq!(run.overdue_n.len(), 14);
}

#[test]
fn attendance_codes_are_one_sign_or_a_letter_and_a_digit() {
    for (raw, expected) in
        [("i", Some("I")), (" c1 ", Some("C1")), ("/", Some("/")), ("\\", Some("\\")), ("#", Some("#"))]
    {
        assert_eq!(AttendanceCode::parse(raw).ok().as_ref().map(AttendanceCode::as_str), expected, "{raw}");
    }
    for raw in ["", "II", "1", "C12", "é", "N\n"] {
        assert_eq!(AttendanceCode::parse(raw), Err(AttendanceCodeError), "{raw:?}");
    }
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
    let beyond = leave_period_end(&calendar, on("2026-12-11"));
    assert_eq!(beyond, Err(NoTermDates { date: on("2026-12-21") }), "a period that runs off the end");
    assert_eq!(calendar.school_days_between(on("2026-12-14"), on("2027-01-10")).unwrap_err().date, on("2026-12-21"));
    assert!(Calendar::new(Vec::new(), Vec::new()).unwrap().is_school_day(on("2026-11-20")).is_err());
}

#[test]
fn a_gap_between_terms_that_no_row_names_is_an_error() {
    let calendar =
        Calendar::new(vec![row(Term, "2025-09-01", "2025-10-24"), row(Term, "2025-11-03", "2025-12-19")], Vec::new())
            .unwrap();
    assert_eq!(calendar.school_day_after(on("2025-10-24")), Err(NoTermDates { date: on("2025-10-27") }));
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
fn the_day_of_service_is_the_first_of_the_fifteen() {
    let period = notice_period(on("2026-11-02"));
    assert_eq!(period.last_day, on("2026-11-16"), "§9.7 and §3.5");
    assert_eq!(period.next_step_from, on("2026-11-17"), "§9.7 and §3.5");
}

#[test]
fn the_day_of_entry_is_not_among_the_five() {
    assert_eq!(new_pupil_return_due(on("2026-11-19")), on("2026-11-24"), "§9.7");
}

#[test]
fn only_the_most_junior_class_on_the_first_day_need_not_be_reported() {
    let begins = on("2026-09-01");
    let rows = [
        ("reception, first day", true, "2026-09-01", false),
        ("§9 reception, second day", true, "2026-09-02", true),
        ("year 3, first day", false, "2026-09-01", true),
        ("year 3, in November", false, "2026-11-02", true),
    ];
    for (row, in_most_junior_class, starts, owed) in rows {
        let starter = NewStarter { in_most_junior_class, starts: on(starts), school_year_begins: begins };
        assert_eq!(new_pupil_return_is_owed(starter), owed, "{row}");
    }
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
    assert_eq!(notice_period(NaiveDate::MAX).last_day, NaiveDate::MAX);
    assert_eq!(add_working_days(NaiveDate::MAX, 3), NaiveDate::MAX);
    assert!(luton().nth_school_day_from(NaiveDate::MAX, 2).is_err());
    for year in [NaiveDate::MIN.year(), NaiveDate::MAX.year()] {
        let _ = bank_holidays(year);
    }
}
