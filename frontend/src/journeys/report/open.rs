//! What the pages of a report share: their addresses, and what of the answers is theirs.

use super::steps::STEPS;
use crate::open_report::OpenReport;
use crate::prelude::*;
use crate::questions;
use crate::when::day_and_time;

/// The address of a page of the report `id`.
pub(super) fn at(id: &str, page: &str) -> String {
    format!("/report/{id}/{page}")
}

/// What of `typed` answers any question of a report.
pub(super) fn answers_in(typed: &Form) -> Form {
    let names: Vec<String> = STEPS.iter().flat_map(questions::Step::names).collect();
    questions::overlay(&Form::new(), &names, typed)
}

/// `before` with what was typed to the questions `names`, and without answers that these no longer ask for.
pub(super) fn with(before: &Form, names: &[String], typed: &Form) -> Form {
    questions::pruned(STEPS, questions::overlay(before, names, typed))
}

/// Until when what was typed is kept, for whoever is called away.
pub(super) fn until(report: &OpenReport) -> AnyView {
    let until = day_and_time(report.until);
    view! {
        <p class="govuk-hint">
            {format!("What you told us so far is kept in this browser until {until}, or until you exit this page.")}
        </p>
    }
    .into_any()
}
