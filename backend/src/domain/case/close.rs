//! Closing a case on evidence, and reopening it.
//!
//! Each outcome needs its own kind of evidence: what somebody said is none. A child said to have moved, without
//! confirmation from the new place, is tracked and not closed.
//!
//! What must not live here: who may close a case (`domain::policy`).

use chrono::{DateTime, NaiveDate, Utc};
use entity::vocabulary::{CaseState, EvidenceKind, Outcome};

use super::super::clock::london_day;
use super::super::date::Life;
use super::super::school_age::{AgePosition, position};
use super::super::typed::{Read, all, check, chosen, fault, past_day, prose, reason};
use super::work::PROSE;
use super::{Case, CaseEvent, Closure};
use crate::error::{CaseConflict, Error};

/// How somebody wants to close a case, as typed.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of `Closure`, as typed")]
pub struct Close {
    pub outcome: Option<Outcome>,
    pub evidence: Option<EvidenceKind>,
    pub evidence_on: String,
    pub evidence_from: String,
    pub note: String,
    pub destination: String,
    pub duplicate_of: String,
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

impl Case {
    /// Decides how a request to close ends: closed; tracked, while confirmation of a move is awaited; or reviewed and
    /// still open. Closing fails while a flag or an enquiry is unanswered, and the error lists them; tracking and
    /// review do not. `other` is the case whose reference was given as the duplicate, `None` when there is no such
    /// case.
    pub fn close(
        &self,
        typed: &Close,
        other: Option<&Case>,
        date_of_birth: Option<NaiveDate>,
        now: DateTime<Utc>,
    ) -> Result<CaseEvent, Error> {
        self.must_be_open()?;
        let today = london_day(now);
        let (outcome, evidence, evidence_on, evidence_from, note, (), destination, duplicate_of, ()) = all((
            chosen("outcome", typed.outcome, "Select the outcome"),
            chosen("evidence", typed.evidence, "Select the evidence for the outcome"),
            past_day(
                "evidenceOn",
                &typed.evidence_on,
                "Date of the evidence",
                "Enter the date of the evidence",
                Life::of(today, date_of_birth),
            ),
            prose("evidenceFrom", &typed.evidence_from, "Who gave the evidence", 200, "Enter who gave the evidence"),
            prose("note", &typed.note, "The reasons", PROSE, "Enter the reasons for this outcome"),
            fits(typed.outcome, typed.evidence),
            destination(typed),
            self.duplicate_of(typed, other),
            check_age(typed.outcome, date_of_birth, today),
        ))?;
        let closure = Closure { outcome, evidence, evidence_on, evidence_from, destination, duplicate_of, note };
        // The review of an untraced child comes before the check of open items, since it leaves the case open.
        if outcome == Outcome::UntracedReview {
            return Ok(CaseEvent::UntracedReviewed(closure));
        }
        if !evidence_for(outcome).contains(&evidence) {
            return Ok(CaseEvent::TrackingBegan(closure));
        }
        let open = self.open_items();
        if open.is_empty() { Ok(CaseEvent::CaseClosed(closure)) } else { Err(CaseConflict::OpenItems(open).into()) }
    }

    /// Reads the reference of the case that this one duplicates: another case, and an open one, because otherwise
    /// nobody follows the child. `None` unless the outcome is a duplicate.
    fn duplicate_of(&self, typed: &Close, other: Option<&Case>) -> Read<Option<String>> {
        const FIELD: &str = "duplicateOf";
        let is_duplicate = typed.outcome == Some(Outcome::Duplicate);
        // A reference that was typed must be right, whatever the outcome.
        if !is_duplicate && typed.duplicate_of.trim().is_empty() {
            return Ok(None);
        }
        let lacking = "Enter the reference of the case that stays open";
        prose(FIELD, &typed.duplicate_of, "The other case", 40, lacking)?;
        match other {
            None => fault(FIELD, "Enter the reference of a case that exists"),
            Some(other) if is_duplicate && other.id == self.id => {
                fault(FIELD, "Enter the reference of another case, not this one")
            }
            Some(other) if other.state == CaseState::Closed => {
                fault(FIELD, "Enter the reference of a case that is open: this one is closed")
            }
            Some(other) => Ok(is_duplicate.then(|| other.opened.reference.clone())),
        }
    }

    /// Opens a closed case again, for a reason; refuses one that is not closed.
    pub fn reopen(&self, typed: &str) -> Result<CaseEvent, Error> {
        if self.state != CaseState::Closed {
            return Err(CaseConflict::Open.into());
        }
        let (reason,) = all((reason(typed, PROSE, "Enter why the case is opened again"),))?;
        Ok(CaseEvent::CaseReopened { reason })
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

/// Reads where the child went; `None` unless the outcome is a move.
fn destination(typed: &Close) -> Read<Option<String>> {
    if !typed.outcome.is_some_and(is_elsewhere) {
        return Ok(None);
    }
    let lacking = "Enter where the child went: authority or country, school, and start date";
    prose("destination", &typed.destination, "Where the child went", 1_000, lacking).map(Some)
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
