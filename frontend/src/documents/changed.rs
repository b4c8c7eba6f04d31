//! What pages read of the answer to a change: a fragment for each type that a mutation of `schema.graphql` returns,
//! under the name of that type.

#![expect(dead_code, reason = "a document must ask for something, even where no page reads the answer")]

use chrono::{DateTime, Utc};
use cynic::Id;

use crate::schema;
use crate::vocabulary::{CaseState, EscalationStage, MashRating, Outcome};

#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct Agency {
    pub(crate) id: Id,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct BrokenGlass {
    pub(crate) id: Id,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct Case {
    pub(crate) reference: String,
    pub(crate) state: CaseState,
    pub(crate) proposed_outcome: Option<Outcome>,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct ContactProposal {
    pub(crate) id: Id,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) id: Id,
}

/// A flag, with what tells what became of an act.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct Escalation {
    pub(crate) id: Id,
    pub(crate) stage: EscalationStage,
    pub(crate) lowering: Option<Lowering>,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct Lowering {
    pub(crate) rating: MashRating,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct AcknowledgedByLink {
    pub(crate) acknowledged: bool,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct HeldReport {
    pub(crate) reference: String,
}

/// A token, which is told this once.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct IssuedToken {
    pub(crate) token: String,
}

/// How many mails are sent again.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct MailSentAgain {
    pub(crate) count: i32,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct NewPupil {
    pub(crate) id: Id,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct OwnSchoolContact {
    pub(crate) id: Id,
}

/// What the sender of a report is told; until when, where too many came to take this one at once; and whether the MASH
/// was alerted.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct Receipt {
    pub(crate) reference: String,
    pub(crate) held_until: Option<DateTime<Utc>>,
    pub(crate) mash_alerted: bool,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct Referral {
    pub(crate) reference: String,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct SchoolContact {
    pub(crate) id: Id,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct StaffAccount {
    pub(crate) id: Id,
}

/// An account and the code that its invitation asks for, which is told this once.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct StaffInvitation {
    pub(crate) code: String,
    pub(crate) account: StaffAccount,
}
