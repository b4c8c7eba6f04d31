//! What happens to a case, as it is stored for good.
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

/// A fact of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload", rename_all = "snake_case")]
pub enum CaseEvent {
    /// A referral was opened as this case.
    CaseOpened(Box<Opened>),
    /// Another referral of the same child was added.
    ReferralJoined {
        /// The referral.
        referral: ReferralId,
        /// How urgent it was.
        risk: Risk,
        /// The flag it raised with the MASH, if it told of harm.
        escalation: Option<Escalation>,
    },
    /// It was given to an officer.
    CaseAssigned {
        /// The officer; none when it was taken from one.
        officer: Option<StaffId>,
    },
    /// A tracing enquiry was made.
    EnquiryRecorded(Enquiry),
    /// A tracing enquiry was answered.
    EnquiryAnswered {
        /// Which.
        enquiry: EnquiryId,
        /// The answer.
        answer: EnquiryAnswer,
    },
    /// A note was added.
    NoteAdded {
        /// The note.
        text: String,
    },
    /// What is known of the child's whereabouts changed.
    WhereaboutsChanged {
        /// To what.
        whereabouts: Whereabouts,
        /// When the child was last seen, if that is newly known.
        last_seen_on: Option<NaiveDate>,
        /// How it is known, and by whom.
        reason: String,
    },
    /// A flag was raised with the MASH.
    EscalationRaised(Escalation),
    /// The MASH answered.
    EscalationAnswered {
        /// Which flag.
        escalation: EscalationId,
        /// The answer.
        answer: MashAnswer,
    },
    /// A placement was recorded.
    PlacementRecorded(Placement),
    /// The child is said to be elsewhere, and confirmation from there is awaited.
    TrackingBegan(Closure),
    /// All enquiries were reviewed and the child is still untraced; the case stays open.
    UntracedReviewed(Closure),
    /// It was closed.
    CaseClosed(Closure),
    /// It was opened again.
    CaseReopened {
        /// Why.
        reason: String,
    },
    /// From now on only its readers may read it.
    CaseRestricted {
        /// What kind of case it is.
        restriction: Restriction,
        /// Why.
        reason: String,
        /// Who may read it.
        readers: Vec<StaffId>,
    },
    /// It may be read like any other again.
    RestrictionLifted {
        /// Why.
        reason: String,
    },
    /// Somebody else may read it too.
    ReaderAdded {
        /// Who.
        staff: StaffId,
    },
    /// Somebody may no longer read it.
    ReaderRemoved {
        /// Who.
        staff: StaffId,
    },
}

/// How a case begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// What people call it.
    pub reference: String,
    /// The referral it came from.
    pub referral: ReferralId,
    /// The child.
    pub child: ChildId,
    /// What is known of the child, when this case brings the child in.
    pub new_child: Option<ChildFacts>,
    /// The child's name in canonical form.
    pub name_key: String,
    /// The last school.
    pub school: Option<SchoolId>,
    /// The officer it was given to.
    pub officer: Option<StaffId>,
    /// Where it starts.
    pub state: CaseState,
    /// Whether the child is missing education by the statutory test.
    pub statutory_status: StatutoryStatus,
    /// Who works it.
    pub service_route: ServiceRoute,
    /// Where the child is thought to be.
    pub whereabouts: Whereabouts,
    /// How urgent the referral was.
    pub risk: Risk,
    /// Last seen.
    pub last_seen_on: Option<NaiveDate>,
    /// Last at school.
    pub last_attended_on: Option<NaiveDate>,
    /// The flag raised with the MASH at once, when the referral told of harm.
    pub escalation: Option<Escalation>,
}

/// One tracing enquiry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enquiry {
    /// Its id.
    pub id: EnquiryId,
    /// What kind of check.
    pub kind: EnquiryKind,
    /// Who was asked.
    pub asked_of: String,
    /// The partner agency that may answer through the API.
    pub agency: Option<AgencyId>,
    /// When it was asked.
    pub asked_on: NaiveDate,
    /// When the answer is due.
    pub due_on: NaiveDate,
    /// What was asked.
    pub note: String,
    /// The answer, once there is one.
    pub answer: Option<EnquiryAnswer>,
}

/// The answer to an enquiry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnquiryAnswer {
    /// When.
    pub answered_on: NaiveDate,
    /// What it came to.
    pub finding: EnquiryFinding,
    /// In words.
    pub text: String,
}

/// One flag raised with the MASH.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalation {
    /// Its id.
    pub id: EscalationId,
    /// How serious.
    pub level: EscalationLevel,
    /// What is feared.
    pub concern: String,
    /// Why this level.
    pub rationale: String,
    /// When it was raised.
    pub raised_at: DateTime<Utc>,
    /// The answer, once there is one.
    pub answer: Option<MashAnswer>,
}

/// What the MASH said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MashAnswer {
    /// When.
    pub answered_at: DateTime<Utc>,
    /// The decision.
    pub decision: MashDecision,
    /// Their reference.
    pub mash_reference: String,
    /// In words.
    pub text: String,
}

/// One placement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placement {
    /// Its id.
    pub id: PlacementId,
    /// The kind of education.
    pub kind: PlacementKind,
    /// The school or provider.
    pub provider: String,
    /// The school, when it is on the register.
    pub school: Option<SchoolId>,
    /// First day.
    pub starts_on: NaiveDate,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
}

/// An outcome and what proves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closure {
    /// The outcome.
    pub outcome: Outcome,
    /// What proves it.
    pub evidence: EvidenceKind,
    /// The day of the evidence.
    pub evidence_on: NaiveDate,
    /// Who gave it.
    pub evidence_from: String,
    /// Where the child went: authority, school and start date, or country and school.
    pub destination: Option<String>,
    /// The case that this one duplicates.
    pub duplicate_of: Option<String>,
    /// In words.
    pub note: String,
}
