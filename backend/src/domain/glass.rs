//! Breaking the glass: reading a restricted case without being named to it, with a reason, for an hour, reviewed after.
//!
//! What must not live here: who may do it (`domain::policy`).

use chrono::{DateTime, Duration, Utc};
use entity::{BreakGlassId, CaseId, StaffId};
use serde::{Deserialize, Serialize};

use super::text::Prose;
use crate::error::{Conflict, Error};

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

impl Glass {
    /// What its first fact makes; none of any other.
    pub fn begin(id: BreakGlassId, event: &GlassEvent, at: DateTime<Utc>) -> Option<Self> {
        let GlassEvent::GlassBroken { case, staff, reason, ends_at } = event else { return None };
        let (reason, ends_at) = (reason.clone(), *ends_at);
        Some(Self { id, case: *case, staff: *staff, reason, began_at: at, ends_at, reviewed: None, version: 1 })
    }

    /// What one more fact makes of it.
    #[must_use]
    pub fn apply(mut self, event: &GlassEvent, at: DateTime<Utc>) -> Self {
        self.version += 1;
        match event {
            GlassEvent::GlassBroken { .. } => {}
            GlassEvent::GlassMended {} => self.ends_at = at,
            GlassEvent::GlassReviewed { by, finding } => self.reviewed = Some((at, *by, finding.clone())),
        }
        self
    }
}

/// Begins to read `case` for an hour, for a reason in words.
pub fn break_glass(case: CaseId, staff: StaffId, reason: &str, now: DateTime<Utc>) -> Result<GlassEvent, Error> {
    let reason = required("reason", reason, "The reason", "Enter why you must read this case now")?;
    Ok(GlassEvent::GlassBroken { case, staff, reason, ends_at: now + Duration::minutes(MINUTES) })
}

/// Ends it before the time is up.
pub fn mend(glass: &Glass, now: DateTime<Utc>) -> Result<GlassEvent, Error> {
    if glass.ends_at <= now { Err(Conflict::AlreadyEnded.into()) } else { Ok(GlassEvent::GlassMended {}) }
}

/// Records what a manager made of it; never of what they did themselves.
pub fn review(glass: &Glass, by: StaffId, finding: &str) -> Result<GlassEvent, Error> {
    if glass.staff == by {
        return Err(Error::Forbidden);
    }
    if glass.reviewed.is_some() {
        return Err(Conflict::AlreadyAnswered.into());
    }
    let finding = required("finding", finding, "The finding", "Enter what the review came to")?;
    Ok(GlassEvent::GlassReviewed { by, finding })
}

fn required(field: &str, typed: &str, called: &str, lacking: &str) -> Result<String, Error> {
    match Prose::parse(typed, called, PROSE) {
        Ok(Some(text)) => Ok(text.into()),
        Ok(None) => Err(Error::invalid(field, lacking)),
        Err(message) => Err(Error::invalid(field, message)),
    }
}
