//! What the pages of a report share: their addresses, and how they come by the report.

use axum::response::{IntoResponse, Response};

use super::gone;
use super::steps::STEPS;
use crate::api::Refusal;
use crate::form::Form;
use crate::journeys::refer::question;
use crate::visit::{OpenReport, Stage, Visit};

/// The address of a page of the report `id`.
pub(super) fn at(id: &str, page: &str) -> String {
    format!("/report/{id}/{page}")
}

/// The report that a page is to show; or what is shown instead, because there is none for this browser, or somebody else
/// may have come to the browser since it was left. The last page names nothing but the reference, so it is shown.
pub(super) async fn to_show(visit: &Visit, id: &str, page: &str) -> Result<OpenReport, Box<Response>> {
    match visit.doors.reports.look(id).await {
        Ok(Some(report)) if report.rests && !matches!(report.stage, Stage::Sent { .. }) => {
            Err(Box::new(gone::rests(visit, id, page).await))
        }
        Ok(Some(report)) => Ok(report),
        Ok(None) => Err(Box::new(gone::not_here(visit).await)),
        Err(shut) => Err(Box::new(Refusal::from(shut).into_response())),
    }
}

/// What of `typed` answers any question of a report.
pub(super) fn answers_in(typed: &Form) -> Form {
    let names: Vec<String> = STEPS.iter().flat_map(question::Step::names).collect();
    question::overlay(&Form::new(), &names, typed)
}

/// `before` with what was typed to the questions `names`, and without answers that these no longer ask for.
pub(super) fn with(before: &Form, names: &[String], typed: &Form) -> Form {
    question::pruned(STEPS, question::overlay(before, names, typed))
}
