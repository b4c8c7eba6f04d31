//! Acts that end a case on evidence, or begin it again.

use super::act::{ACT, About, Act};
use super::tracing::{DATE_HINT, PROSE};
use crate::acts::{done, done_as, faulty};
use crate::api::sentence;
use crate::documents::changes;
use crate::documents::inputs::{ApproveClosureInput, CloseCaseInput, DeclineClosureInput, ReopenCaseInput};
use crate::prelude::*;
use crate::questions::status;
use crate::vocabulary::{CaseState, EvidenceKind, Outcome};
use crate::when::date;

pub(super) const CLOSE: Act = Act {
    path: "close",
    title: "Close the case",
    button: |_| button("Save outcome"),
    may: |case| case.may_close,
    questions: |about, ask| {
        let open = open_items(about.case.open_items.as_deref().unwrap_or_default(), ask);
        view! {
            {open}
            {ask.radios("outcome", "What is the outcome?").bold().words::<Outcome>()}
            {details("Which evidence proves which outcome", proofs())}
            {ask
                .radios("evidence", "What evidence is there?")
                .bold()
                .hint("What the family told us proves no outcome. A move without confirmation from there is tracked, not closed.")
                .words::<EvidenceKind>()}
            {ask.date("evidenceOn", "What is the date of the evidence?").hint(DATE_HINT)}
            {ask.text("evidenceFrom", "Who gave the evidence?").hint("The person, and the school, authority or service")}
            {h2("Where the child is educated, or went")}
            {paragraph("Only for a place at a school or provider, and for a move. A place counts once it is attended. A move within the UK is closed on a named school that is attended, or once the authority there follows the child, which needs a second person; that an authority has a child who never lived here, by its name and reference; a move abroad on the full address, the school and its confirmation. Everything else is tracked.")}
            {attended(about)}
            {ask.text("school", "School or provider").optional()}
            {ask.date("attendedOn", "First day attended").hint(DATE_HINT)}
            {ask.text("authority", "Authority").optional().hint("For a move within the UK, and for a child whom another authority has")}
            {ask
                .text("acknowledgedAs", "Their reference")
                .optional()
                .hint("Under which that authority follows the child")}
            {ask.text("country", "Country").optional().hint("For a move abroad")}
            {ask.text("address", "Full address there").optional().hint("For a move abroad")}
            {ask
                .text("duplicateOf", "Which case stays open?")
                .hint("Only for a duplicate: the reference of the other case")
                .unchecked()
                .width(20)}
            {ask.textarea("note", "What are the reasons for this outcome?").most(PROSE)}
        }
        .into_any()
    },
    send: |api, to, form| {
        let input = CloseCaseInput {
            case: to.id,
            version: to.version,
            outcome: Outcome::parse(form.get("outcome")),
            evidence: EvidenceKind::parse(form.get("evidence")),
            evidence_on: form.day("evidenceOn"),
            evidence_from: form.text("evidenceFrom"),
            note: form.text("note"),
            school: form.some("school"),
            attended_on: form.some_day("attendedOn"),
            authority: form.some("authority"),
            acknowledged_as: form.some("acknowledgedAs"),
            country: form.some("country"),
            address: form.some("address"),
            duplicate_of: form.some("duplicateOf"),
        };
        done_as(changes::close_case(api, input), |case| match case.state {
            _ if case.proposed_outcome.is_some() => "Outcome proposed: a second person decides",
            CaseState::Closed => "Case closed",
            _ => "Not closed: tracked until the receiving authority or school confirms",
        })
    },
    ..ACT
};

pub(super) const APPROVE: Act = Act {
    path: "closure/approve",
    title: "Agree to the proposed outcome",
    button: |_| button("Agree"),
    may: |case| case.may_approve_closure,
    questions: |about, ask| {
        let open = open_items(about.case.open_items.as_deref().unwrap_or_default(), ask);
        view! {
            {open}
            {proposed(about)}
            {paragraph("You are the second person: read the evidence and the reasons in the timeline first.")}
        }
        .into_any()
    },
    send: |api, to, _| {
        let input = ApproveClosureInput { case: to.id, version: to.version };
        done(changes::approve_closure(api, input), "Outcome decided")
    },
    ..ACT
};

pub(super) const DECLINE: Act = Act {
    path: "closure/decline",
    title: "Decline or withdraw the proposed outcome",
    button: |_| button("Decline"),
    may: |case| case.may_close,
    on_page: |case| case.proposed_outcome.is_some(),
    questions: |about, ask| view! { {proposed(about)} {ask.textarea("reason", "Why?").most(PROSE)} }.into_any(),
    send: |api, to, form| {
        let input = DeclineClosureInput { case: to.id, version: to.version, reason: form.text("reason") };
        done(changes::decline_closure(api, input), "Proposed outcome declined")
    },
    ..ACT
};

fn proposed(about: &About) -> AnyView {
    let outcome = about.case.proposed_outcome.map_or("None", Word::label);
    SummaryList::new().row("Proposed outcome", outcome).view()
}

pub(super) const REOPEN: Act = Act {
    path: "reopen",
    title: "Reopen the case",
    button: |_| button("Reopen the case"),
    may: |case| case.may_reopen,
    in_state: |state| state == CaseState::Closed,
    questions: |_, ask| {
        view! {
            {status::asked(
                ask,
                "Is the child missing education now?",
                Some("Needed if the outcome said that the child was not missing education."),
            )}
            {ask.date("from", "Since which day?").hint("Leave empty for today. For example, 27 9 2026")}
            {ask.textarea("reason", "Why is the case opened again?").most(PROSE)}
        }
        .into_any()
    },
    send: |api, to, form| {
        let ground = status::ground(form);
        if status::status(form).is_some() && ground.is_none() {
            return faulty(&status::field(form), "Select the reason for the child’s status");
        }
        let input = ReopenCaseInput {
            case: to.id,
            version: to.version,
            status_ground: ground,
            from: form.some_day("from"),
            reason: form.text("reason"),
        };
        done(status::told_at(form, changes::reopen_case(api, input)), "Case reopened")
    },
    ..ACT
};

/// The place on file that the child attends, which need not be typed again.
fn attended(about: &About) -> Option<AnyView> {
    let places = about.case.placements.iter().flatten();
    let mut attended =
        places.filter(|place| place.ended_on.is_none()).filter_map(|place| Some((place, place.attended_on?)));
    let (place, since) = attended.next().filter(|_| attended.next().is_none())?;
    let words = format!(
        "On file: {}, attended since {}. If that is the place, leave school and first day empty.",
        place.provider,
        date(since)
    );
    Some(inset(paragraph(words)))
}

/// What must be answered first. The banner does not stand beside an error summary, which then says the same.
fn open_items(items: &[String], ask: Ask<'_>) -> Option<AnyView> {
    let list = bullets(items.iter().map(|item| sentence(item)))?;
    let banner =
        ask.faults.is_empty().then(|| important("This case cannot be closed yet: something is still unanswered"));
    Some(view! { {banner} {inset(list)} }.into_any())
}

/// What proves each outcome, for people to read; the API decides by its own table.
const PROOFS: &[(Outcome, &[EvidenceKind])] = {
    use EvidenceKind as E;
    &[
        (Outcome::OnRollState, &[E::SchoolConfirmation, E::NewPupilReturn]),
        (Outcome::OnRollIndependent, &[E::SchoolConfirmation]),
        (Outcome::AlternativeProvisionSuitable, &[E::ProviderConfirmation]),
        (Outcome::HomeEducationSuitable, &[E::HomeEducationAssessment]),
        (Outcome::MovedUkConfirmed, &[E::AuthorityConfirmation, E::SchoolConfirmation]),
        (Outcome::MovedAbroadConfirmed, &[E::OverseasSchoolConfirmation]),
        (Outcome::OverSchoolAge, &[E::DateOfBirthRecord]),
        (Outcome::BelowSchoolAge, &[E::DateOfBirthRecord]),
        (Outcome::NotResidentConfirmed, &[E::ResidenceConfirmation, E::AuthorityConfirmation]),
        (Outcome::ReferredInError, &[E::SchoolConfirmation]),
        (Outcome::Duplicate, &[E::RecordComparison]),
        (Outcome::Deceased, &[E::DeathNotice]),
        (Outcome::UntracedReview, &[E::ManagerReview]),
    ]
};

fn proofs() -> AnyView {
    let table = Table::new("Evidence for each outcome").quiet().scrolls().columns(["Outcome", "Evidence"]);
    let rows = PROOFS.iter().fold(table, |table, (outcome, kinds)| {
        let kinds: Vec<&str> = kinds.iter().map(|kind| kind.label()).collect();
        table.row([outcome.label().into(), kinds.join(", or ").into()])
    });
    rows.view()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_leaves_no_outcome_out() {
        let listed: Vec<Outcome> = PROOFS.iter().map(|(outcome, _)| *outcome).collect();
        assert_eq!(listed, Outcome::ALL);
    }
}
