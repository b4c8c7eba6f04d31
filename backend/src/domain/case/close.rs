//! Closing on evidence, and reopening.
//!
//! Each outcome demands its own evidence (`domain.md` calls it "closing on a story" when it does not have it). A child
//! said to be elsewhere without confirmation from there is tracked, not closed.

use chrono::{DateTime, NaiveDate, Utc};
use entity::vocabulary::{CaseState, EvidenceKind, Outcome};

use super::super::clock::london_day;
use super::super::school_age::{AgePosition, position};
use super::work::Faults;
use super::{Case, CaseEvent, Closure};
use crate::error::{Conflict, Error};

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

/// Whether the child is said to be elsewhere, so that lacking confirmation leads to tracking.
fn is_elsewhere(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::MovedUkConfirmed | Outcome::MovedAbroadConfirmed)
}

/// Decides how a wish to close ends: closed, tracked while confirmation is awaited, or reviewed and still open. A
/// case with an unanswered flag or enquiry is refused, and says what is open.
pub fn close(
    case: &Case,
    typed: &Close,
    date_of_birth: Option<NaiveDate>,
    now: DateTime<Utc>,
) -> Result<CaseEvent, Error> {
    if case.state == CaseState::Closed {
        return Err(Conflict::CaseClosed.into());
    }
    let today = london_day(now);
    let mut faults = Faults::default();
    let outcome = faults.chosen("outcome", typed.outcome, "Select the outcome");
    let evidence = faults.chosen("evidence", typed.evidence, "Select the evidence for the outcome");
    let evidence_on = faults.past_date(
        "evidenceOn",
        &typed.evidence_on,
        "Date of the evidence",
        "Enter the date of the evidence",
        today,
    );
    let evidence_from = faults.required(
        "evidenceFrom",
        &typed.evidence_from,
        "Who gave the evidence",
        200,
        "Enter who gave the evidence",
    );
    let note = faults.required("note", &typed.note, "The reasons", 4_000, "Enter the reasons for this outcome");
    let mut destination = None;
    let mut duplicate_of = None;
    if let Some(outcome) = outcome {
        let proven = evidence.is_some_and(|evidence| evidence_for(outcome).contains(&evidence));
        if evidence.is_some() && !proven && !is_elsewhere(outcome) {
            let needed: Vec<&str> = evidence_for(outcome).iter().map(|kind| kind.label()).collect();
            faults.add("evidence", format!("“{}” needs: {}", outcome.label(), needed.join(", or ")));
        }
        if is_elsewhere(outcome) {
            destination = faults.required(
                "destination",
                &typed.destination,
                "Where the child went",
                1_000,
                "Enter where the child went: authority or country, school, and start date",
            );
        }
        if outcome == Outcome::Duplicate {
            duplicate_of = faults.required(
                "duplicateOf",
                &typed.duplicate_of,
                "The other case",
                40,
                "Enter the reference of the case that stays open",
            );
            if duplicate_of.as_ref().is_some_and(|other| other.eq_ignore_ascii_case(&case.opened.reference)) {
                faults.add("duplicateOf", "Enter the reference of another case, not this one");
            }
        }
        check_age(&mut faults, outcome, date_of_birth, today);
    }
    let closure = (|| {
        Some(Closure {
            outcome: outcome?,
            evidence: evidence?,
            evidence_on: evidence_on?,
            evidence_from: evidence_from?,
            destination,
            duplicate_of,
            note: note?,
        })
    })();
    let closure = faults.finish(closure)?;
    if closure.outcome == Outcome::UntracedReview {
        return Ok(CaseEvent::UntracedReviewed(closure));
    }
    if !evidence_for(closure.outcome).contains(&closure.evidence) {
        return Ok(CaseEvent::TrackingBegan(closure));
    }
    let open = case.open_items();
    if open.is_empty() { Ok(CaseEvent::CaseClosed(closure)) } else { Err(Conflict::OpenItems(open).into()) }
}

/// An outcome by age must agree with the date of birth on file.
fn check_age(faults: &mut Faults, outcome: Outcome, date_of_birth: Option<NaiveDate>, today: NaiveDate) {
    let sentence = match outcome {
        Outcome::OverSchoolAge => "over compulsory school age",
        Outcome::BelowSchoolAge => "below compulsory school age",
        _ => return,
    };
    let Some(born) = date_of_birth else {
        return faults.add("outcome", "The case has no date of birth, so age cannot be the outcome");
    };
    let agrees = match position(born, today) {
        AgePosition::Over { .. } => outcome == Outcome::OverSchoolAge,
        AgePosition::Below { .. } => outcome == Outcome::BelowSchoolAge,
        AgePosition::Within => false,
    };
    if !agrees {
        faults.add("outcome", format!("By the date of birth on file the child is not {sentence}"));
    }
}

/// Opens a closed case again.
pub fn reopen(case: &Case, reason: &str) -> Result<CaseEvent, Error> {
    if case.state != CaseState::Closed {
        return Err(Conflict::CaseOpen.into());
    }
    let mut faults = Faults::default();
    let reason = faults.required("reason", reason, "The reason", 4_000, "Enter why the case is opened again");
    faults.finish(reason).map(|reason| CaseEvent::CaseReopened { reason })
}
