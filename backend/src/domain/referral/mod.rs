//! A referral: what it says, the facts of its life, and what may be decided of it.
//!
//! What must not live here: how the answers of a form are read (`read`).

mod read;

pub use read::{read_report, read_school_referral, safe_address};

use chrono::{DateTime, NaiveDate, Utc};
use entity::vocabulary::{RedirectTo, ReferralGround, ReferralOrigin, ReferralState, Risk, RiskReason};
use entity::{DraftId, ReferralId, ReportGroupId, SchoolContactId, SchoolId};
use serde::{Deserialize, Serialize};

use super::answers::Answers;
use super::child::ChildFacts;
use super::screening;
use super::stream::{Stream, counts};
use super::typed::{self, all, chosen, optional_line};
use crate::error::{Error, ReferralConflict};

const NAME: usize = 100;
const PROSE: usize = 2_000;

/// What a referral says, read and checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Why a school refers; none for others.
    pub ground: Option<ReferralGround>,
    /// The child.
    pub child: ChildFacts,
    /// How urgent it is.
    pub risk: Risk,
    /// Why.
    pub reasons: Vec<RiskReason>,
    /// Last day at school, if known.
    pub last_attended_on: Option<NaiveDate>,
    /// Last seen by anybody, if known.
    pub last_seen_on: Option<NaiveDate>,
}

/// What may happen to a referral.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload", rename_all = "snake_case")]
pub enum ReferralEvent {
    /// It arrived.
    ReferralReceived(Box<Received>),
    /// It was sent elsewhere.
    ReferralRedirected {
        /// Where to.
        to: RedirectTo,
        /// Why, in words that a school may read.
        reason: String,
        /// The MASH's reference, when the referral told of harm.
        mash_reference: Option<String>,
    },
}

/// A referral as it arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// What people call it.
    pub reference: String,
    /// How it came.
    pub origin: ReferralOrigin,
    /// The school that sent it.
    pub school: Option<SchoolId>,
    /// The contact who sent it.
    pub contact: Option<SchoolContactId>,
    /// The draft it was.
    pub draft: Option<DraftId>,
    /// The same key never makes a second referral.
    pub idempotency_key: String,
    /// The reports of harm it is gathered with, because they came too fast for an alert of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gathered_with: Option<ReportGroupId>,
    /// What it says, read.
    pub told: Told,
    /// What it says, as typed.
    pub answers: Answers,
}

/// A referral: the fold of its facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referral {
    /// Its id.
    pub id: ReferralId,
    /// As it arrived.
    pub received: Received,
    /// When.
    pub received_at: DateTime<Utc>,
    /// Where it stands.
    pub state: ReferralState,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// Where it was sent, and why.
    pub redirected: Option<(RedirectTo, String)>,
    /// How many facts it has of its own. That a case took it up is a fact of the case.
    pub version: i32,
}

impl Stream for Referral {
    type Fact = ReferralEvent;
    counts!(ReferralId);

    fn begin(id: ReferralId, first: &ReferralEvent, at: DateTime<Utc>) -> Option<Self> {
        let ReferralEvent::ReferralReceived(received) = first else { return None };
        Some(Self {
            id,
            received: Received::clone(received),
            received_at: at,
            state: ReferralState::Received,
            decided_at: None,
            redirected: None,
            version: 1,
        })
    }

    fn apply(&mut self, fact: &ReferralEvent, at: DateTime<Utc>) {
        if let ReferralEvent::ReferralRedirected { to, reason, .. } = fact {
            self.state = ReferralState::Redirected;
            self.redirected = Some((*to, reason.clone()));
            self.decided_at = Some(at);
        }
    }
}

impl Referral {
    /// Refuses when it was decided before.
    pub fn must_await_triage(&self) -> Result<(), Error> {
        if self.state == ReferralState::Received { Ok(()) } else { Err(ReferralConflict::Decided.into()) }
    }

    /// Decides to send it elsewhere. One that tells of harm goes only once the MASH has it.
    pub fn redirect(&self, to: Option<RedirectTo>, reason: &str, mash_reference: &str) -> Result<ReferralEvent, Error> {
        self.must_await_triage()?;
        let (to, reason, mash_reference) = all((
            chosen("to", to, "Select where this referral should go"),
            typed::reason(reason, PROSE, "Enter the reason, in words the sender will read"),
            optional_line("mashReference", mash_reference, "MASH reference", NAME),
        ))?;
        if screening::must_reach_mash(self.received.told.risk) && mash_reference.is_none() {
            return Err(ReferralConflict::HarmUnanswered.into());
        }
        Ok(ReferralEvent::ReferralRedirected { to, reason, mash_reference })
    }
}
