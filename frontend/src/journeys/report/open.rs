//! What the pages of a report share: their addresses, and how answers join a report.

use axum::response::Response;

use super::steps::STEPS;
use crate::api::Refusal;
use crate::denied::Denied;
use crate::journeys::refused;
use crate::open_report::OpenReport;
use crate::prelude::*;
use crate::questions;
use crate::visit::Visit;
use crate::when::day_and_time;

/// The address of this page of the report.
pub(super) fn at(id: &str, page: &str) -> String {
    format!("/report/{id}/{page}")
}

/// The page for an operation of the store that was denied.
pub(super) async fn is_denied(visit: &Visit, denied: Denied) -> Response {
    let refusal = match denied {
        Denied::Refused => Refusal::NotFound,
        Denied::Throttled(until) => Refusal::Throttled(until),
        Denied::Internal => Refusal::Internal,
    };
    refused(visit, refusal).await
}

/// The answers in `typed` to questions of a report; other fields, such as those of buttons, are left out.
pub(super) fn answers_in(typed: &Form) -> Form {
    let names: Vec<String> = STEPS.iter().flat_map(questions::Step::names).collect();
    questions::overlay(&Form::new(), &names, typed)
}

/// The answers `before` with what was typed in the fields `names`, without answers to questions that are then no longer
/// asked.
pub(super) fn with(before: &Form, names: &[String], typed: &Form) -> Form {
    questions::pruned(STEPS, questions::overlay(before, names, typed))
}

/// The line that says until when the report is kept, for people who are called away.
pub(super) fn until(report: &OpenReport) -> AnyView {
    let until = day_and_time(report.until);
    view! {
        <p class="govuk-hint">
            {format!("What you told us so far is kept in this browser until {until}, or until you exit this page.")}
        </p>
    }
    .into_any()
}
