//! The pages of auditors: the access notes, what was done, the accesses to one child, and whether every fact is as it
//! was stored. Of a case they show nothing but its reference.

mod chain;
mod child;
mod done;
mod list;
mod search;

use std::future::ready;
use std::io;

use axum::Router;
use axum::body::Body;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use cynic::QueryBuilder as _;
use futures_util::{StreamExt as _, stream};

use crate::api::{Api, Refusal};
use crate::documents::audit::{AccessNoteExport, File, FileVars};
use crate::documents::inputs::AccessNoteFilter;
use crate::error;
use crate::parts::SubNavigation;
use crate::reply::Reply;
use crate::told::as_typed;
use crate::visit::Visit;

/// The routes of this journey.
pub fn router() -> Router {
    Router::new()
        .route("/audit", get(list::show))
        .route("/audit/search", post(list::search))
        .route("/audit/done", get(done::show))
        .route("/audit/done/search", post(done::search))
        .route("/audit/export", post(list::export))
        .route("/audit/child", get(child::ask).post(child::show))
        .route("/audit/child/export", post(child::export))
        .route("/audit/chain", get(chain::ask).post(chain::show))
}

/// Refuses whoever is no auditor, before anything is read.
fn admitted(visit: &Visit) -> Result<(), Refusal> {
    visit.require(visit.may().read_access_notes)
}

/// The two lists, of which the one at `here` is shown.
fn tabs(here: &str) -> SubNavigation {
    let tabs = [("Who was shown what", "/audit"), ("What was done", "/audit/done")];
    tabs.into_iter().fold(SubNavigation::new("Audit"), |tabs, (text, href)| tabs.item(text, href, href == here))
}

/// The accesses that `filter` leaves, as a file to be saved, which no browser takes for anything else. It is asked for
/// part by part while it is sent, so that a long one takes no more memory than a short one. One that cannot be completed
/// breaks off, so that nobody takes it for whole.
async fn save(visit: &Visit, filter: AccessNoteFilter) -> Reply {
    let first = match part(&visit.api, filter.clone(), None).await {
        Ok(first) => first,
        Err(Refusal::Conflict(words)) => return Ok(error::wait(&visit.chrome().await, &words)),
        Err(refusal) => return Err(refusal),
    };
    let from = (visit.api.clone(), filter, first.next);
    let rest = stream::try_unfold(from, |(api, filter, next)| async move {
        let Some(after) = next else { return Ok(None) };
        let part = part(&api, filter.clone(), Some(after)).await;
        let part = part.map_err(|refusal| io::Error::other(format!("a file broke off: {refusal:?}")))?;
        Ok(Some((part.csv, (api, filter, part.next))))
    });
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"access-notes.csv\""),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    let whole = stream::once(ready(Ok::<_, io::Error>(first.csv))).chain(rest);
    Ok((headers, Body::from_stream(whole)).into_response())
}

async fn part(api: &Api, filter: AccessNoteFilter, after: Option<String>) -> Result<AccessNoteExport, Refusal> {
    let AccessNoteExport { csv, next } = api.run(File::build(FileVars { filter, after })).await?.access_note_export;
    // A file needs no marks against reordering.
    Ok(AccessNoteExport { csv: as_typed(&csv).into_owned(), next })
}
