//! Closing a case on evidence, and reopening it.
//!
//! Each outcome needs its own kind of evidence: what somebody said is none. A child said to have moved is tracked, and
//! not closed, until a named school there is attended, another authority has acknowledged that it follows the child, or
//! a school abroad has confirmed. Some outcomes are proposed by one person and decided by another.
//!
//! What must not live here: who may close a case (`domain::policy`), and whether two cases are of one child
//! (`domain::matching`).

use chrono::{DateTime, NaiveDate, Utc};
use entity::vocabulary::{CaseState, ChildFact, EvidenceKind, Outcome, StatusGround, StatutoryStatus};
use entity::{EscalationId, StaffId};

use super::super::child::ChildChange;
use super::super::date::Life;
use super::super::escalation::Escalation;
use super::super::london::london_day;
use super::super::school_age::{AgePosition, compulsory_school_age, position};
use super::super::typed::{
    Read, Together as _, all, check, chosen, fault, optional_past_day, optional_telling_line, past_day, prose, reason,
    telling_prose,
};
use super::work::{LINE, PROSE};
use super::{Case, CaseEvent, Closure, Destination, Placement};
use crate::error::{CaseConflict, Error};

/// The outcomes that always need two people: by a mistake in one of them a child is lost for good.
pub const TWO_PEOPLE: [Outcome; 2] = [Outcome::Duplicate, Outcome::UntracedReview];

/// How somebody wants to close a case, as typed.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of `Closure` and `Destination`, as typed")]
pub struct Close {
    pub outcome: Option<Outcome>,
    pub evidence: Option<EvidenceKind>,
    pub evidence_on: String,
    pub evidence_from: String,
    pub note: String,
    pub school: String,
    pub attended_on: String,
    pub authority: String,
    pub acknowledged_as: String,
    pub country: String,
    pub address: String,
    pub duplicate_of: String,
}

/// How somebody wants to open a closed case again, as typed.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of the API's `ReopenCaseInput`")]
pub struct Reopen {
    pub ground: Option<StatusGround>,
    pub from: String,
    pub reason: String,
}

/// What a request to close is decided by, besides the case and what was typed.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The case whose reference was given as the duplicate; `None` when there is no such case.
    pub other: Option<&'a Case>,
    /// Whether that case is of the same child, or of one who is likely the same.
    pub same_child: bool,
    /// The child's date of birth on file.
    pub date_of_birth: Option<NaiveDate>,
    /// The outcomes that need a second person by the council's setting, besides [`TWO_PEOPLE`].
    pub two_people: &'a [Outcome],
    /// Whether a move within the UK that only the reference of an authority backs needs one too.
    pub two_for_a_reference: bool,
    /// Who asks.
    pub by: Option<StaffId>,
}

/// Who decides on a proposed outcome.
#[derive(Clone, Copy, Debug)]
pub struct Second {
    /// The person.
    pub staff: StaffId,
    /// Whether they are a manager.
    pub manager: bool,
    /// Whether they have the other case of a duplicate.
    pub has_other: bool,
}

/// The evidence that proves `outcome`.
fn evidence_for(outcome: Outcome) -> &'static [EvidenceKind] {
    use EvidenceKind as E;
    match outcome {
        Outcome::OnRollState => &[E::SchoolConfirmation, E::NewPupilReturn],
        Outcome::OnRollIndependent | Outcome::ReferredInError => &[E::SchoolConfirmation],
        Outcome::AlternativeProvisionSuitable => &[E::ProviderConfirmation],
        Outcome::HomeEducationSuitable => &[E::HomeEducationAssessment],
        Outcome::MovedUkConfirmed => &[E::AuthorityConfirmation, E::SchoolConfirmation],
        Outcome::MovedAbroadConfirmed => &[E::OverseasSchoolConfirmation],
        Outcome::OverSchoolAge | Outcome::BelowSchoolAge => &[E::DateOfBirthRecord],
        Outcome::NotResidentConfirmed => &[E::ResidenceConfirmation, E::AuthorityConfirmation],
        Outcome::Duplicate => &[E::RecordComparison],
        Outcome::Deceased => &[E::DeathNotice],
        Outcome::UntracedReview => &[E::ManagerReview],
    }
}

/// Whether the outcome is a move: without confirmation from the new place it leads to tracking, not to closing.
fn is_elsewhere(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::MovedUkConfirmed | Outcome::MovedAbroadConfirmed)
}

/// Whether a move within the UK rests on the reference of an authority alone: no school there is named that is attended.
fn rests_on_reference(closure: &Closure) -> bool {
    let attends = closure.place.as_ref().is_some_and(|place| !place.school.is_empty() && place.attended_on.is_some());
    closure.outcome == Outcome::MovedUkConfirmed && !attends
}

/// Whether the outcome is a place at which the child is educated here: an offer is none before it is attended.
fn is_placed(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::OnRollState | Outcome::OnRollIndependent | Outcome::AlternativeProvisionSuitable)
}

/// Whether the closure is proven: by its kind of evidence, and for a move by a named school there that is attended, an
/// authority that has acknowledged the child, or abroad the full address and the school.
fn is_proven(closure: &Closure) -> bool {
    let place = closure.place.clone().unwrap_or_default();
    let arrived = match closure.outcome {
        Outcome::MovedUkConfirmed => match closure.evidence {
            EvidenceKind::AuthorityConfirmation => !place.acknowledged_as.is_empty(),
            _ => !place.school.is_empty() && place.attended_on.is_some(),
        },
        Outcome::MovedAbroadConfirmed => !place.school.is_empty() && !place.address.is_empty(),
        _ => true,
    };
    arrived && evidence_for(closure.outcome).contains(&closure.evidence)
}

impl Case {
    /// Decides how a request to close ends: closed; proposed to a second person; or tracked, while confirmation of a move
    /// is awaited. Closing fails while a flag or an enquiry is unanswered, and the error lists them; tracking and the
    /// review of an untraced child do not.
    pub fn close(&self, typed: &Close, known: &Known<'_>, now: DateTime<Utc>) -> Result<Vec<CaseEvent>, Error> {
        self.must_be_open()?;
        let today = london_day(now);
        let (outcome, evidence, evidence_on, evidence_from, note, (), place, duplicate_of, ()) = all((
            chosen("outcome", typed.outcome, "Select the outcome"),
            chosen("evidence", typed.evidence, "Select the evidence for the outcome"),
            past_day(
                "evidenceOn",
                &typed.evidence_on,
                "Date of the evidence",
                "Enter the date of the evidence",
                Life::of(today, known.date_of_birth),
            ),
            telling_prose(
                "evidenceFrom",
                &typed.evidence_from,
                "Who gave the evidence",
                LINE,
                "Enter who gave the evidence",
            ),
            telling_prose("note", &typed.note, "The reasons", PROSE, "Enter the reasons for this outcome"),
            fits(typed.outcome, typed.evidence),
            destination(typed, self.attended_place(), self.life(now)),
            self.duplicate_of(typed, known),
            check_age(typed.outcome, known.date_of_birth, today),
        ))?;
        let closure = Closure {
            outcome,
            evidence,
            evidence_on,
            evidence_from,
            destination: None,
            place,
            duplicate_of,
            note,
            proposed_by: None,
            hands_over_flags: false,
        };
        if !is_proven(&closure) {
            return Ok(vec![CaseEvent::TrackingBegan(closure)]);
        }
        if outcome != Outcome::UntracedReview {
            self.must_have_nothing_open(outcome)?;
        }
        let by_reference = known.two_for_a_reference && rests_on_reference(&closure);
        if by_reference || TWO_PEOPLE.contains(&outcome) || known.two_people.contains(&outcome) {
            return Ok(vec![CaseEvent::ClosureProposed(Closure { proposed_by: known.by, ..closure })]);
        }
        Ok(self.settled(closure, known.date_of_birth))
    }

    /// Decides on the proposed outcome as the second person, who agrees. A duplicate is decided by a manager or by the
    /// officer of the other case, the review of an untraced child by a manager.
    pub fn approve(&self, by: Second, date_of_birth: Option<NaiveDate>) -> Result<Vec<CaseEvent>, Error> {
        let closure = self.proposal_for(by)?.clone();
        if self.overtaken {
            return Err(CaseConflict::ProposalOvertaken.into());
        }
        if closure.outcome == Outcome::UntracedReview {
            return Ok(vec![CaseEvent::UntracedReviewed(closure)]);
        }
        self.must_have_nothing_open(closure.outcome)?;
        let hands_over_flags = closure.outcome == Outcome::Duplicate && !self.escalations.is_empty();
        Ok(self.settled(Closure { hands_over_flags, ..closure }, date_of_birth))
    }

    /// Declines the proposed outcome for a reason; whoever proposed it may withdraw it so.
    pub fn decline(&self, by: Option<StaffId>, typed: &str) -> Result<CaseEvent, Error> {
        self.must_be_open()?;
        let proposed = self.proposed.as_ref().ok_or(CaseConflict::NothingProposed)?;
        let own = by.is_some() && proposed.proposed_by == by;
        let lacking = if own { "Enter why you withdraw it" } else { "Enter why you do not agree" };
        let (reason,) = all((reason(typed, PROSE, lacking),))?;
        Ok(CaseEvent::ClosureDeclined { reason })
    }

    /// Whether this person may be the second to decide on the proposed outcome; nobody may on their own.
    pub fn is_decided_by(&self, by: Second) -> bool {
        self.proposal_for(by).is_ok()
    }

    fn proposal_for(&self, by: Second) -> Result<&Closure, Error> {
        self.must_be_open()?;
        let proposed = self.proposed.as_ref().ok_or(CaseConflict::NothingProposed)?;
        if proposed.proposed_by == Some(by.staff) {
            return Err(CaseConflict::OwnProposal.into());
        }
        match proposed.outcome {
            Outcome::Duplicate if !by.manager && !by.has_other => {
                Err(CaseConflict::DecidedBy("a manager, or the officer of the other case").into())
            }
            Outcome::UntracedReview if !by.manager => Err(CaseConflict::DecidedBy("a manager").into()),
            _ => Ok(proposed),
        }
    }

    /// A duplicate takes its matters of a roll along to the case that stays open.
    fn must_have_nothing_open(&self, outcome: Outcome) -> Result<(), Error> {
        let mut held = self.clone();
        if outcome == Outcome::Duplicate {
            held.removals.clear();
        }
        let open = held.open_items();
        if open.is_empty() { Ok(()) } else { Err(CaseConflict::OpenItems(open).into()) }
    }

    /// The facts of a case that is closed: with the outcome the statutory status that it brings, from its own day on.
    fn settled(&self, closure: Closure, date_of_birth: Option<NaiveDate>) -> Vec<CaseEvent> {
        let attended = closure.place.as_ref().and_then(|place| place.attended_on);
        let age = date_of_birth.map(compulsory_school_age);
        let status = match closure.outcome {
            Outcome::OnRollState | Outcome::OnRollIndependent => Some((StatusGround::AttendsSchool, attended)),
            Outcome::ReferredInError => Some((StatusGround::OnRoll, Some(closure.evidence_on))),
            Outcome::AlternativeProvisionSuitable => Some((StatusGround::ProvisionSuitable, attended)),
            Outcome::HomeEducationSuitable => Some((StatusGround::HomeEducation, Some(closure.evidence_on))),
            Outcome::OverSchoolAge => Some((StatusGround::OverAge, age.and_then(|age| age.end.succ_opt()))),
            // A child below the age was never missing education.
            Outcome::BelowSchoolAge => {
                Some((StatusGround::BelowAge, self.statuses.all().first().map(|held| held.from)))
            }
            // The child is another authority's from now on, or nobody's: what held here holds until the last day.
            Outcome::MovedUkConfirmed
            | Outcome::MovedAbroadConfirmed
            | Outcome::NotResidentConfirmed
            | Outcome::Duplicate
            | Outcome::Deceased
            | Outcome::UntracedReview => None,
        };
        let (source, reason) = (closure.evidence_from.clone(), closure.outcome.label().to_owned());
        let mut facts: Vec<CaseEvent> = self.returned_by(&closure).into_iter().collect();
        let closed = CaseEvent::CaseClosed(closure);
        match status {
            Some((ground, Some(from))) => {
                let mut settled = self.with_status(closed, ground, from, source, reason);
                // The status first: nothing is decided of a case that is closed.
                settled.reverse();
                facts.extend(settled);
            }
            _ => facts.push(closed),
        }
        facts
    }

    /// The new-pupil return on which a case is closed, where it is plain which place it is for: the only one that owes one,
    /// and attended by then.
    fn returned_by(&self, closure: &Closure) -> Option<CaseEvent> {
        let mut owed = self.placements.iter().filter(|place| place.return_due_on().is_some());
        let (only, another) = (owed.next()?, owed.next());
        let is_it = closure.evidence == EvidenceKind::NewPupilReturn
            && another.is_none()
            && only.attended_on.is_some_and(|first| first <= closure.evidence_on);
        let (placement, on) = (only.id, closure.evidence_on);
        is_it.then_some(CaseEvent::NewPupilReturned { placement, on, exempt: false, contact: None })
    }

    /// The place that the child attends, by what is on file; `None` where there is none, or more than one.
    fn attended_place(&self) -> Option<&Placement> {
        let mut attended = self.placements.iter().filter(|one| one.attended_on.is_some() && one.ended_on.is_none());
        attended.next().filter(|_| attended.next().is_none())
    }

    /// Reads the reference of the case that this one duplicates: another case, and an open one, because otherwise
    /// nobody follows the child. `None` unless the outcome is a duplicate.
    fn duplicate_of(&self, typed: &Close, known: &Known<'_>) -> Read<Option<String>> {
        const FIELD: &str = "duplicateOf";
        let is_duplicate = typed.outcome == Some(Outcome::Duplicate);
        // A reference that was typed must be right, whatever the outcome.
        if !is_duplicate && typed.duplicate_of.trim().is_empty() {
            return Ok(None);
        }
        let lacking = "Enter the reference of the case that stays open";
        prose(FIELD, &typed.duplicate_of, "The other case", 40, lacking)?;
        match known.other {
            None => fault(FIELD, "Enter the reference of a case that exists"),
            Some(other) if is_duplicate && other.id == self.id => {
                fault(FIELD, "Enter the reference of another case, not this one")
            }
            Some(_) if is_duplicate && !known.same_child => fault(
                FIELD,
                "The child of that case does not look like this one: a duplicate is of the same child. Check the \
                 reference, or correct the child’s facts first",
            ),
            Some(other) if other.state == CaseState::Closed => {
                fault(FIELD, "Enter the reference of a case that is open: this one is closed")
            }
            Some(other) => Ok(is_duplicate.then(|| other.opened.reference.clone())),
        }
    }

    /// Fails unless this case may be merged into the other, which stays open: nothing may come out of the circle of its
    /// readers by that.
    pub fn must_merge_into(&self, other: &Self) -> Result<(), Error> {
        if other.state == CaseState::Closed {
            return Err(CaseConflict::OtherClosed(other.opened.reference.clone()).into());
        }
        if self.restriction.is_some() && other.restriction.is_none() {
            return Err(CaseConflict::OtherNotRestricted(other.opened.reference.clone()).into());
        }
        if self.restriction.is_some() && other.readers.iter().any(|reader| !self.readers.contains(reader)) {
            return Err(CaseConflict::OtherReaders(other.opened.reference.clone()).into());
        }
        Ok(())
    }

    /// Opens a closed case again, for a reason. If the outcome said that the child is not missing education, it must be
    /// said anew whether that holds. Flags that it handed over are raised anew, each under a new `id`.
    pub fn reopen(
        &self,
        typed: &Reopen,
        mut id: impl FnMut() -> EscalationId,
        now: DateTime<Utc>,
    ) -> Result<Vec<CaseEvent>, Error> {
        if self.state != CaseState::Closed {
            return Err(CaseConflict::Open.into());
        }
        let lacks = typed.ground.is_none() && self.statuses.now().value != StatutoryStatus::Cme;
        let (from, (), reason) = all((
            optional_past_day("from", &typed.from, "The first day", self.life(now)),
            check(!lacks, "statusGround", "Select whether the child is missing education now, and why"),
            reason(&typed.reason, PROSE, "Enter why the case is opened again"),
        ))?;
        let reopened = CaseEvent::CaseReopened { reason: reason.clone() };
        let from = from.unwrap_or_else(|| london_day(now));
        // The case that they went to keeps them: whether that child or this one is meant, the MASH must know of both.
        let mut again = |flag: &Escalation| {
            let rationale = format!("Raised on this case before it was closed as a duplicate: {}", flag.rationale);
            CaseEvent::EscalationRaised(Escalation::raised(id(), flag.level, flag.concern.clone(), rationale, now))
        };
        let again: Vec<CaseEvent> = self.handed_over.iter().map(&mut again).collect();
        let mut facts = match typed.ground {
            Some(ground) => self.with_status(reopened, ground, from, "Reopening of the case".to_owned(), reason),
            None => vec![reopened],
        };
        facts.extend(again);
        Ok(facts)
    }
}

impl Case {
    /// The fact that another date of birth is on file than this case's own facts tell, because it was corrected in another
    /// case of the child: age, clocks and counts of a case go by its own facts. `None` where the two agree.
    pub fn born_otherwise(&self, on_file: Option<NaiveDate>) -> Option<CaseEvent> {
        let told = |day: Option<NaiveDate>| day.map(|day| day.to_string());
        let (before, after) = (told(self.born), told(on_file));
        (before != after).then(|| CaseEvent::ChildCorrected {
            changes: vec![ChildChange { fact: ChildFact::DateOfBirth, before, after }],
            source: "The record of the child".to_owned(),
            reason: match self.born {
                Some(_) => "Corrected in another case of the child",
                None => "On file, and not among the facts of this case",
            }
            .to_owned(),
            changed_on: None,
        })
    }

    /// Opens a case again that was closed because the child was too young, once the child is of compulsory school age: who
    /// educates the child from then on is to be found out. `born` is the date of birth on file. `None` while that day has
    /// not come, once compulsory school age is over, and for any other case.
    pub fn come_of_age(&self, born: NaiveDate, today: NaiveDate) -> Option<Vec<CaseEvent>> {
        const WHY: &str = "The child has reached compulsory school age";
        let (_, closure) = self.closed.as_ref().filter(|(_, closure)| closure.outcome == Outcome::BelowSchoolAge)?;
        let age = compulsory_school_age(born);
        let begins = age.start;
        age.contains(today).then(|| {
            let reopened = CaseEvent::CaseReopened { reason: WHY.to_owned() };
            let source = format!("Date of birth, by {}", closure.evidence_from);
            self.with_status(reopened, StatusGround::ChecksUnderWay, begins, source, WHY.to_owned())
        })
    }
}

/// Checks that the evidence proves the outcome, or that the outcome is a move, which lesser evidence puts under
/// tracking.
fn fits(outcome: Option<Outcome>, evidence: Option<EvidenceKind>) -> Read<()> {
    let (Some(outcome), Some(evidence)) = (outcome, evidence) else { return Ok(()) };
    let needed: Vec<&str> = evidence_for(outcome).iter().map(|kind| kind.label()).collect();
    let proven = evidence_for(outcome).contains(&evidence) || is_elsewhere(outcome);
    check(proven, "evidence", format!("“{}” needs: {}", outcome.label(), needed.join(", or ")))
}

/// Reads where the child is educated or went; `None` where the outcome has no such place. A place here must be attended,
/// a move needs at least the authority or the country, without which nobody could be asked, and an authority that has the
/// child its reference.
fn destination(typed: &Close, on_file: Option<&Placement>, life: Life) -> Read<Option<Destination>> {
    let lives_elsewhere = typed.outcome == Some(Outcome::NotResidentConfirmed)
        && typed.evidence == Some(EvidenceKind::AuthorityConfirmation);
    let has_place = |outcome: &Outcome| is_placed(*outcome) || is_elsewhere(*outcome) || lives_elsewhere;
    let Some(outcome) = typed.outcome.filter(has_place) else { return Ok(None) };
    let text = |field, typed: &str, called: &str| {
        let lacking = format!("{called} must say something, or be left empty");
        optional_telling_line(field, typed, called, LINE, &lacking).map(Option::unwrap_or_default)
    };
    // Nobody is asked twice for a place that is on file.
    let untyped = typed.school.trim().is_empty() && typed.attended_on.trim().is_empty();
    let known = on_file.filter(|_| is_placed(outcome) && untyped);
    let (school, attended_on, authority, acknowledged_as, country, address) = (
        match known {
            Some(place) => Ok(place.provider.clone()),
            None => text("school", &typed.school, "School or provider"),
        },
        match known {
            Some(place) => Ok(place.attended_on),
            None => optional_past_day("attendedOn", &typed.attended_on, "The first day attended", life),
        },
        text("authority", &typed.authority, "Authority"),
        text("acknowledgedAs", &typed.acknowledged_as, "Their reference"),
        text("country", &typed.country, "Country"),
        text("address", &typed.address, "Address there"),
    );
    let lacks = |read: &Read<String>| read.as_ref().is_ok_and(String::is_empty);
    let no_school = is_placed(outcome) && lacks(&school);
    let not_attended = is_placed(outcome) && attended_on == Ok(None);
    let no_authority = (outcome == Outcome::MovedUkConfirmed || lives_elsewhere) && lacks(&authority);
    let no_reference = lives_elsewhere && lacks(&acknowledged_as);
    let no_country = outcome == Outcome::MovedAbroadConfirmed && lacks(&country);
    let mut faults = Vec::new();
    for (lacking, field, message) in [
        (no_school, "school", "Enter the school or provider"),
        (
            not_attended,
            "attendedOn",
            "Enter the first day the child attended: until that is confirmed the child is missing education",
        ),
        (no_authority, "authority", "Enter the authority in whose area the child lives now"),
        (no_reference, "acknowledgedAs", "Enter the reference under which that authority has the child"),
        (no_country, "country", "Enter the country"),
    ] {
        faults.extend(check(!lacking, field, message).err().into_iter().flatten());
    }
    let read = (school, attended_on, authority, acknowledged_as, country, address).together();
    match read {
        Ok((school, attended_on, authority, acknowledged_as, country, address)) if faults.is_empty() => {
            Ok(Some(Destination { school, attended_on, authority, acknowledged_as, country, address }))
        }
        read => {
            faults.extend(read.err().into_iter().flatten());
            Err(faults)
        }
    }
}

/// Checks that an outcome by age agrees with the date of birth on file; without one such an outcome is refused.
fn check_age(outcome: Option<Outcome>, date_of_birth: Option<NaiveDate>, today: NaiveDate) -> Read<()> {
    let sentence = match outcome {
        Some(Outcome::OverSchoolAge) => "over compulsory school age",
        Some(Outcome::BelowSchoolAge) => "below compulsory school age",
        _ => return Ok(()),
    };
    let Some(born) = date_of_birth else {
        return fault("outcome", "The case has no date of birth, so age cannot be the outcome");
    };
    let agrees = match position(born, today) {
        AgePosition::Over { .. } => outcome == Some(Outcome::OverSchoolAge),
        AgePosition::Below { .. } => outcome == Some(Outcome::BelowSchoolAge),
        AgePosition::Within => false,
    };
    check(agrees, "outcome", format!("By the date of birth on file the child is not {sentence}"))
}
