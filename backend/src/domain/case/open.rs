//! From a referral to a case: opening one, adding a referral to one that is open, and taking it out again.
//!
//! What must not live here: whether a referral may be opened at all by this viewer (`domain::policy`), and the search
//! for the child on file (`domain::matching`).

use chrono::{DateTime, NaiveDate, Utc};
use entity::vocabulary::{Risk, ServiceRoute, StatusGround, StatutoryStatus, Whereabouts};
use entity::{ChildId, ReferralId, SchoolId, StaffId};

use super::super::child::ChildFacts;
use super::super::date::Life;
use super::super::london::london_day;
use super::super::referral::Referral;
use super::super::roll::Matter;
use super::super::typed::{all, check, chosen, optional_past_day, prose, reason};
use super::standing::{state_of, suits};
use super::work::PROSE;
use super::{Case, CaseEvent, Opened};
use crate::error::{CaseConflict, Error};

/// What an officer decides when opening a case. `None` is a fault for all but the officer.
#[derive(Clone, Debug, Default)]
pub struct Open {
    /// Whether the child is missing education by the statutory test (Education Act 1996, section 436A).
    pub statutory_status: Option<StatutoryStatus>,
    /// Why that is so.
    pub status_ground: Option<StatusGround>,
    /// The first day on which it was so, as typed; empty for the day of opening.
    pub status_from: String,
    /// Why the officer decided so, as typed.
    pub rationale: String,
    /// The team that works the case.
    pub service_route: Option<ServiceRoute>,
    /// Where the child is thought to be.
    pub whereabouts: Option<Whereabouts>,
    /// The officer it goes to; `None` leaves it to nobody for now.
    pub officer: Option<StaffId>,
}

/// A child on file of whom another case is opened.
#[derive(Clone, Debug)]
pub struct KnownChild {
    /// Its id.
    pub id: ChildId,
    /// The key of its name.
    pub name_key: String,
    /// Its date of birth, if known.
    pub born: Option<NaiveDate>,
}

/// Opens a case from a referral that awaits triage, with every fault at once. `known` is the child already on file;
/// `earlier` is the reference of a case of theirs that was closed; `fresh` holds the ids and the case reference to use
/// for what is new. Fails when the referral was decided before.
pub fn open(
    referral: &Referral,
    decided: &Open,
    known: Option<&KnownChild>,
    earlier: Option<String>,
    fresh: (ChildId, String),
    now: DateTime<Utc>,
) -> Result<CaseEvent, Error> {
    referral.must_await_triage()?;
    let (new_child_id, reference) = fresh;
    let urgent = referral.received.told.risk == Risk::Immediate && decided.officer.is_none();
    let life = Life::of(london_day(now), referral.received.told.child.date_of_birth);
    let (statutory_status, status_ground, (), status_from, service_route, whereabouts, (), rationale) = all((
        chosen("statutoryStatus", decided.statutory_status, "Select whether the child is missing education"),
        chosen("statusGround", decided.status_ground, "Select the reason for the child’s status"),
        suits(decided.statutory_status, decided.status_ground),
        optional_past_day("statusFrom", &decided.status_from, "The first day", life),
        chosen("serviceRoute", decided.service_route, "Select the team that works the case"),
        chosen("whereabouts", decided.whereabouts, "Select what is known of the child’s whereabouts"),
        check(!urgent, "officer", "Select an officer: a child in immediate danger cannot wait for one"),
        prose("rationale", &decided.rationale, "The rationale", PROSE, "Enter the reason for your decision"),
    ))?;
    let told = &referral.received.told;
    let name_key = known.map_or_else(|| told.child.name_key(), |child| child.name_key.clone());
    Ok(CaseEvent::CaseOpened(Box::new(Opened {
        reference,
        referral: referral.id,
        child: known.map_or(new_child_id, |child| child.id),
        new_child: known.is_none().then(|| told.child.clone()),
        born: known.and_then(|child| child.born),
        name_key,
        school: referral.received.school,
        officer: decided.officer,
        state: state_of(statutory_status),
        statutory_status,
        service_route,
        whereabouts,
        risk: told.risk,
        last_seen_on: told.last_seen_on,
        last_seen_by: told.last_seen_by.clone(),
        last_attended_on: told.last_attended_on,
        unsafe_home: told.home_is_unsafe(),
        escalation: referral.flag.clone(),
        status_from,
        status_ground: Some(status_ground),
        rationale: Some(rationale),
        earlier,
    })))
}

impl Case {
    /// Adds a referral that awaits triage to this case. Fails when the case is closed or the referral was decided
    /// before.
    pub fn join(&self, referral: &Referral) -> Result<CaseEvent, Error> {
        referral.must_await_triage()?;
        self.must_be_open()?;
        if referral.received.told.risk == Risk::Immediate && self.officer.is_none() {
            return Err(CaseConflict::NobodyInDanger(self.opened.reference.clone()).into());
        }
        Ok(CaseEvent::ReferralJoined {
            referral: referral.id,
            risk: referral.received.told.risk,
            escalation: referral.flag.clone(),
            last_seen_on: referral.received.told.last_seen_on,
            last_seen_by: referral.received.told.last_seen_by.clone(),
            last_attended_on: referral.received.told.last_attended_on,
            unsafe_home: referral.received.told.home_is_unsafe(),
        })
    }
}

impl Case {
    /// Takes a referral out of the case that is of another child. What it was opened from stays: everything else in the case
    /// rests on it. So does one whose `school` has a matter of its roll here, until that is withdrawn: it is of the child
    /// whom the school means.
    pub fn detach(&self, referral: ReferralId, school: Option<SchoolId>, why: &str) -> Result<CaseEvent, Error> {
        self.must_be_open()?;
        let theirs = |matter: &Matter| Some(matter.proposal.school) == school && matter.withdrawn.is_none();
        if self.removals.iter().any(theirs) {
            return Err(CaseConflict::RollOfReferral.into());
        }
        if referral == self.opened.referral {
            return Err(CaseConflict::OpenedFrom.into());
        }
        let (reason,) = all((reason(why, PROSE, "Enter why it is not of this child"),))?;
        Ok(CaseEvent::ReferralDetached { referral, reason })
    }
}

/// The fact that a referral told of a child on file what was not known; `None` when it told nothing new.
pub fn filled_in(referral: &Referral, known: &ChildFacts) -> Option<CaseEvent> {
    let changes = known.filled_by(&referral.received.told.child);
    (!changes.is_empty()).then_some(CaseEvent::ChildFilledIn { referral: referral.id, changes })
}
