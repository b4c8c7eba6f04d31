//! Breaking the glass: a member of staff reads a restricted case without being named to it, with a reason, for an hour,
//! and a manager reviews it afterwards.
//!
//! What must not live here: who may do it (`domain::policy`).

use chrono::{DateTime, Duration, Utc};
use entity::{BreakGlassId, CaseId, StaffId};
use serde::{Deserialize, Serialize};

use super::stream::{Stream, counts};
use super::typed::{all, prose, reason};
use crate::error::{CaseConflict, Conflict, Error};

/// The minutes for which the case may be read.
pub const MINUTES: i64 = 60;
const PROSE: usize = 1_000;

/// A fact of one breaking of the glass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload", rename_all = "snake_case")]
pub enum BreakGlassEvent {
    /// A member of staff began to read a restricted case.
    GlassBroken {
        /// The restricted case.
        case: CaseId,
        /// The reader.
        staff: StaffId,
        /// Why they must read it now, in their own words.
        reason: String,
        /// When their access ends, unless they end it earlier.
        ends_at: DateTime<Utc>,
    },
    /// They ended their access before the hour was over.
    GlassMended {},
    /// A manager reviewed it.
    GlassReviewed {
        /// The manager, never the reader.
        by: StaffId,
        /// What the review came to.
        finding: String,
    },
}

/// One breaking of the glass: the fold of its facts. `ends_at` is when access ends or was ended, and `reviewed` says
/// when, by whom and with which finding; `None` until then.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of the facts it is made of")]
pub struct BreakGlass {
    pub id: BreakGlassId,
    pub case: CaseId,
    pub staff: StaffId,
    pub reason: String,
    pub began_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub reviewed: Option<(DateTime<Utc>, StaffId, String)>,
    /// The number of its facts, compared at every write, so that of two writers at once the second is refused.
    pub version: i32,
}

impl Stream for BreakGlass {
    type Fact = BreakGlassEvent;
    counts!(BreakGlassId);

    fn begin(id: BreakGlassId, first: &BreakGlassEvent, at: DateTime<Utc>) -> Option<Self> {
        let BreakGlassEvent::GlassBroken { case, staff, reason, ends_at } = first else { return None };
        let (reason, ends_at) = (reason.clone(), *ends_at);
        Some(Self { id, case: *case, staff: *staff, reason, began_at: at, ends_at, reviewed: None, version: 1 })
    }

    fn apply(&mut self, fact: &BreakGlassEvent, at: DateTime<Utc>) {
        match fact {
            BreakGlassEvent::GlassBroken { .. } => {}
            BreakGlassEvent::GlassMended {} => self.ends_at = at,
            BreakGlassEvent::GlassReviewed { by, finding } => self.reviewed = Some((at, *by, finding.clone())),
        }
    }
}

/// Decides to give `staff` access to `case` for an hour, for a reason in words.
pub fn break_glass(case: CaseId, staff: StaffId, typed: &str, now: DateTime<Utc>) -> Result<BreakGlassEvent, Error> {
    let (reason,) = all((reason(typed, PROSE, "Enter why you must read this case now"),))?;
    Ok(BreakGlassEvent::GlassBroken { case, staff, reason, ends_at: now + Duration::minutes(MINUTES) })
}

impl BreakGlass {
    /// Decides to end the access before the hour is over; only the reader may, and only while it lasts.
    pub fn mend(&self, by: StaffId, now: DateTime<Utc>) -> Result<BreakGlassEvent, Error> {
        if self.staff != by {
            return Err(Error::Forbidden);
        }
        if self.ends_at <= now {
            Err(CaseConflict::BrokenGlassEnded.into())
        } else {
            Ok(BreakGlassEvent::GlassMended {})
        }
    }

    /// Decides that a manager has reviewed it, with a finding. Nobody reviews their own, and each is reviewed once.
    pub fn review(&self, by: StaffId, finding: &str) -> Result<BreakGlassEvent, Error> {
        if self.staff == by {
            return Err(Error::Forbidden);
        }
        if self.reviewed.is_some() {
            return Err(Conflict::AlreadyAnswered.into());
        }
        let (finding,) = all((prose("finding", finding, "The finding", PROSE, "Enter what the review came to"),))?;
        Ok(BreakGlassEvent::GlassReviewed { by, finding })
    }
}
