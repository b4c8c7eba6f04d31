//! Working an open case: assignment, enquiries, notes, reviews, whereabouts and flags.
//!
//! What must not live here: who may do it (`domain::policy`), where the child is educated (`place`), the statutory status
//! (`standing`), and closing the case (`close`).

use chrono::{DateTime, Utc};
use entity::vocabulary::{
    EnquiryFinding, EnquiryKind, EscalationLevel, LawfulGateway, Risk, SightingKind, Whereabouts,
};
use entity::{AgencyId, EnquiryId, EscalationId, StaffId};

use super::super::date::Life;
use super::super::escalation::Escalation;
use super::super::family::Named;
use super::super::london::london_day;
use super::super::school_days::working_day_from;
use super::super::typed::{
    Read, all, check, chosen, fault, line, optional_past_day, optional_prose, past_day, prose, reason, start_day,
    telling_line,
};
use super::{Case, CaseEvent, Enquiry, EnquiryAnswer, Review};
use crate::error::{Conflict, Error};

pub(super) const LINE: usize = 200;
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
    pub gateway: Option<LawfulGateway>,
    pub other_gateway: String,
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

/// A review as typed.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of `Review`, as typed")]
pub struct RecordReview {
    pub checked: Vec<EnquiryKind>,
    pub note: String,
}

/// Reads the gateway by which an enquiry is made, as the words that are kept of it. Only what may not be asked without one
/// needs one.
fn read_gateway(typed: &RecordEnquiry) -> Read<Option<String>> {
    match typed.gateway {
        Some(LawfulGateway::Other) => {
            let lacking = "Enter the law by which they may tell us, with its section";
            telling_line("otherGateway", &typed.other_gateway, "The law", LINE, lacking).map(Some)
        }
        Some(gateway) => Ok(Some(gateway.label().to_owned())),
        None if typed.kind.is_some_and(needs_gateway) => {
            fault("gateway", "Select the law by which they may tell us: without one they must not be asked")
        }
        None => Ok(None),
    }
}

/// Whether nobody may be asked this without a gateway in law being named: HM Revenue and Customs may tell of a child
/// only under paragraph 10A of schedule 5 to the Tax Credits Act 2002, for functions under part 5 of the Children Act
/// 1989 and after all other sources are exhausted.
fn needs_gateway(kind: EnquiryKind) -> bool {
    kind == EnquiryKind::HmrcChildBenefit
}

impl Case {
    /// Gives the case to an officer, or takes it from one (`None`). Refuses a closed case, and a change that changes
    /// nothing. `own` says that whoever asks has the case now, or is about to: taking it from another needs a reason.
    pub fn assign(&self, officer: Option<StaffId>, own: bool, why: &str) -> Result<CaseEvent, Error> {
        self.must_be_open()?;
        if officer == self.officer {
            return Err(Error::invalid("officer", "Select somebody else: this is how the case is assigned already"));
        }
        if officer.is_none() && self.risk() == Risk::Immediate {
            return Err(Error::invalid(
                "officer",
                "Select an officer: a child in immediate danger cannot wait for one",
            ));
        }
        let (reason,) = all((optional_prose("reason", why, "The reason", PROSE),))?;
        if self.officer.is_some() && !own && reason.is_none() {
            return Err(Error::invalid("reason", "Enter why the case is taken from its officer, who is told"));
        }
        Ok(CaseEvent::CaseAssigned { officer, before: self.officer, reason })
    }

    /// Records that the case was looked at as a whole, which is what moves its next review.
    pub fn review(&self, typed: &RecordReview) -> Result<CaseEvent, Error> {
        self.must_be_open()?;
        let mut checked = typed.checked.clone();
        checked.sort_unstable();
        checked.dedup();
        let other = checked == [EnquiryKind::Other];
        let ((), (), note) = all((
            check(!checked.is_empty(), "checked", "Select what you looked at again"),
            check(!other, "checked", "Select which of the checks you looked at again: another alone is no review"),
            prose("note", &typed.note, "What follows", PROSE, "Enter what you found, and what is done next"),
        ))?;
        Ok(CaseEvent::CaseReviewed(Review { checked, note }))
    }

    /// The bounds of every day that is typed about the child. The birth is known here as far as the facts of the case
    /// tell it.
    pub(super) fn life(&self, now: DateTime<Utc>) -> Life {
        Life::of(london_day(now), self.born)
    }

    /// Records a tracing enquiry made today or before, with every fault at once.
    pub fn record_enquiry(&self, id: EnquiryId, typed: &RecordEnquiry, now: DateTime<Utc>) -> Result<CaseEvent, Error> {
        self.must_be_open()?;
        let asked_on =
            past_day("askedOn", &typed.asked_on, "Date asked", "Enter the date the enquiry was made", self.life(now));
        let due_on =
            start_day("dueOn", &typed.due_on, "Date due", "Enter the date by which an answer is due", self.life(now));
        let due_before = matches!((&asked_on, &due_on), (Ok(asked), Ok(due)) if due < asked);
        let (kind, asked_of, asked_on, due_on, (), note, gateway) = all((
            chosen("kind", typed.kind, "Select what kind of check this is"),
            line("askedOf", &typed.asked_of, "Who was asked", LINE, "Enter who was asked"),
            asked_on,
            due_on,
            check(!due_before, "dueOn", "Date due must be the same as or after the date asked"),
            optional_prose("note", &typed.note, "What was asked", PROSE),
            read_gateway(typed),
        ))?;
        let repeats = |open: &&Enquiry| {
            (open.kind, &open.asked_of, open.asked_on) == (kind, &asked_of, asked_on) && open.agency == typed.agency
        };
        if self.open_enquiries().find(repeats).is_some() {
            return Err(Error::invalid("askedOf", "This enquiry is recorded already and waits for its answer"));
        }
        Ok(CaseEvent::EnquiryRecorded(Enquiry {
            id,
            kind,
            asked_of,
            agency: typed.agency,
            asked_on,
            // Nobody answers, or asks again, on a day on which the office is closed.
            due_on: working_day_from(due_on),
            note: note.unwrap_or_default(),
            answer: None,
            gateway,
            returned_on: None,
        }))
    }

    /// Takes every open enquiry back that this agency was to answer; it has no agreement any more.
    pub fn take_back(&self, agency: AgencyId, reason: &str) -> Vec<CaseEvent> {
        let theirs = self.open_enquiries().filter(|asked| asked.agency == Some(agency));
        theirs.map(|asked| CaseEvent::EnquiryReturned { enquiry: asked.id, reason: reason.to_owned() }).collect()
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
        let withdrawn = typed.finding == Some(EnquiryFinding::Withdrawn);
        let (answered_on, (), (), finding, text) = all((
            answered_on,
            check(!withdrawn, "finding", "Select what they answered, or withdraw the enquiry"),
            check(!before_asked, "answeredOn", "Date answered must be the same as or after the date asked"),
            chosen("finding", typed.finding, "Select what the enquiry came to"),
            prose("answer", &typed.text, "The answer", PROSE, "Enter what the answer was"),
        ))?;
        let answer = EnquiryAnswer { answered_on, finding, text };
        Ok(CaseEvent::EnquiryAnswered { enquiry: typed.enquiry, answer })
    }

    /// Withdraws an open enquiry that was not to be made, such as one put to the wrong agency.
    pub fn withdraw_enquiry(&self, id: EnquiryId, why: &str, now: DateTime<Utc>) -> Result<CaseEvent, Error> {
        self.must_be_open()?;
        let asked = self.enquiries.iter().find(|asked| asked.id == id).ok_or(Error::NotFound)?;
        if asked.answer.is_some() {
            return Err(Conflict::AlreadyAnswered.into());
        }
        let (reason,) = all((reason(why, PROSE, "Enter why nobody was to be asked this"),))?;
        Ok(CaseEvent::EnquiryWithdrawn { enquiry: id, on: london_day(now), reason })
    }

    /// Names a brother or sister of the child; on a closed case too, which may be found by it. Whoever is named already is
    /// named anew only if a record of theirs struck the child out `since`.
    pub fn name_sibling(&self, named: Named, source: String, since: Option<DateTime<Utc>>) -> Result<CaseEvent, Error> {
        if self.siblings.iter().any(|held| held.is_same(&named) && since <= held.at) {
            return Err(Error::invalid("name", "This brother or sister is named here already"));
        }
        Ok(CaseEvent::SiblingNamed { named, source })
    }

    /// Strikes out somebody who was wrongly named as a brother or sister of the child. To name them again takes this
    /// back, as it does to name the child on a record of theirs. Whoever is struck out already is struck out anew only if
    /// a record of theirs named the child `since`.
    pub fn strike_sibling(
        &self,
        named: Named,
        reason: String,
        since: Option<DateTime<Utc>>,
    ) -> Result<CaseEvent, Error> {
        if self.struck.iter().any(|held| held.is_same(&named) && since <= held.at) {
            return Err(Error::invalid("name", "This name is struck out already"));
        }
        Ok(CaseEvent::SiblingStruck { named, reason })
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
        let same = typed.whereabouts == Some(self.whereabouts)
            && matches!(last_seen_on, Ok(seen) if seen.is_none() || seen == self.last(SightingKind::Seen));
        let (whereabouts, reason, last_seen_on, (), ()) = all((
            chosen("whereabouts", typed.whereabouts, "Select what is known of the child’s whereabouts"),
            prose("reason", &typed.reason, "How this is known", PROSE, "Enter how this is known, and from whom"),
            last_seen_on,
            check(!unseen, "lastSeenOn", "Enter the date on which a professional saw the child"),
            check(!same, "whereabouts", "This is how it stands: change something, or add a note instead"),
        ))?;
        Ok(CaseEvent::WhereaboutsChanged { whereabouts, last_seen_on, reason, before: Some(self.whereabouts) })
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
        // Another concern must never be refused; the very same one twice hides what is new in it.
        if self.open_escalations().any(|flag| flag.level == level && flag.concern == concern) {
            return Err(Error::invalid("concern", "This flag is open already, word for word: enter what is new"));
        }
        Ok(CaseEvent::EscalationRaised(Escalation::raised(id, level, concern, rationale, now)))
    }
}
