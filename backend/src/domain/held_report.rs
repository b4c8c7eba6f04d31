//! Reports that came too often to be taken at once: the facts of one, and what may be decided of it.

use entity::ReferralId;
use serde::{Deserialize, Serialize};

use super::answers::Answers;
use super::text::Prose;
use crate::error::{Conflict, Error};

/// A fact of a held report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload", rename_all = "snake_case")]
pub enum HeldReportEvent {
    /// It came, and is held.
    ReportHeld {
        /// What it is called, then and as a referral.
        reference: String,
        /// Under which key it came.
        key: String,
        /// What was typed.
        answers: Answers,
    },
    /// It became a referral.
    ReportTakenIn {
        /// The referral.
        referral: ReferralId,
    },
    /// It was put aside.
    ReportPutAside {
        /// Why.
        reason: String,
    },
}

/// A held report: the fold of its facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldReport {
    /// What it is called.
    pub reference: String,
    /// Under which key it came.
    pub key: String,
    /// What was typed.
    pub answers: Answers,
    /// Whether it was decided what becomes of it.
    pub settled: bool,
    /// The referral that it became.
    pub referral: Option<ReferralId>,
    /// How many facts it has.
    pub version: i32,
}

impl HeldReport {
    /// What the facts of a stream make; nothing if there are none.
    pub fn of(facts: impl IntoIterator<Item = HeldReportEvent>) -> Option<Self> {
        facts.into_iter().fold(None, |held: Option<Self>, fact| match (held, fact) {
            (None, HeldReportEvent::ReportHeld { reference, key, answers }) => {
                Some(Self { reference, key, answers, settled: false, referral: None, version: 1 })
            }
            (held, fact) => held.map(|held| held.apply(&fact)),
        })
    }

    /// The same after one more fact.
    #[must_use]
    pub fn apply(mut self, fact: &HeldReportEvent) -> Self {
        self.version += 1;
        match fact {
            HeldReportEvent::ReportHeld { .. } => {}
            HeldReportEvent::ReportTakenIn { referral } => {
                self.settled = true;
                self.referral = Some(*referral);
            }
            HeldReportEvent::ReportPutAside { .. } => self.settled = true,
        }
        self
    }

    /// Makes it a referral.
    pub fn take_in(&self, referral: ReferralId) -> Result<HeldReportEvent, Error> {
        self.must_be_held()?;
        Ok(HeldReportEvent::ReportTakenIn { referral })
    }

    /// Puts it aside for a reason.
    pub fn put_aside(&self, reason: &str) -> Result<HeldReportEvent, Error> {
        self.must_be_held()?;
        let reason = Prose::parse(reason, "Reason", 2_000).map_err(|fault| Error::invalid("reason", fault))?;
        let reason = reason.ok_or_else(|| Error::invalid("reason", "Enter why this report is put aside"))?;
        Ok(HeldReportEvent::ReportPutAside { reason: reason.into() })
    }

    fn must_be_held(&self) -> Result<(), Error> {
        if self.settled { Err(Conflict::ReportSettled.into()) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held() -> HeldReport {
        let (reference, key) = ("R-TEST".to_owned(), "key".to_owned());
        HeldReport::of([HeldReportEvent::ReportHeld { reference, key, answers: Answers::default() }]).unwrap()
    }

    #[test]
    fn a_report_is_decided_once() {
        let id = ReferralId::from(uuid::Uuid::nil());
        for fact in [held().take_in(id).unwrap(), held().put_aside("The same as another").unwrap()] {
            let settled = held().apply(&fact);
            assert_eq!(settled.version, 2);
            for refused in [settled.take_in(id), settled.put_aside("again")] {
                assert!(matches!(refused, Err(Error::Conflict(Conflict::ReportSettled))), "{refused:?}");
            }
        }
    }

    #[test]
    fn nothing_is_put_aside_without_a_reason() {
        assert!(matches!(held().put_aside(" \n"), Err(Error::Invalid(_))));
    }
}
