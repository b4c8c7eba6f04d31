//! Calendars and the statutory clocks that run on them.
//!
//! Lives here: school days (per school, from term dates), working days (England's bank holidays)
//! and the periods counted in either or in plain days. Must not live here: the decision that a
//! period allows; see the roll. A day for which no term dates are known is an error and never a
//! guess, because a guessed school day may take a child off a roll too early.

use std::collections::BTreeSet;
use std::fmt;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The school days within which a pupil must be back after leave (reg 9(1)(h)).
pub const LEAVE_SCHOOL_DAYS: u32 = 10;
/// The school days of continuous absence of reg 9(1)(i).
pub const ABSENCE_SCHOOL_DAYS: u32 = 20;
/// The school days within which code N must give way to another code.
pub const UNRESOLVED_N_SCHOOL_DAYS: u32 = 5;
/// The days a parent has to satisfy the authority, the day of service included (s.437(2)).
pub const NOTICE_DAYS: u32 = 15;
/// The days for a new-pupil return, the day of entry not included (reg 13).
pub const NEW_PUPIL_RETURN_DAYS: u32 = 5;

/// What a row of term dates says about its days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TermDateKind {
    /// The school is open on weekdays, unless another row closes them.
    Term,
    /// The break within a term.
    HalfTerm,
    /// A holiday between terms.
    Holiday,
    /// A training day, on which pupils stay at home.
    Inset,
    /// A bank holiday, ordinary or proclaimed for once.
    BankHoliday,
    /// Closed for another reason, such as snow or an election.
    Closure,
}

/// One row of term dates, both days included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TermDate {
    /// What it says.
    pub kind: TermDateKind,
    /// Its first day.
    pub first: NaiveDate,
    /// Its last day.
    pub last: NaiveDate,
}

impl TermDate {
    fn covers(&self, date: NaiveDate) -> bool {
        self.first <= date && date <= self.last
    }
}

/// The days on which one school is open to its pupils.
///
/// On each day the school's own rows speak first, and the authority's only where they are silent.
/// Among rows that cover the same day, one that closes it outweighs `Term`; a bank holiday from
/// either list closes it, and so do England's regular ones. Saturdays and Sundays are never school
/// days. A weekday that no row covers is unknown: holidays have to be listed like terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    school: Vec<TermDate>,
    authority: Vec<TermDate>,
}

/// No row of term dates covers a weekday that was asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("no term dates for {}", .date.format("%-d %B %Y"))]
pub struct NoTermDates {
    /// The first such day.
    pub date: NaiveDate,
}

/// A row of term dates that ends before it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the term dates that begin on {} end before that", .0.first.format("%-d %B %Y"))]
pub struct BackwardTermDates(pub TermDate);

impl Calendar {
    /// A calendar of a school's own rows over those of its authority; either may be empty.
    pub fn new(school: Vec<TermDate>, authority: Vec<TermDate>) -> Result<Self, BackwardTermDates> {
        match school
            .iter()
            .chain(&authority)
            .find(|row| row.last < row.first)
        {
            Some(backward) => Err(BackwardTermDates(*backward)),
            None => Ok(Self { school, authority }),
        }
    }

    /// Whether the school is open to its pupils on that day.
    pub fn is_school_day(&self, date: NaiveDate) -> Result<bool, NoTermDates> {
        if is_weekend(date) {
            return Ok(false);
        }
        let open = verdict(&self.school, date)
            .or_else(|| verdict(&self.authority, date))
            .ok_or(NoTermDates { date })?;
        Ok(open && !self.is_bank_holiday(date))
    }

    /// The first school day on or after the day given.
    pub fn school_day_from(&self, date: NaiveDate) -> Result<NaiveDate, NoTermDates> {
        self.nth_school_day_from(date, 1)
    }

    /// The first school day after the day given.
    pub fn school_day_after(&self, date: NaiveDate) -> Result<NaiveDate, NoTermDates> {
        self.school_day_from(next(date))
    }

    /// The `n`th school day, where `first_day` is the first if it is one; `n` of 0 counts as 1.
    pub fn nth_school_day_from(
        &self,
        first_day: NaiveDate,
        n: u32,
    ) -> Result<NaiveDate, NoTermDates> {
        let mut day = first_day;
        let mut to_come = n.max(1);
        loop {
            to_come -= u32::from(self.is_school_day(day)?);
            if to_come == 0 {
                return Ok(day);
            }
            day = day.succ_opt().ok_or(NoTermDates { date: day })?;
        }
    }

    /// How many school days there are from `first` to `last`, both included; 0 if they are the
    /// wrong way round.
    pub fn school_days_between(
        &self,
        first: NaiveDate,
        last: NaiveDate,
    ) -> Result<u32, NoTermDates> {
        let mut count = 0;
        for day in first.iter_days().take_while(|day| *day <= last) {
            count += u32::from(self.is_school_day(day)?);
        }
        Ok(count)
    }

    fn is_bank_holiday(&self, date: NaiveDate) -> bool {
        let proclaimed = self
            .school
            .iter()
            .chain(&self.authority)
            .any(|row| row.kind == TermDateKind::BankHoliday && row.covers(date));
        proclaimed || is_bank_holiday(date)
    }
}

fn verdict(rows: &[TermDate], date: NaiveDate) -> Option<bool> {
    rows.iter()
        .filter(|row| row.covers(date))
        .map(|row| row.kind == TermDateKind::Term)
        .reduce(|open, also_open| open && also_open)
}

/// The school days in which a pupil may still come back after leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeavePeriod {
    /// The first school day after the leave.
    pub first_day: NaiveDate,
    /// The tenth, on which coming back still counts.
    pub last_day: NaiveDate,
    /// The first school day on which ground H can be relied on.
    pub earliest_action: NaiveDate,
}

/// The ten school days that follow leave whose last day was `leave_ended` (reg 9(1)(h)).
pub fn leave_period_end(
    calendar: &Calendar,
    leave_ended: NaiveDate,
) -> Result<LeavePeriod, NoTermDates> {
    let first_day = calendar.school_day_after(leave_ended)?;
    let last_day = calendar.nth_school_day_from(first_day, LEAVE_SCHOOL_DAYS)?;
    let earliest_action = calendar.school_day_after(last_day)?;
    Ok(LeavePeriod {
        first_day,
        last_day,
        earliest_action,
    })
}

/// Half a school day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Session {
    /// The morning.
    Morning,
    /// The afternoon.
    Afternoon,
}

/// An attendance code as registers write it: one sign, or a letter with a digit (`C1`).
///
/// Which codes exist is left to data, because the list changes; three matter here.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct AttendanceCode(String);

/// Why a text is not an attendance code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("an attendance code is a letter, a letter with a digit, or one of / \\ and #")]
pub struct AttendanceCodeError;

impl AttendanceCode {
    /// Reads a code in either case, with spaces around it tolerated.
    pub fn parse(raw: &str) -> Result<Self, AttendanceCodeError> {
        let text = raw.trim_matches(' ').to_ascii_uppercase();
        match text.as_bytes() {
            [b'A'..=b'Z' | b'/' | b'\\' | b'#'] | [b'A'..=b'Z', b'0'..=b'9'] => Ok(Self(text)),
            _ => Err(AttendanceCodeError),
        }
    }

    /// The code in capitals.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a session with it belongs to a continuous absence: G, N and O do, all others end it.
    pub fn continues_absence(&self) -> bool {
        matches!(self.0.as_str(), "G" | "N" | "O")
    }

    /// Whether it says that the reason is not yet known.
    pub fn is_unresolved(&self) -> bool {
        self.0 == "N"
    }
}

impl fmt::Display for AttendanceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<AttendanceCode> for String {
    fn from(code: AttendanceCode) -> Self {
        code.0
    }
}

impl TryFrom<String> for AttendanceCode {
    type Error = AttendanceCodeError;

    fn try_from(raw: String) -> Result<Self, Self::Error> {
        Self::parse(&raw)
    }
}

/// What the register says of one session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The day.
    pub date: NaiveDate,
    /// Which half of it.
    pub session: Session,
    /// The code entered.
    pub code: AttendanceCode,
}

/// Why a day ended a continuous absence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BreakCause {
    /// A session has a code other than G, N and O.
    Code(AttendanceCode),
    /// A session has no code, so the absence cannot be shown.
    NotRecorded,
}

/// A day that ended a continuous absence; the count begins again on the next school day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// The day.
    pub date: NaiveDate,
    /// Why.
    pub cause: BreakCause,
}

/// A continuous absence as the register shows it on a given day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AbsenceRun {
    /// The first school day of the present run; `None` if the last school day ended it.
    pub first_day: Option<NaiveDate>,
    /// How many school days the present run has.
    pub days: u32,
    /// The twentieth day of the present run, once it is reached.
    pub twentieth_day: Option<NaiveDate>,
    /// The days that ended earlier runs, in order.
    pub breaks: Vec<Break>,
    /// Days of the present run still coded N after the five school days in which N must be resolved.
    pub overdue_n: Vec<NaiveDate>,
}

impl AbsenceRun {
    /// Whether the register bears out ground I: twenty days, and no N left unresolved too long.
    ///
    /// It is a necessary part of the ground and never the whole; see the roll.
    pub fn bears_out_ground_i(&self) -> bool {
        self.twentieth_day.is_some() && self.overdue_n.is_empty()
    }
}

/// Counts the continuous absence from `first_absent` to the end of `as_of` (reg 9(1)(i)).
///
/// A school day counts when both its sessions have G, N or O. Marks on other days are ignored.
pub fn continuous_absence(
    calendar: &Calendar,
    first_absent: NaiveDate,
    as_of: NaiveDate,
    marks: &[Mark],
) -> Result<AbsenceRun, NoTermDates> {
    let mut run = AbsenceRun::default();
    let mut unresolved = Vec::new();
    for date in first_absent.iter_days().take_while(|day| *day <= as_of) {
        if !calendar.is_school_day(date)? {
            continue;
        }
        let of_day = marks
            .iter()
            .filter(|mark| mark.date == date)
            .collect::<Vec<_>>();
        if let Some(cause) = break_cause(&of_day) {
            let mut breaks = std::mem::take(&mut run.breaks);
            breaks.push(Break { date, cause });
            run = AbsenceRun {
                breaks,
                ..AbsenceRun::default()
            };
            unresolved.clear();
            continue;
        }
        run.first_day.get_or_insert(date);
        run.days += 1;
        if run.days == ABSENCE_SCHOOL_DAYS {
            run.twentieth_day = Some(date);
        }
        if of_day.iter().any(|mark| mark.code.is_unresolved()) {
            unresolved.push(date);
        }
    }
    for date in unresolved {
        // Counted up to the day before, because the fifth day itself is still in time.
        let full_days = calendar.school_days_between(next(date), before(as_of))?;
        if full_days >= UNRESOLVED_N_SCHOOL_DAYS {
            run.overdue_n.push(date);
        }
    }
    Ok(run)
}

fn break_cause(of_day: &[&Mark]) -> Option<BreakCause> {
    if let Some(other) = of_day.iter().find(|mark| !mark.code.continues_absence()) {
        return Some(BreakCause::Code(other.code.clone()));
    }
    let recorded = |session| of_day.iter().any(|mark| mark.session == session);
    let whole_day = recorded(Session::Morning) && recorded(Session::Afternoon);
    (!whole_day).then_some(BreakCause::NotRecorded)
}

/// The least time that a notice under s.437 gives, in days of every kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticePeriod {
    /// The last day of the period.
    pub last_day: NaiveDate,
    /// The first day on which the next statutory step is possible.
    pub next_step_from: NaiveDate,
}

/// The minimum period of a notice served on `served`; the day of service is its first day.
pub fn notice_period(served: NaiveDate) -> NoticePeriod {
    NoticePeriod {
        last_day: days_after(served, NOTICE_DAYS - 1),
        next_step_from: days_after(served, NOTICE_DAYS),
    }
}

/// The last day for the return about a pupil entered on `entered`; the day of entry is not counted.
///
/// Regulation 13 says days, not school days, so weekends count.
pub fn new_pupil_return_due(entered: NaiveDate) -> NaiveDate {
    days_after(entered, NEW_PUPIL_RETURN_DAYS)
}

/// What decides whether a new pupil must be reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewStarter {
    /// Placed in the school's most junior class.
    pub in_most_junior_class: bool,
    /// The pupil's starting day.
    pub starts: NaiveDate,
    /// The first day of the school's year.
    pub school_year_begins: NaiveDate,
}

/// Whether a new-pupil return is owed unasked (reg 13): not for one who joins the most junior
/// class on the first day of the school year, and for everyone else it is.
pub fn new_pupil_return_is_owed(starter: NewStarter) -> bool {
    let NewStarter {
        in_most_junior_class,
        starts,
        school_year_begins,
    } = starter;
    !(in_most_junior_class && starts == school_year_begins)
}

/// The council's working days: neither weekends nor England's bank holidays nor its own closures.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WorkingDays {
    closures: BTreeSet<NaiveDate>,
}

impl WorkingDays {
    /// Working days of an office that also closes on the days given.
    pub fn closed_on(closures: impl IntoIterator<Item = NaiveDate>) -> Self {
        Self {
            closures: closures.into_iter().collect(),
        }
    }

    /// Whether the office works on that day.
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        !is_weekend(date) && !is_bank_holiday(date) && !self.closures.contains(&date)
    }

    /// The `n`th working day after the day given, which is itself not counted; with `n` of 0, that
    /// day.
    pub fn add(&self, date: NaiveDate, n: u32) -> NaiveDate {
        let mut day = date;
        let mut to_come = n;
        while to_come > 0 && day < NaiveDate::MAX {
            day = next(day);
            to_come -= u32::from(self.is_working_day(day));
        }
        day
    }
}

/// The `n`th working day after `date` for an office without closures of its own.
pub fn add_working_days(date: NaiveDate, n: u32) -> NaiveDate {
    WorkingDays::default().add(date, n)
}

/// Whether England has a bank holiday on that day.
pub fn is_bank_holiday(date: NaiveDate) -> bool {
    bank_holidays(date.year()).contains(&date)
}

/// England's bank holidays of a year, in order, with substitute days.
///
/// By the Banking and Financial Dealings Act 1971 and the yearly proclamations that have become
/// regular. Days proclaimed for once are added and moved by hand, from 2020 on; a future one has to
/// come with the term dates or the office's closures.
pub fn bank_holidays(year: i32) -> Vec<NaiveDate> {
    let easter = easter_sunday(year);
    let mut days: Vec<NaiveDate> = [
        Some(weekday_from(day_of(year, 1, 1))),
        easter.checked_sub_days(Days::new(2)),
        easter.checked_add_days(Days::new(1)),
        Some(monday_from(day_of(year, 5, 1))),
        Some(monday_from(day_of(year, 5, 25))),
        Some(monday_from(day_of(year, 8, 25))),
    ]
    .into_iter()
    .flatten()
    .chain(christmas(year))
    .collect();
    for exception in EXCEPTIONS.iter().filter(|exception| exception.year == year) {
        days.retain(|day| (day.month(), day.day()) != exception.instead_of);
        days.push(day_of(year, exception.on.0, exception.on.1));
    }
    days.sort_unstable();
    days
}

struct Exception {
    year: i32,
    on: (u32, u32),
    instead_of: (u32, u32),
}

const NO_OTHER: (u32, u32) = (0, 0);

const EXCEPTIONS: &[Exception] = &[
    // Early May moved to the anniversary of the end of the war in Europe.
    Exception {
        year: 2020,
        on: (5, 8),
        instead_of: (5, 4),
    },
    // Spring moved, and a day added, for the Platinum Jubilee.
    Exception {
        year: 2022,
        on: (6, 2),
        instead_of: (5, 30),
    },
    Exception {
        year: 2022,
        on: (6, 3),
        instead_of: NO_OTHER,
    },
    // The State Funeral of Queen Elizabeth II.
    Exception {
        year: 2022,
        on: (9, 19),
        instead_of: NO_OTHER,
    },
    // The Coronation of King Charles III.
    Exception {
        year: 2023,
        on: (5, 8),
        instead_of: NO_OTHER,
    },
];

// Each of the two days that falls on a weekend has a substitute on the next free weekday.
fn christmas(year: i32) -> [NaiveDate; 2] {
    let december = |of_month| day_of(year, 12, of_month);
    match december(25).weekday() {
        Weekday::Fri => [december(25), december(28)],
        Weekday::Sat => [december(27), december(28)],
        Weekday::Sun => [december(26), december(27)],
        _ => [december(25), december(26)],
    }
}

/// Easter Sunday of a year in the Gregorian calendar (the anonymous algorithm of 1876).
pub fn easter_sunday(year: i32) -> NaiveDate {
    let golden = year.rem_euclid(19);
    let (century, of_century) = (year.div_euclid(100), year.rem_euclid(100));
    let moon_correction = (century - (century + 8).div_euclid(25) + 1).div_euclid(3);
    let epact =
        (19 * golden + century - century.div_euclid(4) - moon_correction + 15).rem_euclid(30);
    let weekday = (32 + 2 * century.rem_euclid(4) + 2 * (of_century / 4) - epact - of_century % 4)
        .rem_euclid(7);
    let late_moon = (golden + 11 * epact + 22 * weekday).div_euclid(451);
    let days_from_march = epact + weekday - 7 * late_moon + 114;
    let (month, of_month) = (days_from_march / 31, days_from_march % 31 + 1);
    day_of(year, month.unsigned_abs(), of_month.unsigned_abs())
}

fn weekday_from(date: NaiveDate) -> NaiveDate {
    match date.weekday() {
        Weekday::Sat => days_after(date, 2),
        Weekday::Sun => next(date),
        _ => date,
    }
}

fn monday_from(date: NaiveDate) -> NaiveDate {
    days_after(date, (7 - date.weekday().num_days_from_monday()) % 7)
}

fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

fn next(date: NaiveDate) -> NaiveDate {
    days_after(date, 1)
}

fn before(date: NaiveDate) -> NaiveDate {
    date.pred_opt().unwrap_or(NaiveDate::MIN)
}

fn days_after(date: NaiveDate, days: u32) -> NaiveDate {
    date.checked_add_days(Days::new(days.into()))
        .unwrap_or(NaiveDate::MAX)
}

// Only days that every year has are asked for, so the fallback is met only at the end of time.
fn day_of(year: i32, month: u32, of_month: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, of_month).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use TermDateKind::{BankHoliday, Closure, HalfTerm, Holiday, Inset, Term};

    fn on(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn row(kind: TermDateKind, first: &str, last: &str) -> TermDate {
        TermDate {
            kind,
            first: on(first),
            last: on(last),
        }
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

    fn luton() -> Calendar {
        Calendar::new(Vec::new(), luton_rows()).unwrap()
    }

    fn luton_with_inset() -> Calendar {
        Calendar::new(vec![row(Inset, "2025-11-03", "2025-11-03")], luton_rows()).unwrap()
    }

    #[test]
    fn ten_school_days_after_leave_skip_half_term_and_inset() {
        // (row of §9.13, calendar, leave ended, day 1, last day, earliest action)
        let rows = [
            (
                "D1",
                luton(),
                "2025-10-17",
                "2025-10-20",
                "2025-11-07",
                "2025-11-10",
            ),
            (
                "D2 INSET",
                luton_with_inset(),
                "2025-10-17",
                "2025-10-20",
                "2025-11-10",
                "2025-11-11",
            ),
            (
                "D7",
                luton(),
                "2026-10-16",
                "2026-10-19",
                "2026-11-06",
                "2026-11-09",
            ),
        ];
        for (row, calendar, ended, first, last, action) in rows {
            let period = leave_period_end(&calendar, on(ended)).unwrap();
            assert_eq!(period.first_day, on(first), "day 1, row {row}");
            assert_eq!(period.last_day, on(last), "last day, row {row}");
            assert_eq!(
                period.earliest_action,
                on(action),
                "earliest action, row {row}"
            );
        }
    }

    #[test]
    fn the_weekday_answer_is_wrong_by_a_week() {
        let naive = add_working_days(on("2025-10-17"), 10);
        assert_eq!(naive, on("2025-10-31"), "§9.3");
        assert_ne!(
            leave_period_end(&luton(), on("2025-10-17"))
                .unwrap()
                .last_day,
            naive,
            "§9.3"
        );
    }

    #[test]
    fn the_twentieth_school_day_of_absence_counts_the_first() {
        let twentieth = luton().nth_school_day_from(on("2025-10-06"), ABSENCE_SCHOOL_DAYS);
        assert_eq!(twentieth, Ok(on("2025-11-07")), "D5");
    }

    fn code(text: &str) -> AttendanceCode {
        AttendanceCode::parse(text).unwrap()
    }

    fn marks(first: &str, last: &str, usual: &str, except: &[(&str, Session, &str)]) -> Vec<Mark> {
        on(first)
            .iter_days()
            .take_while(|day| *day <= on(last))
            .flat_map(|date| [(date, Session::Morning), (date, Session::Afternoon)])
            .map(|(date, session)| {
                let other = except
                    .iter()
                    .find(|(day, half, _)| on(day) == date && *half == session);
                Mark {
                    date,
                    session,
                    code: code(other.map_or(usual, |(_, _, c)| *c)),
                }
            })
            .collect()
    }

    #[test]
    fn twenty_days_coded_g_n_and_o_bear_out_ground_i_on_the_twentieth() {
        let absent = marks(
            "2025-10-06",
            "2025-11-30",
            "O",
            &[("2025-10-07", Session::Morning, "G")],
        );
        let on_the =
            |day| continuous_absence(&luton(), on("2025-10-06"), on(day), &absent).unwrap();
        assert!(!on_the("2025-11-06").bears_out_ground_i(), "nineteen days");
        let run = on_the("2025-11-07");
        assert_eq!(
            (run.days, run.twentieth_day),
            (20, Some(on("2025-11-07"))),
            "D5"
        );
        assert!(run.bears_out_ground_i());
        assert_eq!(
            on_the("2025-11-20").twentieth_day,
            Some(on("2025-11-07")),
            "it stays the twentieth"
        );
    }

    #[test]
    fn one_day_of_illness_starts_the_count_again() {
        let ill = [
            ("2025-10-15", Session::Morning, "I"),
            ("2025-10-15", Session::Afternoon, "I"),
        ];
        let absent = marks("2025-10-06", "2025-11-30", "O", &ill);
        let on_the =
            |day| continuous_absence(&luton(), on("2025-10-06"), on(day), &absent).unwrap();

        let run = on_the("2025-11-07");
        assert!(!run.bears_out_ground_i(), "D6 not met on 7 November");
        assert_eq!(run.first_day, Some(on("2025-10-16")), "D6 restarts");
        assert_eq!(
            run.breaks,
            [Break {
                date: on("2025-10-15"),
                cause: BreakCause::Code(code("I"))
            }]
        );
        assert_eq!(run.days, 12, "D6");

        assert!(
            !on_the("2025-11-18").bears_out_ground_i(),
            "D6 the day before"
        );
        assert_eq!(
            on_the("2025-11-19").twentieth_day,
            Some(on("2025-11-19")),
            "D6 the new twentieth"
        );
        assert_eq!(
            luton().nth_school_day_from(on("2025-10-16"), 20),
            Ok(on("2025-11-19")),
            "D6 foretold"
        );
    }

    #[test]
    fn half_a_day_with_another_code_or_none_breaks_the_absence() {
        let half = marks(
            "2025-10-06",
            "2025-11-07",
            "G",
            &[("2025-11-07", Session::Afternoon, "I")],
        );
        let run = continuous_absence(&luton(), on("2025-10-06"), on("2025-11-07"), &half).unwrap();
        assert_eq!(
            (run.first_day, run.days),
            (None, 0),
            "§9.5 (a): illness on the last afternoon"
        );

        let mut gap = marks("2025-10-06", "2025-11-07", "O", &[]);
        gap.retain(|mark| !(mark.date == on("2025-10-20") && mark.session == Session::Morning));
        let run = continuous_absence(&luton(), on("2025-10-06"), on("2025-11-07"), &gap).unwrap();
        assert_eq!(
            run.breaks,
            [Break {
                date: on("2025-10-20"),
                cause: BreakCause::NotRecorded
            }]
        );
        assert!(!run.bears_out_ground_i());
    }

    #[test]
    fn n_left_standing_for_more_than_five_school_days_spoils_ground_i() {
        let absent = marks("2025-10-06", "2025-11-07", "N", &[]);
        let run =
            continuous_absence(&luton(), on("2025-10-06"), on("2025-11-07"), &absent).unwrap();
        assert_eq!(run.twentieth_day, Some(on("2025-11-07")), "§9.5 (b)");
        assert!(!run.bears_out_ground_i(), "§9.5 (b)");
        // The fifth school day after Friday 24 October is 7 November, across half-term.
        assert_eq!(run.overdue_n.last(), Some(&on("2025-10-23")));
        assert_eq!(run.overdue_n.len(), 14);
    }

    #[test]
    fn attendance_codes_are_one_sign_or_a_letter_and_a_digit() {
        for (raw, expected) in [
            ("i", Some("I")),
            (" c1 ", Some("C1")),
            ("/", Some("/")),
            ("\\", Some("\\")),
            ("#", Some("#")),
        ] {
            assert_eq!(
                AttendanceCode::parse(raw)
                    .ok()
                    .as_ref()
                    .map(AttendanceCode::as_str),
                expected,
                "{raw}"
            );
        }
        for raw in ["", "II", "1", "C12", "é", "N\n"] {
            assert_eq!(
                AttendanceCode::parse(raw),
                Err(AttendanceCodeError),
                "{raw:?}"
            );
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
            assert_eq!(
                calendar.is_school_day(on(date)).unwrap_err().to_string(),
                message,
                "{row}"
            );
        }
        let beyond = leave_period_end(&calendar, on("2026-12-11"));
        assert_eq!(
            beyond,
            Err(NoTermDates {
                date: on("2026-12-21")
            }),
            "a period that runs off the end"
        );
        assert_eq!(
            calendar
                .school_days_between(on("2026-12-14"), on("2027-01-10"))
                .unwrap_err()
                .date,
            on("2026-12-21")
        );
        assert!(
            Calendar::new(Vec::new(), Vec::new())
                .unwrap()
                .is_school_day(on("2026-11-20"))
                .is_err()
        );
    }

    #[test]
    fn a_gap_between_terms_that_no_row_names_is_an_error() {
        let calendar = Calendar::new(
            vec![
                row(Term, "2025-09-01", "2025-10-24"),
                row(Term, "2025-11-03", "2025-12-19"),
            ],
            Vec::new(),
        )
        .unwrap();
        assert_eq!(
            calendar.school_day_after(on("2025-10-24")),
            Err(NoTermDates {
                date: on("2025-10-27")
            })
        );
    }

    #[test]
    fn each_day_is_judged_by_the_schools_rows_first() {
        let own = Calendar::new(
            vec![
                row(Term, "2025-10-20", "2025-10-31"),
                row(Closure, "2025-10-22", "2025-10-22"),
                row(Term, "2026-05-04", "2026-05-08"),
            ],
            [
                luton_rows(),
                vec![row(BankHoliday, "2025-10-23", "2025-10-23")],
            ]
            .concat(),
        )
        .unwrap();
        let rows = [
            ("the school's own rule", "2025-10-20", true),
            ("open in the authority's half-term", "2025-10-28", true),
            ("closed by its own row", "2025-10-22", false),
            (
                "a proclaimed bank holiday closes all schools",
                "2025-10-23",
                false,
            ),
            (
                "a regular bank holiday closes all schools",
                "2026-05-04",
                false,
            ),
            (
                "the authority's where the school is silent",
                "2025-11-03",
                true,
            ),
            (
                "the authority's holiday where the school is silent",
                "2025-12-22",
                false,
            ),
            (
                "the authority's INSET where the school is silent",
                "2026-07-20",
                false,
            ),
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
        assert_eq!(
            refused.to_string(),
            "the term dates that begin on 2 September 2025 end before that"
        );
    }

    #[test]
    fn the_day_of_service_is_the_first_of_the_fifteen() {
        let period = notice_period(on("2026-11-02"));
        assert_eq!(period.last_day, on("2026-11-16"), "§9.7 and §3.5");
        assert_eq!(period.next_step_from, on("2026-11-17"), "§9.7 and §3.5");
    }

    #[test]
    fn the_day_of_entry_is_not_among_the_five() {
        assert_eq!(
            new_pupil_return_due(on("2026-11-19")),
            on("2026-11-24"),
            "§9.7"
        );
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
            let starter = NewStarter {
                in_most_junior_class,
                starts: on(starts),
                school_year_begins: begins,
            };
            assert_eq!(new_pupil_return_is_owed(starter), owed, "{row}");
        }
    }

    #[test]
    fn working_days_over_christmas() {
        for (n, expected) in [
            (0, "2025-12-19"),
            (1, "2025-12-22"),
            (5, "2025-12-30"),
            (10, "2026-01-07"),
            (20, "2026-01-21"),
        ] {
            assert_eq!(
                add_working_days(on("2025-12-19"), n),
                on(expected),
                "§9, +{n} wd"
            );
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
            (
                2022,
                &[
                    "01-03", "04-15", "04-18", "05-02", "06-02", "06-03", "08-29", "09-19",
                    "12-26", "12-27",
                ],
            ),
            (
                2025,
                &[
                    "01-01", "04-18", "04-21", "05-05", "05-26", "08-25", "12-25", "12-26",
                ],
            ),
            (
                2026,
                &[
                    "01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28",
                ],
            ),
            (
                2027,
                &[
                    "01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28",
                ],
            ),
            (
                2028,
                &[
                    "01-03", "04-14", "04-17", "05-01", "05-29", "08-28", "12-25", "12-26",
                ],
            ),
            (
                2020,
                &[
                    "01-01", "04-10", "04-13", "05-08", "05-25", "08-31", "12-25", "12-28",
                ],
            ),
        ];
        for (year, days) in rows {
            let expected = days
                .iter()
                .map(|day| on(&format!("{year}-{day}")))
                .collect::<Vec<_>>();
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
        fn the_day_after_a_leave_period_is_the_eleventh_school_day(ended in day_in_luton()) {
            let calendar = luton();
            if let Ok(period) = leave_period_end(&calendar, ended) {
                prop_assert!(ended < period.first_day);
                let eleventh = calendar.nth_school_day_from(period.first_day, 11).unwrap();
                prop_assert_eq!(period.earliest_action, eleventh);
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

        #[test]
        fn one_session_with_another_code_never_lengthens_the_absence(
            at in 0_usize..66, other in "[A-FH-MP-Z]",
        ) {
            let mut absent = marks("2025-10-06", "2025-11-07", "O", &[]);
            let as_of = on("2025-11-07");
            let whole = continuous_absence(&luton(), on("2025-10-06"), as_of, &absent).unwrap();
            absent[at].code = code(&other);
            let broken = continuous_absence(&luton(), on("2025-10-06"), as_of, &absent).unwrap();
            let counted = luton().is_school_day(absent[at].date).unwrap();
            prop_assert_eq!(broken.days < whole.days, counted);
            prop_assert_eq!(broken.bears_out_ground_i(), !counted);
        }
    }
}
