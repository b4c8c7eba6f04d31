//! The matter of removing a name: what is stored of it as a case's facts, and folded into one thing.
//!
//! What must not live here: what stands in the way (`lacks`), and reading what was typed (`case::roll`).

use chrono::NaiveDate;
use entity::vocabulary::{
    ClockKind, EnquiryKind, JointEnquiryOutcome, RemovalCondition, RemovalDecision, RemovalGround, RollRegime,
    SchoolEnquiryKind,
};
use entity::{RemovalId, SchoolContactId, SchoolId, StaffId};
use serde::{Deserialize, Serialize};

use super::super::clock::Clock;
use super::super::london::begin_of;
use super::grounds::of;

/// A proposal of a school to remove a name from its roll.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Given when it is made; everything that follows names it.
    pub id: RemovalId,
    /// The school.
    pub school: SchoolId,
    /// The school contact who made it; `None` when an officer relayed it.
    pub contact: Option<SchoolContactId>,
    /// The law that the ground belongs to.
    pub regime: RollRegime,
    /// The ground.
    pub ground: RemovalGround,
    /// The conditions of the ground that are confirmed.
    pub conditions: Vec<RemovalCondition>,
    /// The day that goes with the ground, if it was told: the last of the leave, the first of the absence, or that of the
    /// parent's notice.
    pub since: Option<NaiveDate>,
    /// The attendance codes of the absence, each once.
    pub codes: Vec<String>,
    /// The day on which the name was entered, if it was told.
    pub entered_on: Option<NaiveDate>,
    /// What the school tried in order to find the child.
    pub tried: Vec<SchoolEnquiryKind>,
    /// What else the school says.
    pub note: String,
    /// The day on which it was made.
    pub proposed_on: NaiveDate,
}

/// The joint enquiry of school and authority, as the authority recorded it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JointEnquiry {
    /// What the authority tried.
    pub authority: Vec<EnquiryKind>,
    /// What the school tried.
    pub school: Vec<SchoolEnquiryKind>,
    /// What it came to.
    pub outcome: JointEnquiryOutcome,
    /// Whether the school finds no reasonable grounds to believe that the child found will attend again.
    pub school_agrees: bool,
    /// Whether the authority finds none.
    pub authority_agrees: bool,
    /// What was found, in words.
    pub note: String,
    /// The day on which it was recorded.
    pub on: NaiveDate,
}

/// The authority's view of a proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The view.
    pub decision: RemovalDecision,
    /// The first day on which the name may be removed; `None` where it may not.
    pub from: Option<NaiveDate>,
    /// Why, in words that the school reads.
    pub reason: String,
    /// Who decided.
    pub by: Option<StaffId>,
    /// The day of the decision.
    pub on: NaiveDate,
}

/// Something that a return must give: what is known, or why it was not reasonably practicable to obtain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Obtained {
    /// What is known.
    Known(String),
    /// Why it was not reasonably practicable to obtain it.
    NotObtained(String),
}

/// A parent with whom the pupil normally lives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParentTold {
    /// The full name.
    pub name: Obtained,
    /// The address.
    pub address: Obtained,
    /// A telephone number for emergencies.
    pub emergency: Obtained,
}

/// The deletion return: regulation 13(4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletionReturn {
    /// The day on which the name was removed.
    pub removed_on: NaiveDate,
    /// The pupil's full name.
    pub full_name: Obtained,
    /// The pupil's address.
    pub address: Obtained,
    /// The parents with whom the pupil normally lives.
    pub parents: Vec<ParentTold>,
    /// Why it was not reasonably practicable to name any parent; `None` where one is named.
    pub no_parents: Option<String>,
    /// The new address, if the school was notified of one.
    pub new_address: Option<String>,
    /// From when the pupil lives there, if the school was notified.
    pub new_address_from: Option<NaiveDate>,
    /// The parent with whom the pupil will live there, if the school was notified.
    pub lives_with: Option<String>,
    /// The other school, if the school was notified of one.
    pub new_school: Option<String>,
    /// The first day at that school, if the school was notified.
    pub new_school_from: Option<NaiveDate>,
    /// The school contact who sent the return; `None` when an officer relayed it.
    pub contact: Option<SchoolContactId>,
    /// The day on which the return came.
    pub returned_on: NaiveDate,
}

impl DeletionReturn {
    /// The address at which the child is by now, as the return tells it: the new one, if the school was notified of one.
    pub fn address_told(&self) -> Option<&str> {
        let Obtained::Known(address) = &self.address else { return self.new_address.as_deref() };
        Some(self.new_address.as_deref().unwrap_or(address))
    }

    /// The whole name, as the return tells it.
    pub fn name_told(&self) -> Option<&str> {
        match &self.full_name {
            Obtained::Known(name) => Some(name),
            Obtained::NotObtained(_) => None,
        }
    }
}

/// A proposal and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matter {
    /// The proposal.
    pub proposal: Proposal,
    /// Why it was withdrawn; `None` unless it was.
    pub withdrawn: Option<String>,
    /// The joint enquiry as it was recorded last.
    pub enquiry: Option<JointEnquiry>,
    /// The authority's latest view.
    pub decision: Option<Decision>,
    /// The deletion return, once the name is removed.
    pub removed: Option<DeletionReturn>,
    /// What the removal meant for the child's status, in words.
    pub effect: Option<String>,
}

impl Matter {
    /// A proposal of which nothing has become yet.
    pub fn of(proposal: Proposal) -> Self {
        Self { proposal, withdrawn: None, enquiry: None, decision: None, removed: None, effect: None }
    }

    /// Whether it is neither withdrawn nor done.
    pub fn is_open(&self) -> bool {
        self.withdrawn.is_none() && self.removed.is_none()
    }

    /// Whether the school waits for the authority's view, without which it may not remove the name.
    pub fn awaits_view(&self) -> bool {
        self.is_open() && self.decision.is_none() && of(self.proposal.ground).joint_enquiry
    }

    /// What is owed about it: the authority's answer, or the removal that it allowed, from the first day on which that
    /// may be done. `None` once it is withdrawn or done, and after a refusal, where the next step is the school's.
    pub fn clock(&self) -> Option<Clock> {
        let id = self.proposal.id.0;
        match &self.decision {
            _ if !self.is_open() => None,
            None => Some(Clock::running(ClockKind::RollAnswer, id, begin_of(self.proposal.proposed_on))),
            Some(decision) => Some(Clock::running(ClockKind::RemovalAllowed, id, begin_of(decision.from?))),
        }
    }
}
