//! What auditors see: who was shown what, who saw one child, and whether the facts are still as they were stored. Nothing
//! of a case but its reference.
//!
//! What is looked for may be a name or a reference, so it travels by POST and stays in the session.

mod chain;
mod child;
mod list;

use axum::Router;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use crate::api::Refusal;
use crate::documents::audit::AccessNote;
use crate::journeys::casework::moment;
use crate::prelude::*;
use crate::visit::Visit;
use crate::vocabulary::StaffRole;

/// The pages of this journey.
pub fn router() -> Router {
    Router::new()
        .route("/audit", get(list::show))
        .route("/audit/search", post(list::search))
        .route("/audit/export", post(list::export))
        .route("/audit/child", get(child::ask).post(child::show))
        .route("/audit/child/export", post(child::export))
        .route("/audit/chain", get(chain::ask).post(chain::show))
}

/// Refuses those who are no auditors, before anything is asked for.
fn admitted(visit: &Visit) -> Result<(), Refusal> {
    match &visit.who {
        None => Err(Refusal::Unauthenticated),
        Some(_) if visit.has_role(&[StaffRole::Auditor]) => Ok(()),
        Some(_) => Err(Refusal::Forbidden),
    }
}

/// Accesses as a table.
pub(crate) fn notes_table(caption: &str, notes: &[AccessNote]) -> AnyView {
    if notes.is_empty() {
        return view! { {h2(caption)} {paragraph("There are none.")} }.into_any();
    }
    let table = Table::new(caption).scrolls().columns(["When", "Who", "Action", "What", "Fields", "Purpose or detail"]);
    notes.iter().fold(table, |table, note| table.row(row(note))).view()
}

fn row(note: &AccessNote) -> [Content; 6] {
    let why = [note.purpose.as_deref(), note.detail.as_deref()];
    let why: Vec<&str> = why.into_iter().flatten().filter(|text| !text.is_empty()).collect();
    let who = view! {
        {note.viewer.clone()}
        <br/>
        <span class="govuk-!-font-weight-regular">{note.address.clone()}</span>
    };
    [
        moment(note.at).into(),
        who.into_any().into(),
        action(note).into(),
        note.subject.clone().into(),
        note.fields.join(", ").into(),
        why.join("; ").into(),
    ]
}

/// What was done; a refusal with its reason, and how often where refusals are counted.
fn action(note: &AccessNote) -> String {
    let why = note.refusal.map(|why| format!(": {}", why.label())).unwrap_or_default();
    let often = if note.times > 1 { format!(" ({} times)", note.times) } else { String::new() };
    format!("{}{why}{often}", note.action.label())
}

/// A file to be saved, which no browser takes for anything else.
fn file(name: &str, csv: String) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    (headers, csv).into_response()
}
