//! The facts of a case, in the form in which events store them for good.
//!
//! What must not live here: what a fact does to the case (its fold), and what may happen next (the rules, by verb).

use chrono::{DateTime, NaiveDate, Utc};
use entity::vocabulary::{
    CaseState, EnquiryFinding, EnquiryKind, EvidenceKind, Outcome, PlacementKind, Restriction, Risk, ServiceRoute,
    SightingKind, StatusGround, StatutoryStatus, Whereabouts,
};
use entity::{
    AgencyId, CaseId, ChildId, EnquiryId, EscalationId, PlacementId, ReferralId, RemovalId, SchoolContactId, SchoolId,
    StaffId,
};
use serde::{Deserialize, Serialize};

use super::super::child::{ChildChange, ChildFacts};
use super::super::escalation::{Acknowledgement, Escalation, MashAnswer, Rating, Step};
use super::super::family::Named;
use super::super::parent::{KnownParent, ParentRecorded};
use super::super::roll::{Decision, DeletionReturn, JointEnquiry, Matter, Proposal};
use super::sighting::Sighting;

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
        /// The day anybody last saw the child, as the referral says it.
        #[serde(default)]
        last_seen_on: Option<NaiveDate>,
        /// Where, and who saw the child then; `None` when the referral does not say so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        last_seen_by: Option<String>,
        /// The last day the child attended school, as the referral says it.
        #[serde(default)]
        last_attended_on: Option<NaiveDate>,
        /// Whether the referral says that it is not safe to visit the home.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        unsafe_home: bool,
    },
    /// A referral that is of another child was taken out of the case, and awaits triage again with its flag.
    ReferralDetached {
        /// The referral.
        referral: ReferralId,
        /// Why it is not of this child.
        reason: String,
    },
    /// A referral told of the child what was not on file, and holds from now on.
    ChildFilledIn {
        /// The referral.
        referral: ReferralId,
        /// What was not known before.
        changes: Vec<ChildChange>,
    },
    /// What is known of the child was corrected.
    ChildCorrected {
        /// What held before, and what holds now.
        changes: Vec<ChildChange>,
        /// Who says so, or what shows it.
        source: String,
        /// Why it was corrected.
        reason: String,
        /// The day on which it changed; `None` if what held before was wrong all along.
        #[serde(default)]
        changed_on: Option<NaiveDate>,
    },
    /// An officer recorded a parent or carer of the child, or that something of one changed.
    ParentRecorded(Box<ParentRecorded>),
    /// An officer named a brother or sister of the child.
    SiblingNamed {
        /// The brother or sister.
        named: Named,
        /// Who says so.
        source: String,
    },
    /// An officer struck somebody out who was wrongly named as a brother or sister, here or in a referral.
    SiblingStruck {
        /// Who was named.
        named: Named,
        /// Why they are no brother or sister.
        reason: String,
    },
    /// The case was given to an officer, or taken from one.
    CaseAssigned {
        /// The officer who has it from now on; `None` when it was taken from one and given to nobody.
        officer: Option<StaffId>,
        /// The officer who had it before; `None` when nobody did, or for a fact from before this was recorded.
        #[serde(default)]
        before: Option<StaffId>,
        /// Why it was taken from another officer; `None` when it was not.
        #[serde(default)]
        reason: Option<String>,
    },
    /// The statutory status was decided from a day on.
    StatusDecided(StatusDecision),
    /// The team that works the case was decided from a day on.
    RouteDecided(RouteDecision),
    /// The checklist was gone through again and the case looked at as a whole: only this, and the review of an untraced
    /// child, moves the next review.
    CaseReviewed(Review),
    /// A tracing enquiry was made.
    EnquiryRecorded(Enquiry),
    /// A tracing enquiry was answered.
    EnquiryAnswered {
        /// The open enquiry that this answers.
        enquiry: EnquiryId,
        /// The answer.
        answer: EnquiryAnswer,
    },
    /// An enquiry came back to the officer unanswered, because the agency it was put to has no agreement any more.
    EnquiryReturned {
        /// The open enquiry.
        enquiry: EnquiryId,
        /// Why it came back.
        reason: String,
    },
    /// An enquiry that nobody was to be asked was withdrawn: whoever it was put to sees nothing of the case by it any more.
    EnquiryWithdrawn {
        /// The open enquiry.
        enquiry: EnquiryId,
        /// The day.
        on: NaiveDate,
        /// Why.
        reason: String,
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
        /// The whereabouts before; `None` for a fact from before this was recorded.
        #[serde(default)]
        before: Option<Whereabouts>,
    },
    /// An officer recorded when the child was seen or at school.
    SightingRecorded(Sighting),
    /// What tells of the child on that day was struck out as wrong.
    SightingStruck {
        /// Seen, or at school.
        kind: SightingKind,
        /// The day.
        on: NaiveDate,
        /// Why it is wrong.
        reason: String,
    },
    /// A flag was raised with the MASH.
    EscalationRaised(Escalation),
    /// The MASH acknowledged a flag.
    EscalationAcknowledged {
        /// The flag.
        escalation: EscalationId,
        /// The acknowledgement.
        acknowledgement: Acknowledgement,
    },
    /// A flag was rated.
    EscalationRated {
        /// The open flag.
        escalation: EscalationId,
        /// The rating.
        rating: Rating,
    },
    /// A lower rating of a flag was proposed, which waits for a second person.
    EscalationLoweringProposed {
        /// The open flag.
        escalation: EscalationId,
        /// The rating.
        rating: Rating,
    },
    /// The MASH answered a flag, or somebody relayed its answer.
    EscalationAnswered {
        /// The open flag that this answers.
        escalation: EscalationId,
        /// The answer.
        answer: MashAnswer,
    },
    /// A relayed answer to a flag was confirmed.
    EscalationConfirmed {
        /// The flag.
        escalation: EscalationId,
        /// When.
        at: DateTime<Utc>,
    },
    /// A placement was recorded: the case moves to the state `Placement`.
    PlacementRecorded(Placement),
    /// The child attended the place for the first time: until then a place is an offer.
    AttendanceConfirmed {
        /// The placement.
        placement: PlacementId,
        /// The first day attended.
        on: NaiveDate,
        /// Who confirmed it.
        source: String,
    },
    /// A placement came to its end, or never began; without another one the case is open again.
    PlacementEnded {
        /// The placement.
        placement: PlacementId,
        /// The first day on which the child had it no more.
        on: NaiveDate,
        /// Why it ended.
        reason: String,
    },
    /// The child is said to have moved, and the evidence is not the confirmation that the outcome needs: the case stays
    /// open and is tracked until it comes.
    TrackingBegan(Closure),
    /// All enquiries were reviewed and the child is still untraced; the case stays open.
    UntracedReviewed(Closure),
    /// An outcome that needs a second person was proposed; until that person decides the case stays as it is.
    ClosureProposed(Closure),
    /// The second person did not agree with the proposed outcome.
    ClosureDeclined {
        /// Why not.
        reason: String,
    },
    /// The case was closed on evidence that proves the outcome.
    CaseClosed(Closure),
    /// Another case of the same child was closed as a duplicate of this one, which takes over its referrals.
    CaseMerged {
        /// The case that was closed.
        case: CaseId,
        /// Its reference.
        reference: String,
        /// Its referrals, which are this case's from now on.
        referrals: Vec<ReferralId>,
        /// The brothers and sisters whom its officers named.
        #[serde(default)]
        siblings: Vec<Named>,
        /// Those whom its officers struck out as wrongly named.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        struck: Vec<Named>,
        /// The parents and carers recorded with its child, if that was another record than this case's.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        parents: Vec<KnownParent>,
        /// The gravest risk of those, its flags and its restriction.
        risk: Risk,
        /// The day anybody last saw the child; only in a fact from before `sightings` were kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        last_seen_on: Option<NaiveDate>,
        /// The last day the child attended school; only in a fact from before `sightings` were kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        last_attended_on: Option<NaiveDate>,
        /// Those of its referrals which say that it is not safe to visit the home.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        unsafe_homes: Vec<ReferralId>,
        /// When the child was seen and at school, as that case knew it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        sightings: Vec<Sighting>,
        /// Its matters of removing a name from a roll, which are this case's from now on.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        removals: Vec<Matter>,
        /// Its flags, which are this case's from now on.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        escalations: Vec<Escalation>,
    },
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
    /// A school proposed to remove the child's name from its roll.
    RemovalProposed(Box<Proposal>),
    /// The proposal was withdrawn: the name stays on the roll.
    RemovalWithdrawn {
        /// The proposal.
        removal: RemovalId,
        /// The school contact who withdrew it; `None` when an officer did.
        contact: Option<SchoolContactId>,
        /// Why.
        reason: String,
    },
    /// The joint enquiry of school and authority was recorded, in place of what was recorded before.
    JointEnquiryRecorded {
        /// The proposal that it is for.
        removal: RemovalId,
        /// The enquiry.
        enquiry: JointEnquiry,
    },
    /// The authority took its view of a proposal, in place of any earlier one.
    RemovalDecided {
        /// The proposal.
        removal: RemovalId,
        /// The view.
        decision: Decision,
    },
    /// The name was removed: the deletion return came.
    NameRemoved {
        /// The proposal.
        removal: RemovalId,
        /// The return.
        told: Box<DeletionReturn>,
        /// What it means for the child's status, in words.
        effect: String,
    },
    /// The new-pupil return for a place came, or it was noted that none is owed.
    NewPupilReturned {
        /// The placement.
        placement: PlacementId,
        /// The day on which the return came.
        on: NaiveDate,
        /// Whether none is owed: the most junior class, from the first day of the school year.
        exempt: bool,
        /// The school contact who sent it; `None` when an officer noted it.
        contact: Option<SchoolContactId>,
    },
}

/// What a fact touches. Two people who change different ones of these at once do not stand in each other's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aspect {
    /// Who has the case.
    Officer,
    /// The statutory status.
    Status,
    /// The team that works it.
    Route,
    /// Where the child is thought to be.
    Whereabouts,
    /// The placements.
    Placement,
    /// The outcome, proposed or decided.
    Outcome,
    /// The child's name on a roll.
    Roll,
    /// What is known of the child.
    Child,
    /// Who may read it.
    Readers,
    /// What was told or answered: it replaces nothing, and may speak against an outcome.
    Evidence,
}

impl Aspect {
    /// What an outcome is judged by: if any of it was touched, whoever decides must look again.
    pub const OF_OUTCOME: &'static [Self] =
        &[Self::Outcome, Self::Status, Self::Whereabouts, Self::Placement, Self::Child, Self::Evidence];
}

impl CaseEvent {
    /// The fact that this happened to a flag of the case.
    pub fn told(escalation: EscalationId, step: Step) -> Self {
        match step {
            Step::Acknowledged(acknowledgement) => Self::EscalationAcknowledged { escalation, acknowledgement },
            Step::Rated(rating) => Self::EscalationRated { escalation, rating },
            Step::LoweringProposed(rating) => Self::EscalationLoweringProposed { escalation, rating },
            Step::Answered(answer) => Self::EscalationAnswered { escalation, answer },
            Step::Confirmed(at) => Self::EscalationConfirmed { escalation, at },
        }
    }

    /// What happened to which flag; `None` for a fact of anything else.
    pub fn step(&self) -> Option<(EscalationId, Step)> {
        Some(match self {
            Self::EscalationAcknowledged { escalation, acknowledgement } => {
                (*escalation, Step::Acknowledged(acknowledgement.clone()))
            }
            Self::EscalationRated { escalation, rating } => (*escalation, Step::Rated(rating.clone())),
            Self::EscalationLoweringProposed { escalation, rating } => {
                (*escalation, Step::LoweringProposed(rating.clone()))
            }
            Self::EscalationAnswered { escalation, answer } => (*escalation, Step::Answered(answer.clone())),
            Self::EscalationConfirmed { escalation, at } => (*escalation, Step::Confirmed(*at)),
            _ => return None,
        })
    }

    /// What the fact touches; empty when nothing that anybody else decides by.
    pub fn touches(&self) -> &'static [Aspect] {
        match self {
            Self::CaseOpened(_)
            | Self::CaseReviewed(_)
            | Self::SiblingNamed { .. }
            | Self::SiblingStruck { .. }
            | Self::NewPupilReturned { .. }
            | Self::EnquiryRecorded(_)
            | Self::NoteAdded { .. }
            | Self::EscalationRaised(_)
            | Self::EscalationAcknowledged { .. }
            | Self::EscalationRated { .. }
            | Self::EscalationLoweringProposed { .. } => &[],
            Self::ReferralJoined { .. }
            | Self::ReferralDetached { .. }
            | Self::CaseMerged { .. }
            | Self::EnquiryAnswered { .. }
            | Self::EnquiryReturned { .. }
            | Self::EnquiryWithdrawn { .. }
            | Self::SightingRecorded(_)
            | Self::SightingStruck { .. }
            | Self::EscalationAnswered { .. }
            | Self::EscalationConfirmed { .. } => &[Aspect::Evidence],
            Self::RemovalProposed(_)
            | Self::RemovalWithdrawn { .. }
            | Self::JointEnquiryRecorded { .. }
            | Self::RemovalDecided { .. }
            | Self::NameRemoved { .. } => &[Aspect::Roll],
            Self::ChildFilledIn { .. } | Self::ChildCorrected { .. } | Self::ParentRecorded(_) => &[Aspect::Child],
            Self::CaseAssigned { .. } => &[Aspect::Officer],
            Self::StatusDecided(_) => &[Aspect::Status],
            Self::RouteDecided(_) => &[Aspect::Route],
            Self::WhereaboutsChanged { .. } => &[Aspect::Whereabouts],
            Self::PlacementRecorded(_) | Self::AttendanceConfirmed { .. } | Self::PlacementEnded { .. } => {
                &[Aspect::Placement]
            }
            Self::TrackingBegan(_)
            | Self::UntracedReviewed(_)
            | Self::ClosureProposed(_)
            | Self::ClosureDeclined { .. }
            | Self::CaseClosed(_)
            | Self::CaseReopened { .. } => &[Aspect::Outcome],
            Self::CaseRestricted { .. }
            | Self::RestrictionLifted { .. }
            | Self::ReaderAdded { .. }
            | Self::ReaderRemoved { .. } => &[Aspect::Readers],
        }
    }
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
    /// The date of birth of a child who was on file before, as it held then; `None` when it was not known, or is in
    /// `new_child`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub born: Option<NaiveDate>,
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
    /// Where, and who saw the child then, if told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen_by: Option<String>,
    /// The last day the child attended school, if known.
    pub last_attended_on: Option<NaiveDate>,
    /// Whether the referral says that it is not safe to visit the home.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unsafe_home: bool,
    /// The flag raised with the MASH at once; `None` unless the referral was screened as immediate or high risk.
    pub escalation: Option<Escalation>,
    /// The first day on which the statutory status held; `None` for a case opened before this was recorded, whose status
    /// holds from the day it was opened.
    #[serde(default)]
    pub status_from: Option<NaiveDate>,
    /// Why the statutory status holds; `None` for a case opened before this was recorded.
    #[serde(default)]
    pub status_ground: Option<StatusGround>,
    /// Why the officer decided so; `None` for a case opened before this was recorded.
    #[serde(default)]
    pub rationale: Option<String>,
    /// The reference of an earlier case of the child, which was closed; `None` when there is none.
    #[serde(default)]
    pub earlier: Option<String>,
}

/// A statutory status, from when it holds, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusDecision {
    /// What held until it was decided; `None` when nothing was known of it.
    pub before: Option<StatutoryStatus>,
    /// The status.
    pub status: StatutoryStatus,
    /// Why it holds; it goes with the status.
    pub ground: StatusGround,
    /// The first day on which it holds, never after the day it was recorded.
    pub from: NaiveDate,
    /// The first day on which it holds no more, because what was decided of that day stands; `None` where it takes the
    /// place of whatever was said of later days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// Who said so, or what shows it, in words.
    pub source: String,
    /// The reasons in words.
    pub reason: String,
}

/// The team that works the case, from when, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouteDecision {
    /// The team before.
    pub before: ServiceRoute,
    /// The team.
    pub route: ServiceRoute,
    /// The first day on which it works the case, never after the day it was recorded.
    pub from: NaiveDate,
    /// The reasons in words.
    pub reason: String,
}

/// A review: which checks were looked at again, and what follows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// The checks of the tracing checklist that were looked at again.
    pub checked: Vec<EnquiryKind>,
    /// What was found, and what is done next.
    pub note: String,
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
    /// The lawful gateway by which it was asked; `None` where none was named.
    #[serde(default)]
    pub gateway: Option<String>,
    /// The day on which it came back to the officer; `None` unless it did.
    #[serde(default)]
    pub returned_on: Option<NaiveDate>,
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
    /// The first day attended, once that is confirmed.
    #[serde(default)]
    pub attended_on: Option<NaiveDate>,
    /// The first day on which the child had it no more; `None` while it lasts.
    #[serde(default)]
    pub ended_on: Option<NaiveDate>,
    /// The day on which the school's new-pupil return came, or it was noted that none is owed.
    #[serde(default)]
    pub returned_on: Option<NaiveDate>,
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
    /// Where the child went, in the words of a fact from before `place` was recorded.
    pub destination: Option<String>,
    /// Where the child is educated or went; `None` where the outcome has no such place.
    #[serde(default)]
    pub place: Option<Destination>,
    /// The reference of the other case, which stays open; `None` unless the outcome is a duplicate.
    pub duplicate_of: Option<String>,
    /// The reasons for the outcome.
    pub note: String,
    /// Who proposed the outcome where a second person decided; `None` where one person did.
    #[serde(default)]
    pub proposed_by: Option<StaffId>,
    /// Whether the flags of a duplicate went to the case that stays open; false for one from before they did.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hands_over_flags: bool,
}

/// Where a child is educated from now on, or moved to. What was not said is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destination {
    /// The school or provider, by name.
    pub school: String,
    /// The first day the child attended it.
    pub attended_on: Option<NaiveDate>,
    /// The authority in whose area it is.
    pub authority: String,
    /// The reference by which that authority acknowledged that it follows the child from now on.
    pub acknowledged_as: String,
    /// The country, if it is not this one.
    pub country: String,
    /// The full address of the child there.
    pub address: String,
}
