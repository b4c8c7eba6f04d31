//! A case: the facts that happened to it, what they add up to, and (by verb) what may be decided next.
//!
//! A decision takes the case as it stands and what somebody wants, and gives the event that says it happened, or every
//! reason why not. Nothing here writes, and nothing here asks what time it is.

mod close;
mod open;
mod restrict;
mod work;

pub use close::Close;
pub use open::{Open, open};
pub use restrict::Restrict;
pub use work::{AnswerEnquiry, AnswerEscalation, ChangeWhereabouts, Place, RaiseEscalation, RecordEnquiry};

use chrono::{DateTime, Days, NaiveDate, Utc};
use entity::vocabulary::{
    CaseState, EnquiryFinding, EnquiryKind, EscalationLevel, EvidenceKind, MashDecision, Outcome, PlacementKind,
    Restriction, Risk, ServiceRoute, StatutoryStatus, Whereabouts,
};
use entity::{AgencyId, CaseId, ChildId, EnquiryId, EscalationId, PlacementId, ReferralId, SchoolId, StaffId};
use serde::{Deserialize, Serialize};

use super::child::ChildFacts;
use super::clock::london_day;
use super::risk;
use super::stream::{Stream, counts};
use crate::error::{CaseConflict, Error};

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

/// A case: the fold of its facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// How it began.
    pub opened: Opened,
    /// When.
    pub opened_at: DateTime<Utc>,
    /// Where it stands.
    pub state: CaseState,
    /// The officer who has it.
    pub officer: Option<StaffId>,
    /// Where the child is thought to be.
    pub whereabouts: Whereabouts,
    /// Why only its readers may read it; none when it is like any other.
    pub restriction: Option<Restriction>,
    /// Who may read it while it is restricted; its officer is always among them.
    pub readers: Vec<StaffId>,
    /// The gravest risk that its referrals told of; how urgent the case is of everything known says [`Case::risk`].
    pub told: Risk,
    /// Last seen.
    pub last_seen_on: Option<NaiveDate>,
    /// Its tracing enquiries, oldest first.
    pub enquiries: Vec<Enquiry>,
    /// Its flags, oldest first.
    pub escalations: Vec<Escalation>,
    /// Its placements, oldest first.
    pub placements: Vec<Placement>,
    /// When and how it was closed.
    pub closed: Option<(DateTime<Utc>, Closure)>,
    /// When it must be looked at again at the latest.
    pub review_on: NaiveDate,
    /// How many facts it has.
    pub version: i32,
    /// When the last of them was recorded.
    pub updated_at: DateTime<Utc>,
}

/// How many days a case may rest before it is reviewed: longer when there is nobody to visit.
fn review_after(whereabouts: Whereabouts) -> Days {
    match whereabouts {
        Whereabouts::KnownConfirmed | Whereabouts::KnownReported => Days::new(14),
        Whereabouts::BelievedMovedUk | Whereabouts::BelievedMovedAbroad | Whereabouts::Unknown => Days::new(42),
    }
}

impl Stream for Case {
    type Fact = CaseEvent;
    counts!(CaseId);

    fn begin(id: CaseId, first: &CaseEvent, at: DateTime<Utc>) -> Option<Self> {
        let CaseEvent::CaseOpened(opened) = first else { return None };
        let opened = Opened::clone(opened);
        Some(Self {
            id,
            opened_at: at,
            state: opened.state,
            officer: opened.officer,
            whereabouts: opened.whereabouts,
            restriction: None,
            readers: Vec::new(),
            told: opened.risk,
            last_seen_on: opened.last_seen_on,
            enquiries: Vec::new(),
            escalations: opened.escalation.clone().into_iter().collect(),
            placements: Vec::new(),
            closed: None,
            review_on: london_day(at) + review_after(opened.whereabouts),
            version: 1,
            updated_at: at,
            opened,
        })
    }

    fn apply(&mut self, fact: &CaseEvent, at: DateTime<Utc>) {
        self.updated_at = at;
        match fact {
            CaseEvent::CaseOpened(_) | CaseEvent::NoteAdded { .. } | CaseEvent::UntracedReviewed(_) => {}
            CaseEvent::ReferralJoined { risk, escalation, .. } => {
                self.told = self.told.min(*risk);
                self.escalations.extend(escalation.clone());
            }
            CaseEvent::CaseAssigned { officer } => {
                self.officer = *officer;
                if let (Some(_), Some(officer)) = (self.restriction, officer) {
                    self.admit(*officer);
                }
            }
            CaseEvent::EnquiryRecorded(enquiry) => self.enquiries.push(enquiry.clone()),
            CaseEvent::EnquiryAnswered { enquiry, answer } => {
                if let Some(asked) = self.enquiries.iter_mut().find(|asked| asked.id == *enquiry) {
                    asked.answer = Some(answer.clone());
                }
            }
            CaseEvent::WhereaboutsChanged { whereabouts, last_seen_on, .. } => {
                self.whereabouts = *whereabouts;
                self.last_seen_on = last_seen_on.or(self.last_seen_on);
            }
            CaseEvent::EscalationRaised(escalation) => self.escalations.push(escalation.clone()),
            CaseEvent::EscalationAnswered { escalation, answer } => {
                if let Some(flag) = self.escalations.iter_mut().find(|flag| flag.id == *escalation) {
                    flag.answer = Some(answer.clone());
                }
            }
            CaseEvent::PlacementRecorded(placement) => {
                self.placements.push(placement.clone());
                self.state = CaseState::Placement;
            }
            CaseEvent::TrackingBegan(_) => self.state = CaseState::TrackingOut,
            CaseEvent::CaseClosed(closure) => {
                self.state = CaseState::Closed;
                self.closed = Some((at, closure.clone()));
            }
            CaseEvent::CaseReopened { .. } => {
                self.state = CaseState::Open;
                self.closed = None;
            }
            CaseEvent::CaseRestricted { restriction, readers, .. } => {
                self.restriction = Some(*restriction);
                for reader in readers {
                    self.admit(*reader);
                }
            }
            CaseEvent::RestrictionLifted { .. } => {
                self.restriction = None;
                self.readers.clear();
            }
            CaseEvent::ReaderAdded { staff } => self.admit(*staff),
            CaseEvent::ReaderRemoved { staff } => self.readers.retain(|reader| reader != staff),
        }
        self.review_on = london_day(at) + review_after(self.whereabouts);
    }
}

impl Case {
    fn admit(&mut self, staff: StaffId) {
        if !self.readers.contains(&staff) {
            self.readers.push(staff);
        }
    }

    /// How urgent it is, of everything known.
    pub fn risk(&self) -> Risk {
        let flag = |flag: &Escalation| risk::Flag {
            level: flag.level,
            decision: flag.answer.as_ref().map(|answer| answer.decision),
        };
        risk::of(self.told, self.escalations.iter().map(flag), self.restriction)
    }

    /// Whether somebody is named to it: its officer, or one of its readers.
    pub fn names(&self, staff: StaffId) -> bool {
        self.officer == Some(staff) || self.readers.contains(&staff)
    }

    /// Enquiries without an answer.
    pub fn open_enquiries(&self) -> impl Iterator<Item = &Enquiry> {
        self.enquiries.iter().filter(|enquiry| enquiry.answer.is_none())
    }

    /// Flags that the MASH has not answered.
    pub fn open_escalations(&self) -> impl Iterator<Item = &Escalation> {
        self.escalations.iter().filter(|flag| flag.answer.is_none())
    }

    fn must_be_open(&self) -> Result<(), Error> {
        if self.state == CaseState::Closed { Err(CaseConflict::Closed.into()) } else { Ok(()) }
    }

    /// What keeps the case from being closed, in words.
    pub fn open_items(&self) -> Vec<String> {
        let flags =
            self.open_escalations().map(|flag| format!("the MASH has not answered the flag “{}”", flag.level.label()));
        let enquiries = self
            .open_enquiries()
            .map(|enquiry| format!("the enquiry to {} ({}) is unanswered", enquiry.asked_of, enquiry.kind.label()));
        flags.chain(enquiries).collect()
    }

    /// The earliest day on which something is owed: an enquiry's answer, the MASH's (the day after it was told), or a
    /// review. None once closed.
    pub fn due_on(&self) -> Option<NaiveDate> {
        if self.state == CaseState::Closed {
            return None;
        }
        let enquiries = self.open_enquiries().map(|enquiry| enquiry.due_on);
        let flags = self.open_escalations().map(|flag| london_day(flag.raised_at) + Days::new(1));
        enquiries.chain(flags).chain([self.review_on]).min()
    }
}
