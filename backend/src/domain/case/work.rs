//! Working an open case: assignment, enquiries, notes, whereabouts, flags and placements.
//!
//! What must not live here: who may do it (`domain::policy`), and closing the case (`close`).

use chrono::{DateTime, Utc};
use entity::vocabulary::{EnquiryFinding, EnquiryKind, EscalationLevel, MashDecision, PlacementKind, Whereabouts};
use entity::{AgencyId, EnquiryId, EscalationId, PlacementId, SchoolId, StaffId};

use super::super::clock::london_day;
use super::super::date::Life;
use super::super::typed::{all, check, chosen, line, optional_past_day, optional_prose, past_day, prose, start_day};
use super::{Case, CaseEvent, Enquiry, EnquiryAnswer, Escalation, MashAnswer, Placement};
use crate::error::{Conflict, Error};

const LINE: usize = 200;
pub(super) const PROSE: usize = 4_000;

/// A tracing enquiry as typed.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields of `Enquiry`, as typed")]
pub struct RecordEnquiry {
    pub kind: Option<EnquiryKind>,
    pub asked_of: String,
    pub asked_on: String,
    pub due_on: String,
    pub note: String,
    pub agency: Option<AgencyId>,
}

/// The answer to an enquiry as typed.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields of `EnquiryAnswer`, as typed")]
pub struct AnswerEnquiry {
    pub enquiry: EnquiryId,
    pub answered_on: String,
    pub finding: Option<EnquiryFinding>,
    pub text: String,
}

/// New whereabouts as typed.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields of `CaseEvent::WhereaboutsChanged`, as typed")]
pub struct ChangeWhereabouts {
    pub whereabouts: Option<Whereabouts>,
    pub last_seen_on: String,
    pub reason: String,
}

/// A flag as typed.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields of `Escalation`, as typed")]
pub struct RaiseEscalation {
    pub level: Option<EscalationLevel>,
    pub concern: String,
    pub rationale: String,
}

/// The MASH's answer as typed.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields of `MashAnswer`, as typed")]
pub struct AnswerEscalation {
    pub escalation: EscalationId,
    pub decision: Option<MashDecision>,
    pub mash_reference: String,
    pub text: String,
}

/// A placement as typed.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields of `Placement`, as typed")]
pub struct Place {
    pub kind: Option<PlacementKind>,
    pub provider: String,
    pub school: Option<SchoolId>,
    pub starts_on: String,
}

impl Case {
    /// Gives the case to an officer, or takes it from one (`None`). Refuses a closed case, and a change that changes
    /// nothing.
    pub fn assign(&self, officer: Option<StaffId>) -> Result<CaseEvent, Error> {
        self.must_be_open()?;
        if officer == self.officer {
            return Err(Error::invalid("officer", "Select somebody else: this is how the case is assigned already"));
        }
        Ok(CaseEvent::CaseAssigned { officer })
    }

    /// The bounds of every day that is typed about the child. The birth is known here where the case brought the child.
    fn life(&self, now: DateTime<Utc>) -> Life {
        let child = self.opened.new_child.as_ref();
        Life::of(london_day(now), child.and_then(|child| child.date_of_birth))
    }

    /// Records a tracing enquiry made today or before, with every fault at once.
    pub fn record_enquiry(&self, id: EnquiryId, typed: &RecordEnquiry, now: DateTime<Utc>) -> Result<CaseEvent, Error> {
        self.must_be_open()?;
        let asked_on =
            past_day("askedOn", &typed.asked_on, "Date asked", "Enter the date the enquiry was made", self.life(now));
        let due_on =
            start_day("dueOn", &typed.due_on, "Date due", "Enter the date by which an answer is due", self.life(now));
        let due_before = matches!((&asked_on, &due_on), (Ok(asked), Ok(due)) if due < asked);
        let (kind, asked_of, asked_on, due_on, (), note) = all((
            chosen("kind", typed.kind, "Select what kind of check this is"),
            line("askedOf", &typed.asked_of, "Who was asked", LINE, "Enter who was asked"),
            asked_on,
            due_on,
            check(!due_before, "dueOn", "Date due must be the same as or after the date asked"),
            optional_prose("note", &typed.note, "What was asked", PROSE),
        ))?;
        let (agency, note) = (typed.agency, note.unwrap_or_default());
        Ok(CaseEvent::EnquiryRecorded(Enquiry { id, kind, asked_of, agency, asked_on, due_on, note, answer: None }))
    }

    /// Records the answer to an enquiry, dated from the day it was asked to today. Refuses one that is answered
    /// already.
    pub fn answer_enquiry(&self, typed: &AnswerEnquiry, now: DateTime<Utc>) -> Result<CaseEvent, Error> {
        self.must_be_open()?;
        let asked = self.enquiries.iter().find(|asked| asked.id == typed.enquiry).ok_or(Error::NotFound)?;
        if asked.answer.is_some() {
            return Err(Conflict::AlreadyAnswered.into());
        }
        let answered_on =
            past_day("answeredOn", &typed.answered_on, "Date answered", "Enter the date of the answer", self.life(now));
        let before_asked = answered_on.as_ref().is_ok_and(|answered| *answered < asked.asked_on);
        let (answered_on, (), finding, text) = all((
            answered_on,
            check(!before_asked, "answeredOn", "Date answered must be the same as or after the date asked"),
            chosen("finding", typed.finding, "Select what the enquiry came to"),
            prose("answer", &typed.text, "The answer", PROSE, "Enter what the answer was"),
        ))?;
        let answer = EnquiryAnswer { answered_on, finding, text };
        Ok(CaseEvent::EnquiryAnswered { enquiry: typed.enquiry, answer })
    }

    /// Adds a note; a closed case can be annotated too.
    pub fn add_note(&self, typed: &str) -> Result<CaseEvent, Error> {
        let (text,) = all((prose("text", typed, "Note", PROSE, "Enter the note"),))?;
        Ok(CaseEvent::NoteAdded { text })
    }

    /// Changes what is known of the child's whereabouts. "Seen by a professional" demands the day.
    pub fn change_whereabouts(&self, typed: &ChangeWhereabouts, now: DateTime<Utc>) -> Result<CaseEvent, Error> {
        self.must_be_open()?;
        let last_seen_on = optional_past_day("lastSeenOn", &typed.last_seen_on, "Date last seen", self.life(now));
        let unseen = typed.whereabouts == Some(Whereabouts::KnownConfirmed) && last_seen_on == Ok(None);
        let (whereabouts, reason, last_seen_on, ()) = all((
            chosen("whereabouts", typed.whereabouts, "Select what is known of the child’s whereabouts"),
            prose("reason", &typed.reason, "How this is known", PROSE, "Enter how this is known, and from whom"),
            last_seen_on,
            check(!unseen, "lastSeenOn", "Enter the date on which a professional saw the child"),
        ))?;
        Ok(CaseEvent::WhereaboutsChanged { whereabouts, last_seen_on, reason })
    }

    /// Raises a flag with the MASH. A closed case must be reopened first, so that the flag cannot be overlooked.
    pub fn raise_escalation(
        &self,
        id: EscalationId,
        typed: &RaiseEscalation,
        now: DateTime<Utc>,
    ) -> Result<CaseEvent, Error> {
        self.must_be_open()?;
        let (level, concern, rationale) = all((
            chosen("level", typed.level, "Select how serious the concern is"),
            prose("concern", &typed.concern, "The concern", PROSE, "Enter what you are worried about"),
            prose("rationale", &typed.rationale, "The rationale", PROSE, "Enter why you chose this level"),
        ))?;
        let flag = Escalation { id, level, concern, rationale, raised_at: now, answer: None };
        Ok(CaseEvent::EscalationRaised(flag))
    }

    /// Records the MASH's answer to an unanswered flag. A closed case takes it too, so that no answer is lost.
    pub fn answer_escalation(&self, typed: &AnswerEscalation, now: DateTime<Utc>) -> Result<CaseEvent, Error> {
        let flag = self.escalations.iter().find(|flag| flag.id == typed.escalation).ok_or(Error::NotFound)?;
        if flag.answer.is_some() {
            return Err(Conflict::AlreadyAnswered.into());
        }
        let (decision, mash_reference, text) = all((
            chosen("decision", typed.decision, "Select what the MASH decided"),
            line("mashReference", &typed.mash_reference, "MASH reference", LINE, "Enter the MASH’s reference"),
            prose("answer", &typed.text, "The answer", PROSE, "Enter what the MASH said"),
        ))?;
        let answer = MashAnswer { answered_at: now, decision, mash_reference, text };
        Ok(CaseEvent::EscalationAnswered { escalation: typed.escalation, answer })
    }

    /// Records a placement, which also moves the case to the state `Placement`.
    pub fn record_placement(&self, id: PlacementId, typed: &Place, now: DateTime<Utc>) -> Result<CaseEvent, Error> {
        self.must_be_open()?;
        let (kind, provider, starts_on) = all((
            chosen("kind", typed.kind, "Select the kind of education"),
            line("provider", &typed.provider, "School or provider", LINE, "Enter the school or provider"),
            start_day("startsOn", &typed.starts_on, "Start date", "Enter the date the child starts", self.life(now)),
        ))?;
        let school = typed.school;
        Ok(CaseEvent::PlacementRecorded(Placement { id, kind, provider, school, starts_on, recorded_at: now }))
    }
}
