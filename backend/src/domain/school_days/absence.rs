//! Attendance codes, and the continuous absence that an attendance register shows.
//!
//! What must not live here: the decision to take a child off the roll, which the register alone never makes.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::calendar::{Calendar, NoTermDates};
use super::{ABSENCE_SCHOOL_DAYS, UNRESOLVED_N_SCHOOL_DAYS, before, next};

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
/// The list of codes is not kept here, because it changes; only G, N and O have a meaning for continuous absence.
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

    /// The code in capitals, as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a session with this code belongs to a continuous absence: G, N and O do, all others end it.
    pub fn continues_absence(&self) -> bool {
        matches!(self.0.as_str(), "G" | "N" | "O")
    }

    /// Whether this is code N, reason for absence not yet established.
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

/// One entry of the attendance register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The day of the session.
    pub date: NaiveDate,
    /// Morning or afternoon.
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
    /// The day on which the run ended.
    pub date: NaiveDate,
    /// What ended it.
    pub cause: BreakCause,
}

/// A continuous absence as the register shows it on a given day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AbsenceRun {
    /// The first school day of the present run; `None` if the last school day ended it.
    pub first_day: Option<NaiveDate>,
    /// The number of school days in the present run.
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
        let of_day = marks.iter().filter(|mark| mark.date == date).collect::<Vec<_>>();
        if let Some(cause) = break_cause(&of_day) {
            let mut breaks = std::mem::take(&mut run.breaks);
            breaks.push(Break { date, cause });
            run = AbsenceRun { breaks, ..AbsenceRun::default() };
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

/// Why a school day breaks the absence; `None` when both its sessions have G, N or O.
fn break_cause(of_day: &[&Mark]) -> Option<BreakCause> {
    if let Some(other) = of_day.iter().find(|mark| !mark.code.continues_absence()) {
        return Some(BreakCause::Code(other.code.clone()));
    }
    let recorded = |session| of_day.iter().any(|mark| mark.session == session);
    let whole_day = recorded(Session::Morning) && recorded(Session::Afternoon);
    (!whole_day).then_some(BreakCause::NotRecorded)
}
