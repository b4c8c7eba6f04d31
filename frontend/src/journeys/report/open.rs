//! What the pages of a report share: their addresses, and how answers join a report.

use super::steps::STEPS;
use crate::open_report::OpenReport;
use crate::prelude::*;
use crate::questions;
use crate::when::day_and_time;

/// The address of this page of the report.
pub(super) fn at(id: &str, page: &str) -> String {
    format!("/report/{id}/{page}")
}

/// What of `typed` answers any question of a report.
pub(super) fn answers_in(typed: &Form) -> Form {
    let names: Vec<String> = STEPS.iter().flat_map(questions::Step::names).collect();
    questions::overlay(&Form::new(), &names, typed)
}

/// The answers `before` with what was typed in the fields `names`. Answers to questions that are then no longer asked are
/// kept in case they are asked again; they are neither shown nor sent.
pub(super) fn with(before: &Form, names: &[String], typed: &Form) -> Form {
    questions::overlay(before, names, typed)
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
