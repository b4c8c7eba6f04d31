//! A case: the facts that happened to it, what they add up to, and (by verb) what may be decided next.
//!
//! A decision takes the case as it stands and what somebody wants, and gives the event that says it happened, or every
//! reason why not. Nothing here writes, and nothing here asks what time it is.

mod close;
mod facts;
mod open;
mod restrict;
mod work;

pub use close::Close;
pub use facts::{CaseEvent, Closure, Enquiry, EnquiryAnswer, Escalation, MashAnswer, Opened, Placement};
pub use open::{Open, open};
pub use restrict::Restrict;
pub use work::{AnswerEnquiry, AnswerEscalation, ChangeWhereabouts, Place, RaiseEscalation, RecordEnquiry};

use chrono::{DateTime, Days, NaiveDate, Utc};
use entity::vocabulary::{CaseState, Restriction, Risk, Whereabouts};
use entity::{CaseId, StaffId};

use super::clock::london_day;
use super::risk;
use super::stream::{Stream, counts};
use crate::error::{CaseConflict, Error};

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
