//! What held of a case on each day that it was open, as spans: what every count of a past day is made of.
//!
//! What must not live here: what is counted (`domain::statistics`).

use chrono::NaiveDate;
use entity::vocabulary::{CaseState, ServiceRoute, StatutoryStatus, Whereabouts};

use super::super::school_age::compulsory_school_age;
use super::Case;

/// The version of the rules by which a case is folded and its spans and clocks are made. Raised when they change, so
/// that rows made by an older one are made anew.
pub const FOLD: i32 = 5;

/// A span of days in which the case was open, or the child missing education before it was, and nothing that is counted
/// changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of `entity::case_span`")]
pub struct Span {
    pub from: NaiveDate,
    pub until: Option<NaiveDate>,
    pub state: CaseState,
    pub whereabouts: Whereabouts,
    pub status: StatutoryStatus,
    pub route: ServiceRoute,
    pub missing_since: Option<NaiveDate>,
}

impl Case {
    /// The spans of the case, oldest first, by what is known today. The first begins with the first statutory status,
    /// which may lie before the day on which the case was opened. Nobody outside compulsory school age is missing education
    /// (section 436A), whatever was decided and however long nobody decides anew, so that the days on which the age begins
    /// and is over end a span.
    pub fn spans(&self) -> Vec<Span> {
        let mut begins: Vec<NaiveDate> = self.statuses.all().iter().map(|held| held.from).collect();
        begins.extend(self.routes.all().iter().map(|held| held.from));
        begins.extend(self.states.all().iter().map(|held| held.from));
        begins.extend(self.places.all().iter().map(|held| held.from));
        let age = self.born.map(compulsory_school_age);
        let turns = age.into_iter().flat_map(|age| [Some(age.start), age.end.succ_opt()]).flatten();
        begins.extend(turns.filter(|day| self.statuses.on(*day) == Some(StatutoryStatus::Cme)));
        begins.sort_unstable();
        begins.dedup();
        let mut spans: Vec<Span> = Vec::new();
        for from in begins {
            if let Some(last) = spans.last_mut().filter(|last| last.until.is_none()) {
                last.until = Some(from);
            }
            let state = self.states.on(from).unwrap_or(self.opened.state);
            if state == CaseState::Closed {
                continue;
            }
            let Some(status) = self.statuses.on(from) else { continue };
            let is_outside = age.is_some_and(|age| !age.contains(from));
            let status = match status {
                StatutoryStatus::Cme if is_outside => StatutoryStatus::NotCmeOutsideAge,
                status => status,
            };
            let since = self.statuses.all().iter().rev().find(|held| held.from <= from).map(|held| held.from);
            let since = since.map(|since| age.map_or(since, |age| since.max(age.start)));
            spans.push(Span {
                from,
                until: None,
                state,
                whereabouts: self.places.on(from).unwrap_or(self.opened.whereabouts),
                status,
                route: self.routes.on(from).unwrap_or(self.opened.service_route),
                missing_since: since.filter(|_| status == StatutoryStatus::Cme),
            });
        }
        spans
    }
}
