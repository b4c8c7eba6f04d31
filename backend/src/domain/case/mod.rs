//! A case: its facts (`facts`), their fold, and by verb what may be decided next (`open`, `work`, `sighting`, `standing`,
//! `place`, `close`, `restrict`, `roll`).
//!
//! A decision takes the case as it stands and what somebody typed, and gives the facts that say it happened, or every
//! reason why not.
//!
//! What must not live here: writing a fact to the database (`service`), and asking what time it is.

mod clocks;
mod close;
mod facts;
mod open;
mod place;
mod restrict;
mod roll;
mod sighting;
mod span;
mod standing;
mod work;

pub use close::{Close, Known, Reopen, Second, TWO_PEOPLE};
pub use facts::{
    Aspect, CaseEvent, Closure, Destination, Enquiry, EnquiryAnswer, Opened, Placement, Review, RouteDecision,
    StatusDecision,
};
pub use open::{KnownChild, Open, filled_in, open};
pub use place::{ConfirmAttendance, EndPlacement, Place};
pub use restrict::Restrict;
pub use roll::{
    DecideRemoval, JudgedBy, ProposeRemoval, RecordJointEnquiry, RecordNewPupilReturn, RemoveName, TypedParent,
    TypedReturn, return_due_on,
};
pub use sighting::{RecordSighting, Sighting, StrikeSighting};
pub use span::{FOLD, Span};
pub use standing::{DecideRoute, DecideStatus, History, Holds, status_of};
pub use work::{AnswerEnquiry, ChangeWhereabouts, RaiseEscalation, RecordEnquiry, RecordReview};

use chrono::{DateTime, NaiveDate, Utc};
use entity::vocabulary::{
    CaseState, ChildFact, EnquiryFinding, EnquiryKind, EscalationLevel, EscalationStage, Outcome, Restriction, Risk,
    ServiceRoute, SightingKind, StatusGround, StatutoryStatus, Whereabouts,
};
use entity::{AgencyId, CaseId, ReferralId, StaffId};

use super::agency::answered_in_sight;
use super::escalation::Escalation;
use super::family::{Named, without};
use super::london::london_day;
use super::risk;
use super::roll::{Matter, of};
use super::stream::{Stream, counts};
use crate::error::{CaseConflict, Error};

/// A case: the fold of its facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The id of its stream.
    pub id: CaseId,
    /// The fact that opened it, with the values of that day; the fields below hold the present ones.
    pub opened: Opened,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// The present state.
    pub state: CaseState,
    /// The officer who has it; `None` while nobody does.
    pub officer: Option<StaffId>,
    /// The statutory status from each day on.
    pub statuses: History<StatutoryStatus>,
    /// Why the present statutory status holds; `None` when that was not recorded.
    pub status_ground: Option<StatusGround>,
    /// The team that works the case from each day on.
    pub routes: History<ServiceRoute>,
    /// The state at the end of each day on which it changed.
    pub states: History<CaseState>,
    /// The whereabouts at the end of each day on which they changed.
    pub places: History<Whereabouts>,
    /// The present whereabouts of the child.
    pub whereabouts: Whereabouts,
    /// The ground of the restriction; `None` when the case may be read like any other.
    pub restriction: Option<Restriction>,
    /// The readers while it is restricted, always including its officer; empty otherwise.
    pub readers: Vec<StaffId>,
    /// The risk by which each of its referrals counts; [`Case::risk`] also takes in flags and restriction.
    pub told: Vec<(ReferralId, Risk)>,
    /// Those of its referrals which say that it is not safe to visit the home.
    pub unsafe_homes: Vec<ReferralId>,
    /// When the child was seen and at school, in the order in which it was told.
    pub sightings: Vec<Sighting>,
    /// Its tracing enquiries, oldest first.
    pub enquiries: Vec<Enquiry>,
    /// Its flags with the MASH, oldest first.
    pub escalations: Vec<Escalation>,
    /// The flags that went with its referrals to the case that it was a duplicate of; raised anew if it is reopened.
    pub handed_over: Vec<Escalation>,
    /// The brothers and sisters whom officers named, oldest first.
    pub siblings: Vec<Named>,
    /// Those whom officers struck out as wrongly named, wherever they were named.
    pub struck: Vec<Named>,
    /// Its placements, oldest first.
    pub placements: Vec<Placement>,
    /// The matters of removing the child's name from a roll, oldest first.
    pub removals: Vec<Matter>,
    /// The outcome that waits for a second person; `None` while none does.
    pub proposed: Option<Closure>,
    /// Whether something that the outcome is judged by was touched since it was proposed.
    pub overtaken: bool,
    /// The child's date of birth, as far as this case's own facts tell it.
    pub born: Option<NaiveDate>,
    /// When and how it was closed; `None` again once it is reopened.
    pub closed: Option<(DateTime<Utc>, Closure)>,
    /// Since when it is worked as one whose child is looked for: when it was opened or reopened, its last place ended,
    /// or its restriction was lifted.
    pub works_since: DateTime<Utc>,
    /// The day since when the child is looked for anew, because it was reopened or its last place ended: what was asked
    /// before says nothing of it. `None` while neither happened.
    pub anew_since: Option<NaiveDate>,
    /// When it was last reviewed; when it was opened or reopened while it was not.
    pub reviewed_at: DateTime<Utc>,
    /// The number of its facts, compared at every write, so that of two writers at once the second is refused.
    pub version: i32,
    /// When its last fact was recorded.
    pub updated_at: DateTime<Utc>,
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
            statuses: History::since(opened.status_from.unwrap_or_else(|| london_day(at)), opened.statutory_status),
            status_ground: opened.status_ground,
            routes: History::since(london_day(at), opened.service_route),
            states: History::since(london_day(at), opened.state),
            places: History::since(london_day(at), opened.whereabouts),
            whereabouts: opened.whereabouts,
            restriction: None,
            readers: Vec::new(),
            told: vec![(opened.referral, opened.risk)],
            unsafe_homes: opened.unsafe_home.then_some(opened.referral).into_iter().collect(),
            sightings: Sighting::told(
                opened.referral,
                (opened.last_seen_on, opened.last_seen_by.as_ref()),
                opened.last_attended_on,
            )
            .collect(),
            enquiries: Vec::new(),
            escalations: opened.escalation.clone().into_iter().collect(),
            handed_over: Vec::new(),
            siblings: Vec::new(),
            struck: Vec::new(),
            placements: Vec::new(),
            removals: Vec::new(),
            proposed: None,
            overtaken: false,
            born: opened.born.or(opened.new_child.as_ref().and_then(|child| child.date_of_birth)),
            closed: None,
            works_since: at,
            anew_since: None,
            reviewed_at: at,
            version: 1,
            updated_at: at,
            opened,
        })
    }

    #[expect(clippy::too_many_lines, reason = "an arm for each fact")]
    fn apply(&mut self, fact: &CaseEvent, at: DateTime<Utc>) {
        self.updated_at = at;
        self.overtaken |= fact.touches().iter().any(|aspect| Aspect::OF_OUTCOME.contains(aspect));
        match fact {
            CaseEvent::CaseOpened(_) | CaseEvent::NoteAdded { .. } | CaseEvent::ParentRecorded(_) => {}
            CaseEvent::CaseReviewed(_) => self.reviewed_at = at,
            CaseEvent::UntracedReviewed(_) => {
                self.proposed = None;
                self.reviewed_at = at;
            }
            CaseEvent::StatusDecided(decision) => {
                if let Some(until) = decision.until {
                    self.statuses.held(decision.status, decision.from, until);
                } else {
                    self.statuses.holds(decision.status, decision.from);
                    self.status_ground = Some(decision.ground);
                }
                if matches!(self.state, CaseState::Enquiry | CaseState::Open) {
                    self.state = standing::state_of(self.statuses.now().value);
                }
            }
            CaseEvent::SiblingNamed { named, .. } => {
                self.struck.retain(|one| !one.may_be(named));
                self.siblings.retain(|one| !one.is_same(named));
                self.siblings.push(named.said_at(at));
            }
            CaseEvent::SiblingStruck { named, .. } => {
                self.siblings.retain(|one| !one.may_be(named));
                self.struck.retain(|one| !one.is_same(named));
                self.struck.push(named.said_at(at));
            }
            CaseEvent::RouteDecided(decision) => self.routes.holds(decision.route, decision.from),
            CaseEvent::ChildFilledIn { changes, .. } | CaseEvent::ChildCorrected { changes, .. } => {
                for change in changes.iter().filter(|change| change.fact == ChildFact::DateOfBirth) {
                    self.born = change.after.as_ref().and_then(|day| day.parse().ok());
                }
            }
            CaseEvent::ReferralJoined {
                referral,
                risk,
                escalation,
                last_seen_on,
                last_seen_by,
                last_attended_on,
                unsafe_home,
            } => {
                self.unsafe_homes.extend(unsafe_home.then_some(*referral));
                let seen = (*last_seen_on, last_seen_by.as_ref());
                self.sightings.extend(Sighting::told(*referral, seen, *last_attended_on));
                self.told.push((*referral, *risk));
                // Before flags were known by their referral, they came with it all the same.
                let of_referral = |flag: &Escalation| Escalation { referral: Some(*referral), ..flag.clone() };
                self.escalations.extend(escalation.as_ref().map(of_referral));
            }
            CaseEvent::ReferralDetached { referral, .. } => {
                self.told.retain(|(of, _)| of != referral);
                self.unsafe_homes.retain(|of| of != referral);
                self.escalations.retain(|flag| flag.referral != Some(*referral));
                self.sightings.retain(|one| one.referral != Some(*referral));
            }
            CaseEvent::CaseMerged {
                risk,
                last_seen_on,
                last_attended_on,
                sightings,
                unsafe_homes,
                referrals,
                removals,
                escalations,
                siblings,
                struck,
                ..
            } => {
                self.unsafe_homes.extend(unsafe_homes);
                self.sightings.extend(sightings.iter().cloned());
                if let Some(referral) = referrals.first() {
                    self.sightings.extend(Sighting::told(*referral, (*last_seen_on, None), *last_attended_on));
                }
                // Whom this case's own officers named stays named.
                let named = |one: &&Named| self.siblings.iter().any(|own| own.may_be(one));
                let struck: Vec<Named> = struck.iter().filter(|one| !named(one)).cloned().collect();
                self.struck.extend(struck);
                self.siblings.extend(without(siblings.clone(), &self.struck));
                self.removals.extend(removals.iter().cloned());
                self.escalations.extend(escalations.iter().cloned());
                self.escalations.sort_by_key(|flag| flag.raised_at);
                self.told.extend(referrals.iter().map(|referral| (*referral, *risk)));
                if referrals.is_empty() {
                    self.told.push((self.opened.referral, *risk));
                }
            }
            CaseEvent::CaseAssigned { officer, .. } => {
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
            CaseEvent::WhereaboutsChanged { whereabouts, last_seen_on, reason, .. } => {
                let changes = self.whereabouts != *whereabouts;
                self.whereabouts = *whereabouts;
                if self.state == CaseState::TrackingOut && changes && !is_away(*whereabouts) {
                    // Whoever is not believed to have left is not tracked out, but looked for.
                    self.state = standing::state_of(self.statuses.now().value);
                    self.works_since = at;
                    self.anew_since = Some(london_day(at));
                }
                let seen = |on| Sighting::recorded(SightingKind::Seen, on, None, None, reason.clone());
                self.sightings.extend(last_seen_on.map(seen));
            }
            CaseEvent::SightingRecorded(sighting) => self.sightings.push(sighting.clone()),
            CaseEvent::SightingStruck { kind, on, reason } => self.strike(*kind, *on, reason),
            CaseEvent::EnquiryReturned { enquiry, .. } => {
                if let Some(asked) = self.enquiries.iter_mut().find(|asked| asked.id == *enquiry) {
                    asked.agency = None;
                    asked.returned_on = Some(london_day(at));
                }
            }
            CaseEvent::EnquiryWithdrawn { enquiry, on, reason } => {
                if let Some(asked) = self.enquiries.iter_mut().find(|asked| asked.id == *enquiry) {
                    asked.agency = None;
                    let (answered_on, finding) = (*on, EnquiryFinding::Withdrawn);
                    asked.answer = Some(EnquiryAnswer { answered_on, finding, text: reason.clone() });
                }
            }
            CaseEvent::EscalationRaised(escalation) => self.escalations.push(escalation.clone()),
            CaseEvent::EscalationAcknowledged { .. }
            | CaseEvent::EscalationRated { .. }
            | CaseEvent::EscalationLoweringProposed { .. }
            | CaseEvent::EscalationAnswered { .. }
            | CaseEvent::EscalationConfirmed { .. } => {
                if let Some((id, step)) = fact.step()
                    && let Some(flag) = self.escalations.iter_mut().find(|flag| flag.id == id)
                {
                    flag.apply(&step);
                }
            }
            CaseEvent::PlacementRecorded(placement) => {
                self.placements.push(placement.clone());
                self.state = CaseState::Placement;
            }
            CaseEvent::AttendanceConfirmed { placement, on, .. } => {
                if let Some(place) = self.placements.iter_mut().find(|place| place.id == *placement) {
                    place.attended_on = Some(*on);
                }
            }
            CaseEvent::PlacementEnded { placement, on, .. } => {
                let mut attended = false;
                if let Some(place) = self.placements.iter_mut().find(|place| place.id == *placement) {
                    place.ended_on = Some(*on);
                    attended = place.attended_on.is_some();
                }
                let none_left = self.placements.iter().all(|place| place.ended_on.is_some());
                if self.state == CaseState::Placement && none_left {
                    self.state = standing::state_of(self.statuses.now().value);
                }
                if attended || none_left {
                    self.works_since = at;
                    self.anew_since = Some(london_day(at));
                }
            }
            CaseEvent::RemovalProposed(_)
            | CaseEvent::RemovalWithdrawn { .. }
            | CaseEvent::JointEnquiryRecorded { .. }
            | CaseEvent::RemovalDecided { .. }
            | CaseEvent::NameRemoved { .. }
            | CaseEvent::NewPupilReturned { .. } => self.apply_to_roll(fact),
            CaseEvent::TrackingBegan(_) => self.state = CaseState::TrackingOut,
            CaseEvent::ClosureProposed(closure) => {
                self.proposed = Some(closure.clone());
                self.overtaken = false;
            }
            CaseEvent::ClosureDeclined { .. } => self.proposed = None,
            CaseEvent::CaseClosed(closure) => {
                self.state = CaseState::Closed;
                self.proposed = None;
                if closure.outcome == Outcome::Duplicate {
                    // They go with its referrals to the case that stays open.
                    self.removals.clear();
                    if closure.hands_over_flags {
                        self.handed_over.append(&mut self.escalations);
                    }
                }
                self.closed = Some((at, closure.clone()));
            }
            CaseEvent::CaseReopened { .. } => {
                self.handed_over.clear();
                self.state = standing::state_of(self.statuses.now().value);
                self.closed = None;
                self.works_since = at;
                self.anew_since = Some(london_day(at));
                self.reviewed_at = at;
            }
            CaseEvent::CaseRestricted { restriction, readers, .. } => {
                self.restriction = Some(*restriction);
                for reader in readers {
                    self.admit(*reader);
                }
            }
            CaseEvent::RestrictionLifted { .. } => {
                self.restriction = None;
                self.works_since = at;
                self.readers.clear();
            }
            CaseEvent::ReaderAdded { staff } => self.admit(*staff),
            CaseEvent::ReaderRemoved { staff } => self.readers.retain(|reader| reader != staff),
        }
        self.states.holds(self.state, london_day(at));
        self.places.holds(self.whereabouts, london_day(at));
    }
}

impl Case {
    /// Whether it is shared with an agency `today`: it is open, and an enquiry put to the agency is unanswered, or was
    /// answered so lately that the agency may still look at it.
    pub fn is_shared_with(&self, agency: AgencyId, today: NaiveDate) -> bool {
        let in_sight =
            |asked: &Enquiry| asked.answer.as_ref().is_none_or(|answer| answer.answered_on >= answered_in_sight(today));
        self.state != CaseState::Closed
            && self.enquiries.iter().any(|asked| asked.agency == Some(agency) && in_sight(asked))
    }

    fn admit(&mut self, staff: StaffId) {
        if !self.readers.contains(&staff) {
            self.readers.push(staff);
        }
    }

    /// The present risk: the gravest of its referrals, its flags and its restriction.
    pub fn risk(&self) -> Risk {
        let flag = |flag: &Escalation| risk::Flag {
            level: flag.level,
            rating: flag.rating.as_ref().map(|rating| rating.rating),
            decision: flag.answer.as_ref().map(|answer| answer.decision),
        };
        // `Risk` is ordered by urgency, the most urgent first.
        let told = self.told.iter().map(|(_, risk)| *risk).min().unwrap_or(self.opened.risk);
        risk::of(told, self.escalations.iter().map(flag), self.restriction)
    }

    /// Whether `staff` works on this case by name, as its officer or as one of its readers.
    pub fn names(&self, staff: StaffId) -> bool {
        self.officer == Some(staff) || self.readers.contains(&staff)
    }

    /// Enquiries without an answer, oldest first.
    pub fn open_enquiries(&self) -> impl Iterator<Item = &Enquiry> {
        self.enquiries.iter().filter(|enquiry| enquiry.answer.is_none())
    }

    /// Flags that the MASH has not answered, or whose relayed answer nobody has confirmed; oldest first.
    pub fn open_escalations(&self) -> impl Iterator<Item = &Escalation> {
        self.escalations.iter().filter(|flag| flag.is_open())
    }

    fn must_be_open(&self) -> Result<(), Error> {
        if self.state == CaseState::Closed { Err(CaseConflict::Closed.into()) } else { Ok(()) }
    }

    /// What keeps the case from being closed, each in words.
    pub fn open_items(&self) -> Vec<String> {
        let flags = self.open_escalations().map(|flag| (flag.level, flag.stage()));
        let enquiries = self.open_enquiries().map(|enquiry| (enquiry.asked_of.as_str(), enquiry.kind));
        open_items(flags, enquiries, self.removals.iter())
    }
}

/// Whether a child is believed to live elsewhere now.
pub(super) const fn is_away(whereabouts: Whereabouts) -> bool {
    matches!(whereabouts, Whereabouts::BelievedMovedUk | Whereabouts::BelievedMovedAbroad)
}

/// The open flags, by level and what they wait for, the unanswered enquiries, by who was asked and what, and the matters
/// of a roll that wait for the authority, all of which keep a case from being closed, each in words.
pub fn open_items<'a>(
    flags: impl Iterator<Item = (EscalationLevel, EscalationStage)>,
    enquiries: impl Iterator<Item = (&'a str, EnquiryKind)>,
    matters: impl Iterator<Item = &'a Matter>,
) -> Vec<String> {
    let flags = flags.map(|(level, stage)| match stage {
        EscalationStage::Relayed => {
            format!("the relayed answer to the flag “{}” is to be confirmed by the MASH or a manager", level.label())
        }
        _ => format!("the MASH has not answered the flag “{}”", level.label()),
    });
    let enquiries = enquiries.map(|(of, kind)| format!("the enquiry to {of} ({}) is unanswered", kind.label()));
    let matters = matters.filter(|matter| matter.awaits_view()).map(|matter| {
        let letter = of(matter.proposal.ground).letter;
        format!("a school waits for our view on removing the name from its roll (ground {letter})")
    });
    flags.chain(enquiries).chain(matters).collect()
}
