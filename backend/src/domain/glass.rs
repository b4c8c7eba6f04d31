//! Breaking the glass: reading a restricted case without being named to it, with a reason, for an hour, reviewed after.
//!
//! What must not live here: who may do it (`domain::policy`).

use chrono::{DateTime, Duration, Utc};
use entity::{BreakGlassId, CaseId, StaffId};
use serde::{Deserialize, Serialize};

use super::stream::{Stream, counts};
use super::typed::{all, prose, reason};
use crate::error::{CaseConflict, Conflict, Error};

/// How long it lasts.
pub const MINUTES: i64 = 60;
const PROSE: usize = 1_000;

/// A fact of one time the glass was broken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload", rename_all = "snake_case")]
pub enum GlassEvent {
    /// Somebody began to read a restricted case.
    GlassBroken {
        /// Which case.
        case: CaseId,
        /// Who.
        staff: StaffId,
        /// Why.
        reason: String,
        /// Until when at the latest.
        ends_at: DateTime<Utc>,
    },
    /// They ended it before the time was up.
    GlassMended {},
    /// A manager looked at it.
    GlassReviewed {
        /// Who.
        by: StaffId,
        /// What it came to.
        finding: String,
    },
}

/// One time the glass was broken: the fold of its facts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of the facts it is made of")]
pub struct Glass {
    pub id: BreakGlassId,
    pub case: CaseId,
    pub staff: StaffId,
    pub reason: String,
    pub began_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub reviewed: Option<(DateTime<Utc>, StaffId, String)>,
    /// How many facts it has.
    pub version: i32,
}

impl Stream for Glass {
    type Fact = GlassEvent;
    counts!(BreakGlassId);

    fn begin(id: BreakGlassId, first: &GlassEvent, at: DateTime<Utc>) -> Option<Self> {
        let GlassEvent::GlassBroken { case, staff, reason, ends_at } = first else { return None };
        let (reason, ends_at) = (reason.clone(), *ends_at);
        Some(Self { id, case: *case, staff: *staff, reason, began_at: at, ends_at, reviewed: None, version: 1 })
    }

    fn apply(&mut self, fact: &GlassEvent, at: DateTime<Utc>) {
        match fact {
            GlassEvent::GlassBroken { .. } => {}
            GlassEvent::GlassMended {} => self.ends_at = at,
            GlassEvent::GlassReviewed { by, finding } => self.reviewed = Some((at, *by, finding.clone())),
        }
    }
}

/// Begins to read `case` for an hour, for a reason in words.
pub fn break_glass(case: CaseId, staff: StaffId, typed: &str, now: DateTime<Utc>) -> Result<GlassEvent, Error> {
    let (reason,) = all((reason(typed, PROSE, "Enter why you must read this case now"),))?;
    Ok(GlassEvent::GlassBroken { case, staff, reason, ends_at: now + Duration::minutes(MINUTES) })
}

impl Glass {
    /// Ends it before the time is up; only whoever began it.
    pub fn mend(&self, by: StaffId, now: DateTime<Utc>) -> Result<GlassEvent, Error> {
        if self.staff != by {
            return Err(Error::Forbidden);
        }
        if self.ends_at <= now { Err(CaseConflict::BrokenGlassEnded.into()) } else { Ok(GlassEvent::GlassMended {}) }
    }

    /// Records what a manager made of it; never of what they did themselves.
    pub fn review(&self, by: StaffId, finding: &str) -> Result<GlassEvent, Error> {
        if self.staff == by {
            return Err(Error::Forbidden);
        }
        if self.reviewed.is_some() {
            return Err(Conflict::AlreadyAnswered.into());
        }
        let (finding,) = all((prose("finding", finding, "The finding", PROSE, "Enter what the review came to"),))?;
        Ok(GlassEvent::GlassReviewed { by, finding })
    }
}
