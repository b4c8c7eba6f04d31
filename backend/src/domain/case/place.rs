//! Where the child is to be educated: a place is offered, its first day attended is confirmed, and it may end. A child to
//! whom a place is offered is missing education until that day.
//!
//! What must not live here: closing the case (`close`), and which schools there are (`store::school`).

use chrono::{DateTime, NaiveDate, Utc};
use entity::vocabulary::{PlacementKind, StatusGround};
use entity::{PlacementId, SchoolId};

use super::super::typed::{all, check, chosen, line, past_day, reason, start_day};
use super::standing::status_of;
use super::work::{LINE, PROSE};
use super::{Case, CaseEvent, Placement, StatusDecision};
use crate::error::{CaseConflict, Error};

/// A placement as typed.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields of `Placement`, as typed")]
pub struct Place {
    pub kind: Option<PlacementKind>,
    pub provider: String,
    pub school: Option<SchoolId>,
    pub starts_on: String,
}

/// The first day attended, as typed.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields of `CaseEvent::AttendanceConfirmed`, as typed")]
pub struct ConfirmAttendance {
    pub placement: PlacementId,
    pub attended_on: String,
    pub source: String,
}

/// The end of a placement, as typed.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields of `CaseEvent::PlacementEnded`, as typed")]
pub struct EndPlacement {
    pub placement: PlacementId,
    pub ended_on: String,
    pub reason: String,
}

/// Why a child who attends a place of this kind is not missing education.
pub(super) fn ground_of(kind: PlacementKind) -> StatusGround {
    match kind {
        PlacementKind::StateSchool | PlacementKind::IndependentSchool => StatusGround::AttendsSchool,
        PlacementKind::AlternativeProvision => StatusGround::ProvisionSuitable,
        PlacementKind::HomeEducation => StatusGround::HomeEducation,
    }
}

impl Case {
    /// Records a placement, which also moves the case to the state `Placement`. Refuses one that is recorded already.
    pub fn record_placement(&self, id: PlacementId, typed: &Place, now: DateTime<Utc>) -> Result<CaseEvent, Error> {
        self.must_be_open()?;
        let (kind, provider, starts_on) = all((
            chosen("kind", typed.kind, "Select the kind of education"),
            line("provider", &typed.provider, "School or provider", LINE, "Enter the school or provider"),
            start_day("startsOn", &typed.starts_on, "Start date", "Enter the date the child starts", self.life(now)),
        ))?;
        let school = typed.school;
        let is_this = |place: &&Placement| {
            place.ended_on.is_none() && place.kind == kind && place.provider == provider && place.school == school
        };
        if self.placements.iter().any(|place| is_this(&place)) {
            let message = "This placement is recorded already: end it first if the child starts there anew";
            return Err(Error::invalid("provider", message));
        }
        Ok(CaseEvent::PlacementRecorded(Placement {
            id,
            kind,
            provider,
            school,
            starts_on,
            recorded_at: now,
            attended_on: None,
            ended_on: None,
            returned_on: None,
        }))
    }

    /// Confirms the first day that the child attended a placement, from which the child is not missing education.
    pub fn confirm_attendance(&self, typed: &ConfirmAttendance, now: DateTime<Utc>) -> Result<Vec<CaseEvent>, Error> {
        self.must_be_open()?;
        let place = self.running(typed.placement)?;
        if place.attended_on.is_some() {
            return Err(CaseConflict::AttendanceKnown.into());
        }
        let (on, source) = all((
            past_day(
                "attendedOn",
                &typed.attended_on,
                "The first day attended",
                "Enter the first day the child attended",
                self.life(now),
            ),
            line("source", &typed.source, "Who confirmed it", LINE, "Enter who confirmed it at the school or provider"),
        ))?;
        let confirmed = CaseEvent::AttendanceConfirmed { placement: place.id, on, source: source.clone() };
        let reason = format!("First day attended: {}", place.provider);
        Ok(self.with_status(confirmed, ground_of(place.kind), on, source, reason))
    }

    /// Ends a placement that the child has no more, or never took up. Without another one the case is open again, and
    /// the child missing education from that day.
    pub fn end_placement(&self, typed: &EndPlacement, now: DateTime<Utc>) -> Result<Vec<CaseEvent>, Error> {
        self.must_be_open()?;
        let place = self.running(typed.placement)?;
        let ended_on = past_day(
            "endedOn",
            &typed.ended_on,
            "The day it ended",
            "Enter the first day on which the child had it no more",
            self.life(now),
        );
        let before_start = matches!((&ended_on, place.attended_on), (Ok(end), Some(first)) if *end < first);
        let (on, (), reason) = all((
            ended_on,
            check(!before_start, "endedOn", "The day it ended must not be before the first day attended"),
            reason(&typed.reason, PROSE, "Enter why it ended"),
        ))?;
        let ended = CaseEvent::PlacementEnded { placement: place.id, on, reason };
        let by_place = self.status_ground == Some(ground_of(place.kind));
        if place.attended_on.is_none() || self.others_attended(place) || !by_place {
            // An offer that came to nothing changes nothing: the child was missing education all the time. Nor does the end
            // of a place that is not why the child is not.
            return Ok(vec![ended]);
        }
        let source = place.provider.clone();
        Ok(self.with_status(ended, StatusGround::PlacementBroken, on, source, "The placement ended".to_owned()))
    }

    fn running(&self, id: PlacementId) -> Result<&Placement, Error> {
        let place = self.placements.iter().find(|place| place.id == id).ok_or(Error::NotFound)?;
        if place.ended_on.is_some() { Err(CaseConflict::PlacementOver.into()) } else { Ok(place) }
    }

    fn others_attended(&self, place: &Placement) -> bool {
        let attends = |other: &Placement| other.attended_on.is_some() && other.ended_on.is_none();
        self.placements.iter().any(|other| other.id != place.id && attends(other))
    }

    /// The fact, and with it the status that follows from it, unless that held already for the same ground: what a status
    /// rests on decides what the next fact means for it.
    pub(super) fn with_status(
        &self,
        fact: CaseEvent,
        ground: StatusGround,
        from: NaiveDate,
        source: String,
        reason: String,
    ) -> Vec<CaseEvent> {
        let status = status_of(ground);
        let now = self.statuses.now();
        let (before, same) = (Some(now.value), self.status_ground == Some(ground) && now.value == status);
        let holds = same && now.from <= from;
        let decided =
            CaseEvent::StatusDecided(StatusDecision { before, status, ground, from, until: None, source, reason });
        if holds { vec![fact] } else { vec![fact, decided] }
    }
}
