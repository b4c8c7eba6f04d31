//! Held reports: reports by the public that came too fast to be taken in at once. The facts of one, and what may be
//! decided of it.
//!
//! What must not live here: how many reports are too many (`service`), and who may decide (`domain::policy`).

use chrono::{DateTime, Utc};
use entity::{HeldReportId, ReferralId};
use serde::{Deserialize, Serialize};

use super::answers::Answers;
use super::stream::{Stream, counts};
use super::typed::{all, prose};
use crate::error::{Error, ReferralConflict};

/// A fact of a held report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload", rename_all = "snake_case")]
pub enum HeldReportEvent {
    /// The report arrived and is held.
    ReportHeld {
        /// The reference the reporter was given; the referral it may become keeps it.
        reference: String,
        /// The idempotency key it was sent with.
        key: String,
        /// The answers as typed. They were checked when it was sent, and are read again when it is taken in.
        answers: Answers,
    },
    /// The report was taken in: it became a referral.
    ReportTakenIn {
        /// The referral it became.
        referral: ReferralId,
    },
    /// The report was put aside, and becomes no referral.
    ReportPutAside {
        /// Why it was put aside.
        reason: String,
    },
}

/// A held report: the fold of its facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldReport {
    /// The id of its stream.
    pub id: HeldReportId,
    /// The reference the reporter was given.
    pub reference: String,
    /// The idempotency key it was sent with.
    pub key: String,
    /// The answers as typed, which are read again when it is taken in.
    pub answers: Answers,
    /// When it arrived.
    pub received_at: DateTime<Utc>,
    /// When it was taken in or put aside; `None` while it is held.
    pub settled_at: Option<DateTime<Utc>>,
    /// The referral it became; `None` while it is held or when it was put aside.
    pub referral: Option<ReferralId>,
    /// The number of its facts, compared at every write, so that of two writers at once the second is refused.
    pub version: i32,
}

impl Stream for HeldReport {
    type Fact = HeldReportEvent;
    counts!(HeldReportId);

    fn begin(id: HeldReportId, first: &HeldReportEvent, at: DateTime<Utc>) -> Option<Self> {
        let HeldReportEvent::ReportHeld { reference, key, answers } = first else { return None };
        let (reference, key, answers) = (reference.clone(), key.clone(), answers.clone());
        Some(Self { id, reference, key, answers, received_at: at, settled_at: None, referral: None, version: 1 })
    }

    fn apply(&mut self, fact: &HeldReportEvent, at: DateTime<Utc>) {
        match fact {
            HeldReportEvent::ReportHeld { .. } => return,
            HeldReportEvent::ReportTakenIn { referral } => self.referral = Some(*referral),
            HeldReportEvent::ReportPutAside { .. } => {}
        }
        self.settled_at = Some(at);
    }
}

impl HeldReport {
    /// Decides to take it in as `referral`; refuses one that was taken in or put aside.
    pub fn take_in(&self, referral: ReferralId) -> Result<HeldReportEvent, Error> {
        self.must_be_held()?;
        Ok(HeldReportEvent::ReportTakenIn { referral })
    }

    /// Decides to put it aside, for a reason; refuses one that was taken in or put aside.
    pub fn put_aside(&self, reason: &str) -> Result<HeldReportEvent, Error> {
        self.must_be_held()?;
        let lacking = "Enter why this report is put aside";
        let (reason,) = all((prose("reason", reason, "Reason", 2_000, lacking),))?;
        Ok(HeldReportEvent::ReportPutAside { reason })
    }

    /// Fails when the report was taken in or put aside before.
    pub fn must_be_held(&self) -> Result<(), Error> {
        if self.settled_at.is_some() { Err(ReferralConflict::ReportSettled.into()) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Conflict;

    fn at() -> DateTime<Utc> {
        "2026-11-18T10:00:00Z".parse().unwrap()
    }

    fn held() -> HeldReport {
        let (reference, key) = ("R-TEST".to_owned(), "key".to_owned());
        let came = HeldReportEvent::ReportHeld { reference, key, answers: Answers::default() };
        HeldReport::begin(HeldReportId::from(uuid::Uuid::nil()), &came, at()).unwrap()
    }

    #[test]
    fn a_report_is_decided_once() {
        let id = ReferralId::from(uuid::Uuid::nil());
        for fact in [held().take_in(id).unwrap(), held().put_aside("The same as another").unwrap()] {
            let settled = held().after(&fact, at());
            assert_eq!(settled.version, 2);
            for refused in [settled.take_in(id), settled.put_aside("again")] {
                assert!(
                    matches!(refused, Err(Error::Conflict(Conflict::Referral(ReferralConflict::ReportSettled)))),
                    "{refused:?}"
                );
            }
        }
    }

    #[test]
    fn nothing_is_put_aside_without_a_reason() {
        assert!(matches!(held().put_aside(" \n"), Err(Error::Invalid(_))));
    }
}
