//! The days on which a school is open to its pupils, from term dates.
//!
//! What must not live here: the days of an absence counted by it (`count`), and reading a file of term dates
//! (`import`).

use chrono::NaiveDate;
use entity::vocabulary::TermDateKind;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::is_weekend;
use super::working_days::is_bank_holiday;

/// One row of term dates, both days included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TermDate {
    /// What its days are: term, half-term, holiday, training day, bank holiday or closure.
    pub kind: TermDateKind,
    /// The first day.
    pub first: NaiveDate,
    /// The last day, included.
    pub last: NaiveDate,
}

impl TermDate {
    fn covers(&self, date: NaiveDate) -> bool {
        self.first <= date && date <= self.last
    }
}

/// The days on which one school is open to its pupils.
///
/// On each day the school's own rows come first, and the authority's count only where the school has none. Among rows
/// that cover the same day, one that closes it outweighs `Term`; a bank holiday from either list closes it, and so do
/// England's regular ones. Saturdays and Sundays are never school days. A weekday that no row covers is an error, so
/// holidays have to be listed like terms.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    pub(super) school: Vec<TermDate>,
    pub(super) authority: Vec<TermDate>,
}

/// No row of term dates covers a weekday that was asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("no term dates for {}", .date.format("%-d %B %Y"))]
pub struct NoTermDates {
    /// The first weekday that no row covers.
    pub date: NaiveDate,
}

/// A row of term dates that ends before it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the term dates that begin on {} end before that", .0.first.format("%-d %B %Y"))]
pub struct BackwardTermDates(pub TermDate);

impl Calendar {
    /// A calendar of a school's own rows over those of its authority; either may be empty.
    pub fn new(school: Vec<TermDate>, authority: Vec<TermDate>) -> Result<Self, BackwardTermDates> {
        match school.iter().chain(&authority).find(|row| row.last < row.first) {
            Some(backward) => Err(BackwardTermDates(*backward)),
            None => Ok(Self { school, authority }),
        }
    }

    /// Whether the school is open to its pupils on that day.
    pub fn is_school_day(&self, date: NaiveDate) -> Result<bool, NoTermDates> {
        if is_weekend(date) {
            return Ok(false);
        }
        let open =
            verdict(&self.school, date).or_else(|| verdict(&self.authority, date)).ok_or(NoTermDates { date })?;
        Ok(open && !self.is_bank_holiday(date))
    }

    /// The first school day on or after the day given.
    pub fn school_day_from(&self, date: NaiveDate) -> Result<NaiveDate, NoTermDates> {
        self.nth_school_day_from(date, 1)
    }

    /// The `n`th school day, where `first_day` is the first if it is one; `n` of 0 counts as 1.
    pub fn nth_school_day_from(&self, first_day: NaiveDate, n: u32) -> Result<NaiveDate, NoTermDates> {
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

    /// The number of school days from `first` to `last`, both included; 0 if they are the wrong way round.
    pub fn school_days_between(&self, first: NaiveDate, last: NaiveDate) -> Result<u32, NoTermDates> {
        let mut count = 0;
        for day in first.iter_days().take_while(|day| *day <= last) {
            count += u32::from(self.is_school_day(day)?);
        }
        Ok(count)
    }

    /// Why the school is closed on a weekday that is no school day.
    pub(super) fn closed_for(&self, date: NaiveDate) -> TermDateKind {
        let closing = |rows: &[TermDate]| {
            rows.iter().find(|row| row.covers(date) && row.kind != TermDateKind::Term).map(|row| row.kind)
        };
        if self.is_bank_holiday(date) {
            return TermDateKind::BankHoliday;
        }
        closing(&self.school).or_else(|| closing(&self.authority)).unwrap_or(TermDateKind::Closure)
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
