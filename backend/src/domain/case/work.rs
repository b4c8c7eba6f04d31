//! Working a case: enquiries, notes, whereabouts, flags, placements.

use chrono::{DateTime, NaiveDate, Utc};
use entity::vocabulary::{
    CaseState, EnquiryFinding, EnquiryKind, EscalationLevel, MashDecision, PlacementKind, Whereabouts,
};
use entity::{AgencyId, EnquiryId, EscalationId, PlacementId, SchoolId, StaffId};

use super::super::answers::day;
use super::super::clock::london_day;
use super::super::text::{Line, Prose};
use super::{Case, CaseEvent, Enquiry, EnquiryAnswer, Escalation, MashAnswer, Placement};
use crate::error::{Conflict, Error, FieldFault};

const LINE: usize = 200;
const PROSE: usize = 4_000;

/// Gathers the faults of one form.
#[derive(Default)]
pub(super) struct Faults(Vec<FieldFault>);

impl Faults {
    pub(super) fn add(&mut self, field: &str, message: impl Into<String>) {
        self.0.push(FieldFault::new(field, message));
    }

    /// One line that must be there.
    pub(super) fn line(
        &mut self,
        field: &str,
        typed: &str,
        called: &str,
        longest: usize,
        lacking: &str,
    ) -> Option<String> {
        match Line::parse(typed, called, longest) {
            Ok(Some(line)) => return Some(line.into()),
            Ok(None) => self.add(field, lacking),
            Err(message) => self.add(field, message),
        }
        None
    }

    /// Prose that must be there.
    pub(super) fn required(
        &mut self,
        field: &str,
        typed: &str,
        called: &str,
        longest: usize,
        lacking: &str,
    ) -> Option<String> {
        match Prose::parse(typed, called, longest) {
            Ok(Some(text)) => return Some(text.into()),
            Ok(None) => self.add(field, lacking),
            Err(message) => self.add(field, message),
        }
        None
    }

    /// Prose that may be left out.
    pub(super) fn optional(&mut self, field: &str, typed: &str, called: &str, longest: usize) -> Option<String> {
        let read = Prose::parse(typed, called, longest).unwrap_or_else(|message| {
            self.add(field, message);
            None
        });
        read.map(String::from)
    }

    /// A day that must be there.
    pub(super) fn date(&mut self, field: &str, typed: &str, called: &str, lacking: &str) -> Option<NaiveDate> {
        match day(typed, called) {
            Ok(Some(day)) => return Some(day),
            Ok(None) => self.add(field, lacking),
            Err(message) => self.add(field, message),
        }
        None
    }

    /// A day that must be there and not after `today`.
    pub(super) fn past_date(
        &mut self,
        field: &str,
        typed: &str,
        called: &str,
        lacking: &str,
        today: NaiveDate,
    ) -> Option<NaiveDate> {
        let day = self.date(field, typed, called, lacking)?;
        if day > today {
            self.add(field, format!("{called} must be today or in the past"));
            return None;
        }
        Some(day)
    }

    /// A choice that must be made.
    pub(super) fn chosen<T>(&mut self, field: &str, choice: Option<T>, lacking: &str) -> Option<T> {
        if choice.is_none() {
            self.add(field, lacking);
        }
        choice
    }

    /// `value` when nothing is wrong, otherwise every fault.
    pub(super) fn finish<T>(self, value: Option<T>) -> Result<T, Error> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(Error::Invalid(self.0)),
        }
    }
}

fn must_be_open(case: &Case) -> Result<(), Error> {
    if case.state == CaseState::Closed { Err(Conflict::CaseClosed.into()) } else { Ok(()) }
}

/// Gives the case to an officer, or takes it from one.
pub fn assign(case: &Case, officer: Option<StaffId>) -> Result<CaseEvent, Error> {
    must_be_open(case)?;
    if officer == case.officer {
        return Err(Error::invalid("officer", "Select somebody else: this is how the case is assigned already"));
    }
    Ok(CaseEvent::CaseAssigned { officer })
}

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

/// Records a tracing enquiry.
pub fn record_enquiry(
    case: &Case,
    id: EnquiryId,
    typed: &RecordEnquiry,
    now: DateTime<Utc>,
) -> Result<CaseEvent, Error> {
    must_be_open(case)?;
    let today = london_day(now);
    let mut faults = Faults::default();
    let kind = faults.chosen("kind", typed.kind, "Select what kind of check this is");
    let asked_of = faults.line("askedOf", &typed.asked_of, "Who was asked", LINE, "Enter who was asked");
    let asked_on =
        faults.past_date("askedOn", &typed.asked_on, "Date asked", "Enter the date the enquiry was made", today);
    let due_on = faults.date("dueOn", &typed.due_on, "Date due", "Enter the date by which an answer is due");
    if asked_on.zip(due_on).is_some_and(|(asked, due)| due < asked) {
        faults.add("dueOn", "Date due must be the same as or after the date asked");
    }
    let note = faults.optional("note", &typed.note, "What was asked", PROSE).unwrap_or_default();
    let enquiry = (|| {
        let agency = typed.agency;
        Some(Enquiry {
            id,
            kind: kind?,
            asked_of: asked_of?,
            agency,
            asked_on: asked_on?,
            due_on: due_on?,
            note,
            answer: None,
        })
    })();
    faults.finish(enquiry).map(CaseEvent::EnquiryRecorded)
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

/// Records the answer to an open enquiry.
pub fn answer_enquiry(case: &Case, typed: &AnswerEnquiry, now: DateTime<Utc>) -> Result<CaseEvent, Error> {
    must_be_open(case)?;
    let asked = case.enquiries.iter().find(|asked| asked.id == typed.enquiry).ok_or(Error::NotFound)?;
    if asked.answer.is_some() {
        return Err(Conflict::AlreadyAnswered.into());
    }
    let mut faults = Faults::default();
    let answered_on = faults.past_date(
        "answeredOn",
        &typed.answered_on,
        "Date answered",
        "Enter the date of the answer",
        london_day(now),
    );
    if answered_on.is_some_and(|answered| answered < asked.asked_on) {
        faults.add("answeredOn", "Date answered must be the same as or after the date asked");
    }
    let finding = faults.chosen("finding", typed.finding, "Select what the enquiry came to");
    let text = faults.required("answer", &typed.text, "The answer", PROSE, "Enter what the answer was");
    let answer = (|| Some(EnquiryAnswer { answered_on: answered_on?, finding: finding?, text: text? }))();
    faults.finish(answer).map(|answer| CaseEvent::EnquiryAnswered { enquiry: typed.enquiry, answer })
}

/// Adds a note; a closed case can be annotated too.
pub fn add_note(typed: &str) -> Result<CaseEvent, Error> {
    let mut faults = Faults::default();
    let text = faults.required("text", typed, "Note", PROSE, "Enter the note");
    faults.finish(text).map(|text| CaseEvent::NoteAdded { text })
}

/// New whereabouts as typed.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields of `CaseEvent::WhereaboutsChanged`, as typed")]
pub struct ChangeWhereabouts {
    pub whereabouts: Option<Whereabouts>,
    pub last_seen_on: String,
    pub reason: String,
}

/// Changes what is known of the child's whereabouts. "Seen by a professional" demands the day.
pub fn change_whereabouts(case: &Case, typed: &ChangeWhereabouts, now: DateTime<Utc>) -> Result<CaseEvent, Error> {
    must_be_open(case)?;
    let mut faults = Faults::default();
    let whereabouts =
        faults.chosen("whereabouts", typed.whereabouts, "Select what is known of the child’s whereabouts");
    let reason =
        faults.required("reason", &typed.reason, "How this is known", PROSE, "Enter how this is known, and from whom");
    let last_seen_on = match (whereabouts, day(&typed.last_seen_on, "Date last seen")) {
        (_, Ok(Some(seen))) if seen > london_day(now) => {
            faults.add("lastSeenOn", "Date last seen must be today or in the past");
            None
        }
        (Some(Whereabouts::KnownConfirmed), Ok(None)) => {
            faults.add("lastSeenOn", "Enter the date on which a professional saw the child");
            None
        }
        (_, Ok(seen)) => seen,
        (_, Err(message)) => {
            faults.add("lastSeenOn", message);
            None
        }
    };
    let event = (|| Some(CaseEvent::WhereaboutsChanged { whereabouts: whereabouts?, last_seen_on, reason: reason? }))();
    faults.finish(event)
}

/// A flag as typed.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields of `Escalation`, as typed")]
pub struct RaiseEscalation {
    pub level: Option<EscalationLevel>,
    pub concern: String,
    pub rationale: String,
}

/// Raises a flag with the MASH. A closed case must be reopened first, so that the flag cannot be overlooked.
pub fn raise_escalation(
    case: &Case,
    id: EscalationId,
    typed: &RaiseEscalation,
    now: DateTime<Utc>,
) -> Result<CaseEvent, Error> {
    must_be_open(case)?;
    let mut faults = Faults::default();
    let level = faults.chosen("level", typed.level, "Select how serious the concern is");
    let concern = faults.required("concern", &typed.concern, "The concern", PROSE, "Enter what you are worried about");
    let rationale =
        faults.required("rationale", &typed.rationale, "The rationale", PROSE, "Enter why you chose this level");
    let flag = (|| {
        Some(Escalation { id, level: level?, concern: concern?, rationale: rationale?, raised_at: now, answer: None })
    })();
    faults.finish(flag).map(CaseEvent::EscalationRaised)
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

/// Records what the MASH said to an open flag.
pub fn answer_escalation(case: &Case, typed: &AnswerEscalation, now: DateTime<Utc>) -> Result<CaseEvent, Error> {
    let flag = case.escalations.iter().find(|flag| flag.id == typed.escalation).ok_or(Error::NotFound)?;
    if flag.answer.is_some() {
        return Err(Conflict::AlreadyAnswered.into());
    }
    let mut faults = Faults::default();
    let decision = faults.chosen("decision", typed.decision, "Select what the MASH decided");
    let mash_reference =
        faults.line("mashReference", &typed.mash_reference, "MASH reference", LINE, "Enter the MASH’s reference");
    let text = faults.required("answer", &typed.text, "The answer", PROSE, "Enter what the MASH said");
    let answer =
        (|| Some(MashAnswer { answered_at: now, decision: decision?, mash_reference: mash_reference?, text: text? }))();
    faults.finish(answer).map(|answer| CaseEvent::EscalationAnswered { escalation: typed.escalation, answer })
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

/// Records a placement.
pub fn record_placement(case: &Case, id: PlacementId, typed: &Place, now: DateTime<Utc>) -> Result<CaseEvent, Error> {
    must_be_open(case)?;
    let mut faults = Faults::default();
    let kind = faults.chosen("kind", typed.kind, "Select the kind of education");
    let provider = faults.line("provider", &typed.provider, "School or provider", LINE, "Enter the school or provider");
    let starts_on = faults.date("startsOn", &typed.starts_on, "Start date", "Enter the date the child starts");
    let placement = (|| {
        let school = typed.school;
        Some(Placement { id, kind: kind?, provider: provider?, school, starts_on: starts_on?, recorded_at: now })
    })();
    faults.finish(placement).map(CaseEvent::PlacementRecorded)
}
