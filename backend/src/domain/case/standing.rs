//! Where a case stands by law and who works it: the statutory status and the service route, each a fact with a day from
//! which it holds, so that what held on any day can be told later.
//!
//! What must not live here: how a case is counted (`domain::statistics`), and what ends it (`close`).

use chrono::{DateTime, NaiveDate, Utc};
use entity::vocabulary::{CaseState, LaterDecisions, ServiceRoute, StatusGround, StatutoryStatus};

use super::super::typed::{Read, all, check, chosen, line, past_day, reason};
use super::work::PROSE;
use super::{Case, CaseEvent, RouteDecision, StatusDecision};
use crate::error::Error;

/// A value and the first day on which it holds; it holds until the day before the next one begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holds<T> {
    /// The value.
    pub value: T,
    /// The first day.
    pub from: NaiveDate,
}

/// What holds from which day, oldest first and no two from the same day. It is never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History<T>(Vec<Holds<T>>);

impl<T: Copy + PartialEq> History<T> {
    pub(super) fn since(from: NaiveDate, value: T) -> Self {
        Self(vec![Holds { value, from }])
    }

    /// Notes that `value` holds from this day on, whatever was said before of this day and later ones: the later
    /// decision knows more.
    pub(super) fn holds(&mut self, value: T, from: NaiveDate) {
        self.0.retain(|held| held.from < from);
        if self.0.last().is_none_or(|held| held.value != value) {
            self.0.push(Holds { value, from });
        }
    }

    /// Notes that `value` held from a day on until another, from which on it is as it was known.
    pub(super) fn held(&mut self, value: T, from: NaiveDate, until: NaiveDate) {
        let then = self.on(until);
        self.0.retain(|held| held.from < from || held.from > until);
        self.0.push(Holds { value, from });
        self.0.extend(then.map(|value| Holds { value, from: until }));
        self.0.sort_by_key(|held| held.from);
        self.0.dedup_by(|later, earlier| later.value == earlier.value);
    }

    /// The first decision of a day after this one; `None` when there is none.
    pub fn after(&self, day: NaiveDate) -> Option<Holds<T>> {
        self.0.iter().find(|held| held.from > day).copied()
    }

    /// What holds now.
    #[expect(clippy::missing_panics_doc, reason = "a history is never empty")]
    pub fn now(&self) -> Holds<T> {
        *self.0.last().expect("a history is never empty")
    }

    /// What held on a day; `None` before the first.
    pub fn on(&self, day: NaiveDate) -> Option<T> {
        self.0.iter().rev().find(|held| held.from <= day).map(|held| held.value)
    }

    /// All of it, oldest first.
    pub fn all(&self) -> &[Holds<T>] {
        &self.0
    }
}

/// A statutory status as typed.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of `StatusDecision`, as typed")]
pub struct DecideStatus {
    pub status: Option<StatutoryStatus>,
    pub ground: Option<StatusGround>,
    pub from: String,
    pub later: Option<LaterDecisions>,
    pub source: String,
    pub reason: String,
}

/// A service route as typed.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of `RouteDecision`, as typed")]
pub struct DecideRoute {
    pub route: Option<ServiceRoute>,
    pub from: String,
    pub reason: String,
}

/// The status that a ground goes with. An applicant for a school place is missing education whatever team works the
/// case (statutory guidance *Children missing education*, 8 September 2025), and so is whoever was offered a place and
/// has not attended it, and whose home education was found unsuitable.
pub fn status_of(ground: StatusGround) -> StatutoryStatus {
    use StatusGround as G;
    match ground {
        G::DeletedFromRoll
        | G::NoRollKnown
        | G::ApplicationAwaited
        | G::OfferedNotAttended
        | G::NewToArea
        | G::HomeEducationUnsuitable
        | G::PlanNamesNoSchool
        | G::Excluded
        | G::PlacementBroken => StatutoryStatus::Cme,
        G::OnRoll | G::AttendsSchool => StatutoryStatus::NotCmeOnRoll,
        G::HomeEducation | G::ProvisionSuitable => StatutoryStatus::NotCmeSuitableEducation,
        G::BelowAge | G::OverAge => StatutoryStatus::NotCmeOutsideAge,
        G::ChecksUnderWay => StatutoryStatus::Undecided,
    }
}

/// Checks that the ground goes with the status.
pub(super) fn suits(status: Option<StatutoryStatus>, ground: Option<StatusGround>) -> Read<()> {
    let (Some(status), Some(ground)) = (status, ground) else { return Ok(()) };
    let other = status_of(ground);
    let message = format!("“{}” goes with “{}”: select another reason, or that", ground.label(), other.label());
    check(other == status, "statusGround", message)
}

/// The state of a case that is open, by its status: a name stays on a roll while school and authority enquire together,
/// and that child is not counted.
pub(super) fn state_of(status: StatutoryStatus) -> CaseState {
    match status {
        StatutoryStatus::NotCmeOnRoll => CaseState::Enquiry,
        StatutoryStatus::Cme
        | StatutoryStatus::NotCmeSuitableEducation
        | StatutoryStatus::NotCmeOutsideAge
        | StatutoryStatus::Undecided => CaseState::Open,
    }
}

impl Case {
    /// The day from which the child has been missing education without a break, by what is known today; `None` while
    /// the child is not.
    pub fn missing_since(&self) -> Option<NaiveDate> {
        // Two neighbours never have the same value.
        let now = self.statuses.now();
        (now.value == StatutoryStatus::Cme).then_some(now.from)
    }

    /// Decides the statutory status from a day on, today or before, with every fault at once.
    pub fn decide_status(&self, typed: &DecideStatus, now: DateTime<Utc>) -> Result<CaseEvent, Error> {
        self.must_be_open()?;
        let (status, ground, (), from, source, reason) = all((
            chosen("statutoryStatus", typed.status, "Select whether the child is missing education"),
            chosen("statusGround", typed.ground, "Select the reason for the child’s status"),
            suits(typed.status, typed.ground),
            past_day("from", &typed.from, "The first day", "Enter the first day on which this was so", self.life(now)),
            line("source", &typed.source, "Who told us", 200, "Enter who told us, or what shows it"),
            reason(&typed.reason, PROSE, "Enter the reason for your decision"),
        ))?;
        let now = self.statuses.now();
        let next = self.statuses.after(from);
        let same = next.is_none() && self.status_ground == Some(ground);
        if self.statuses.on(from) == Some(status) && (same || typed.later == Some(LaterDecisions::Keep)) {
            return Err(Error::invalid("statutoryStatus", "This is so already: change something, or leave the form"));
        }
        let until = match (next, typed.later) {
            (None, _) | (Some(_), Some(LaterDecisions::Replace)) => None,
            (Some(next), Some(LaterDecisions::Keep)) => Some(next.from),
            (Some(_), None) => return Err(Error::invalid("later", self.decided_after(from))),
        };
        let before = if until.is_some() { self.statuses.on(from) } else { Some(now.value) };
        Ok(CaseEvent::StatusDecided(StatusDecision { before, status, ground, from, until, source, reason }))
    }

    /// What was decided of days after this one, for whoever must say whether it still holds.
    fn decided_after(&self, day: NaiveDate) -> String {
        let later = self.statuses.all().iter().filter(|held| held.from > day);
        let later: Vec<String> =
            later.map(|held| format!("“{}” from {}", held.value.label(), held.from.format("%-d %B %Y"))).collect();
        format!("Select whether what was decided of later days still holds: {}", later.join(", "))
    }

    /// Decides which team works the case from a day on, today or before, with every fault at once.
    pub fn decide_route(&self, typed: &DecideRoute, now: DateTime<Utc>) -> Result<CaseEvent, Error> {
        self.must_be_open()?;
        let (route, from, reason) = all((
            chosen("serviceRoute", typed.route, "Select the team that works the case"),
            past_day("from", &typed.from, "The first day", "Enter the first day on which this was so", self.life(now)),
            reason(&typed.reason, PROSE, "Enter why this team works the case"),
        ))?;
        let Holds { value: before, from: since } = self.routes.now();
        // That it worked the case earlier already is worth saying: counts of a past day go by it.
        if before == route && from >= since {
            return Err(Error::invalid("serviceRoute", "Select another team: this one works the case already"));
        }
        Ok(CaseEvent::RouteDecided(RouteDecision { before, route, from, reason }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn what_holds_on_a_day_is_what_was_decided_last_of_that_day() {
        let mut told = History::since(day("2026-09-01"), 'u');
        told.holds('c', day("2026-10-05"));
        told.holds('r', day("2026-11-02"));
        for (on, held) in [
            ("2026-08-31", None),
            ("2026-09-01", Some('u')),
            ("2026-10-04", Some('u')),
            ("2026-10-05", Some('c')),
            ("2026-11-01", Some('c')),
            ("2026-11-02", Some('r')),
            ("2030-01-01", Some('r')),
        ] {
            assert_eq!(told.on(day(on)), held, "{on}");
        }
        // A correction of the past takes the place of what was said of later days.
        told.holds('c', day("2026-09-20"));
        assert_eq!(
            told.all(),
            [Holds { value: 'u', from: day("2026-09-01") }, Holds { value: 'c', from: day("2026-09-20") }]
        );
        // The same again is nothing new.
        told.holds('c', day("2026-10-10"));
        assert_eq!(told.now(), Holds { value: 'c', from: day("2026-09-20") });
    }

    #[test]
    fn every_ground_goes_with_one_status() {
        use StatusGround as G;
        for (ground, status) in [
            (G::ApplicationAwaited, StatutoryStatus::Cme),
            (G::OfferedNotAttended, StatutoryStatus::Cme),
            (G::HomeEducationUnsuitable, StatutoryStatus::Cme),
            (G::DeletedFromRoll, StatutoryStatus::Cme),
            (G::OnRoll, StatutoryStatus::NotCmeOnRoll),
            (G::HomeEducation, StatutoryStatus::NotCmeSuitableEducation),
            (G::OverAge, StatutoryStatus::NotCmeOutsideAge),
            (G::ChecksUnderWay, StatutoryStatus::Undecided),
        ] {
            assert_eq!(status_of(ground), status, "{ground:?}");
            for other in StatutoryStatus::ALL {
                assert_eq!(suits(Some(*other), Some(ground)).is_ok(), *other == status, "{ground:?} {other:?}");
            }
        }
    }

    #[test]
    fn a_correction_of_the_past_may_leave_what_was_decided_of_later_days() {
        let told = || {
            let mut told = History::since(day("2026-09-01"), 'u');
            told.holds('c', day("2026-10-05"));
            told.holds('r', day("2026-11-02"));
            told
        };
        for (value, from, until, held) in [
            ('c', "2026-09-20", "2026-10-05", vec![('u', "2026-09-01"), ('c', "2026-09-20"), ('r', "2026-11-02")]),
            (
                'x',
                "2026-09-20",
                "2026-10-05",
                vec![('u', "2026-09-01"), ('x', "2026-09-20"), ('c', "2026-10-05"), ('r', "2026-11-02")],
            ),
            ('x', "2026-10-05", "2026-11-02", vec![('u', "2026-09-01"), ('x', "2026-10-05"), ('r', "2026-11-02")]),
            (
                'x',
                "2026-08-01",
                "2026-09-01",
                vec![('x', "2026-08-01"), ('u', "2026-09-01"), ('c', "2026-10-05"), ('r', "2026-11-02")],
            ),
        ] {
            let mut told = told();
            told.held(value, day(from), day(until));
            let all: Vec<(char, String)> = told.all().iter().map(|one| (one.value, one.from.to_string())).collect();
            let expected: Vec<(char, String)> = held.iter().map(|(value, from)| (*value, (*from).to_owned())).collect();
            assert_eq!(all, expected, "{value} {from}");
        }
    }
}
