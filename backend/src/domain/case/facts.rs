//! The facts of a case, in the form in which events store them for good.
//!
//! What must not live here: what a fact does to the case (its fold), and what may happen next (the rules, by verb).

use chrono::{DateTime, NaiveDate, Utc};
use entity::vocabulary::{
    CaseState, EnquiryFinding, EnquiryKind, EscalationLevel, EvidenceKind, MashDecision, Outcome, PlacementKind,
    Restriction, Risk, ServiceRoute, StatutoryStatus, Whereabouts,
};
use entity::{AgencyId, ChildId, EnquiryId, EscalationId, PlacementId, ReferralId, SchoolId, StaffId};
use serde::{Deserialize, Serialize};

use super::super::child::ChildFacts;

/// A fact of a case. It is stored as JSON by the names of its variants and fields, so none may be renamed or dropped,
/// and a new field needs a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload", rename_all = "snake_case")]
pub enum CaseEvent {
    /// A referral was opened as this case.
    CaseOpened(Box<Opened>),
    /// A further referral of the same child was added to the open case.
    ReferralJoined {
        /// The referral.
        referral: ReferralId,
        /// The risk that the referral was screened at.
        risk: Risk,
        /// The flag raised with the MASH at once; `None` unless the referral was screened as immediate or high risk.
        escalation: Option<Escalation>,
    },
    /// The case was given to an officer, or taken from one.
    CaseAssigned {
        /// The officer who has it from now on; `None` when it was taken from one and given to nobody.
        officer: Option<StaffId>,
    },
    /// A tracing enquiry was made.
    EnquiryRecorded(Enquiry),
    /// A tracing enquiry was answered.
    EnquiryAnswered {
        /// The open enquiry that this answers.
        enquiry: EnquiryId,
        /// The answer.
        answer: EnquiryAnswer,
    },
    /// A note was added.
    NoteAdded {
        /// The note.
        text: String,
    },
    /// The officer recorded new whereabouts of the child.
    WhereaboutsChanged {
        /// The whereabouts from now on.
        whereabouts: Whereabouts,
        /// The day the child was last seen; `None` leaves the day that was known before. Required when a professional
        /// saw the child.
        last_seen_on: Option<NaiveDate>,
        /// How the whereabouts are known, and from whom.
        reason: String,
    },
    /// A flag was raised with the MASH.
    EscalationRaised(Escalation),
    /// The MASH answered a flag.
    EscalationAnswered {
        /// The open flag that this answers.
        escalation: EscalationId,
        /// The answer.
        answer: MashAnswer,
    },
    /// A placement was recorded: the case moves to the state `Placement`.
    PlacementRecorded(Placement),
    /// The child is said to have moved, and the evidence is not the confirmation that the outcome needs: the case stays
    /// open and is tracked until it comes.
    TrackingBegan(Closure),
    /// All enquiries were reviewed and the child is still untraced; the case stays open.
    UntracedReviewed(Closure),
    /// The case was closed on evidence that proves the outcome.
    CaseClosed(Closure),
    /// The closed case was opened again.
    CaseReopened {
        /// Why it was opened again.
        reason: String,
    },
    /// The case was restricted: from now on only its readers may read it.
    CaseRestricted {
        /// The ground: adopted child, protected address or relative of staff.
        restriction: Restriction,
        /// Why this case falls under the ground.
        reason: String,
        /// The first readers: whoever restricted it and its officer, or the readers of another restricted case of the
        /// child.
        readers: Vec<StaffId>,
    },
    /// The restriction was lifted: the case has no list of readers any more, and may be read like any other.
    RestrictionLifted {
        /// Why the restriction is no longer needed.
        reason: String,
    },
    /// A member of staff was added to the readers of the restricted case.
    ReaderAdded {
        /// The new reader.
        staff: StaffId,
    },
    /// A member of staff was removed from the readers of the restricted case.
    ReaderRemoved {
        /// The former reader.
        staff: StaffId,
    },
}

/// What is recorded of a case when it is opened from a referral.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// The case reference that people quote.
    pub reference: String,
    /// The referral it came from.
    pub referral: ReferralId,
    /// The child, either one already on file or the one that `new_child` describes.
    pub child: ChildId,
    /// What the referral says of the child; `None` when the child was on file before.
    pub new_child: Option<ChildFacts>,
    /// The child's name in the canonical form by which names are searched and compared.
    pub name_key: String,
    /// The school that sent the referral; `None` when no school did.
    pub school: Option<SchoolId>,
    /// The officer it was given to; `None` while nobody has it.
    pub officer: Option<StaffId>,
    /// The first state: `Enquiry` while the child is still on a school's roll, otherwise `Open`.
    pub state: CaseState,
    /// Whether the child is missing education by the statutory test (Education Act 1996, section 436A).
    pub statutory_status: StatutoryStatus,
    /// The team that works the case.
    pub service_route: ServiceRoute,
    /// Where the child is thought to be.
    pub whereabouts: Whereabouts,
    /// The risk that the referral was screened at.
    pub risk: Risk,
    /// The day anybody last saw the child, if known.
    pub last_seen_on: Option<NaiveDate>,
    /// The last day the child attended school, if known.
    pub last_attended_on: Option<NaiveDate>,
    /// The flag raised with the MASH at once; `None` unless the referral was screened as immediate or high risk.
    pub escalation: Option<Escalation>,
}

/// A tracing enquiry: a question to somebody who may know where the child is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enquiry {
    /// Given when the enquiry is recorded; the answer names it.
    pub id: EnquiryId,
    /// The kind of check.
    pub kind: EnquiryKind,
    /// The person or organisation asked, in words.
    pub asked_of: String,
    /// The partner agency that may answer through the API; `None` when only staff record the answer.
    pub agency: Option<AgencyId>,
    /// When it was asked.
    pub asked_on: NaiveDate,
    /// The day the answer is due, never before `asked_on`. It counts towards the day the case is due.
    pub due_on: NaiveDate,
    /// The question; empty when nothing was written.
    pub note: String,
    /// The answer; `None` while the enquiry is open, which keeps the case from being closed.
    pub answer: Option<EnquiryAnswer>,
}

/// The answer to a tracing enquiry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnquiryAnswer {
    /// The day of the answer, from `asked_on` of the enquiry to today.
    pub answered_on: NaiveDate,
    /// What the enquiry came to.
    pub finding: EnquiryFinding,
    /// The answer in words.
    pub text: String,
}

/// A flag raised with the MASH (the multi-agency safeguarding hub), by an officer or by a referral that tells of harm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalation {
    /// Given when the flag is raised; the MASH's answer names it.
    pub id: EscalationId,
    /// How serious the concern is.
    pub level: EscalationLevel,
    /// The concern, in words.
    pub concern: String,
    /// Why this level was chosen; for a flag that a referral raised, that referral and its reasons.
    pub rationale: String,
    /// When it was raised.
    pub raised_at: DateTime<Utc>,
    /// The MASH's answer; `None` while it is awaited, which keeps the case from being closed.
    pub answer: Option<MashAnswer>,
}

/// The MASH's answer to a flag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MashAnswer {
    /// When it was recorded.
    pub answered_at: DateTime<Utc>,
    /// What the MASH decided.
    pub decision: MashDecision,
    /// The MASH's own reference.
    pub mash_reference: String,
    /// The answer in words.
    pub text: String,
}

/// A placement: where the child is to be educated, and from which day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placement {
    /// Given when the placement is recorded.
    pub id: PlacementId,
    /// The kind of education.
    pub kind: PlacementKind,
    /// The name of the school or provider, as typed.
    pub provider: String,
    /// The school's entry in the register of schools; `None` for a provider that is not in it.
    pub school: Option<SchoolId>,
    /// The first day, which may lie ahead.
    pub starts_on: NaiveDate,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
}

/// An outcome and the evidence for it. The same fields serve closing, tracking and the review of an untraced child.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closure {
    /// What became of the child.
    pub outcome: Outcome,
    /// The kind of evidence; each outcome accepts its own kinds.
    pub evidence: EvidenceKind,
    /// The day of the evidence, never in the future.
    pub evidence_on: NaiveDate,
    /// Who gave the evidence, in words.
    pub evidence_from: String,
    /// Where the child went: authority or country, school and start date. `None` unless the outcome is a move.
    pub destination: Option<String>,
    /// The reference of the other case, which stays open; `None` unless the outcome is a duplicate.
    pub duplicate_of: Option<String>,
    /// The reasons for the outcome.
    pub note: String,
}
