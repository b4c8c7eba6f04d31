//! The journeys, one module for each thing that people come to do: its routes, its handlers and its pages.
//!
//! What must not live here: what several journeys share, which stands in the modules below them (see `tidy`).

pub mod account;
pub mod administer;
pub mod agencies;
pub mod audit;
pub mod casework;
pub mod kept;
pub mod outbox;
pub mod partners;
pub mod refer;
pub mod report;
pub mod site;
pub mod staff;
pub mod triage;

use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Router};

use crate::api::Refusal;
use crate::error;
use crate::form::Form;
use crate::visit::Visit;

/// The routes of all pages.
pub fn router() -> Router {
    open_pages().merge(staff_pages().route_layer(from_fn(staff_only)))
}

/// The routes for the public and for schools, and those by which anybody signs in or looks after their account.
fn open_pages() -> Router {
    Router::new()
        .merge(account::router())
        .merge(kept::router())
        .merge(partners::router())
        .merge(refer::router())
        .merge(report::router())
        .merge(site::router())
}

/// The routes for staff only. A new journey for staff must be added here, and nowhere else.
fn staff_pages() -> Router {
    Router::new()
        .merge(administer::router())
        .merge(agencies::router())
        .merge(audit::router())
        .merge(casework::router())
        .merge(outbox::router())
        .merge(staff::router())
        .merge(triage::router())
}

/// Middleware that refuses school contacts before any page for staff runs. The API would answer them there: a contact
/// reads the referrals of their school, but must not see the pages that show what screening made of them. Whoever is
/// not signed in is let through, because each page sends them to sign in itself.
async fn staff_only(visit: Visit, request: Request, next: Next) -> Response {
    if visit.who.is_some() && !visit.is_staff() {
        return refused(&visit, Refusal::Forbidden).await;
    }
    next.run(request).await
}

/// An extension of a response that redirects to sign in, with the address of that page. It tells [`kept::hand_back`]
/// that a form was not taken.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SignedOut(pub(crate) &'static str);

/// The page for a refusal of the API, where there is no form to show it on.
pub(crate) async fn refused(visit: &Visit, refusal: Refusal) -> Response {
    let chrome = visit.chrome().await;
    match refusal {
        Refusal::Unauthenticated => {
            // After signing in, people come to the page that they asked for, as by a colleague's link. A cookie holds
            // it, because nothing is stored for strangers.
            visit.wanted.want(&visit.path);
            let way_in = if visit.path.starts_with("/refer") { "/refer" } else { "/sign-in" };
            (Extension(SignedOut(way_in)), Redirect::to(way_in)).into_response()
        }
        Refusal::Forbidden => error::forbidden(&chrome),
        Refusal::NotFound | Refusal::Invalid(_) => error::not_found(&chrome),
        Refusal::Conflict(_) => error::conflict(&chrome),
        Refusal::Throttled(until) => error::too_many(&chrome, until),
        Refusal::Internal => error::internal(&chrome),
    }
}

/// The three parts of a date field as the API takes a date (`2026-11-21`); whatever was typed, if it is no date; empty
/// if nothing was typed.
pub(crate) fn day_of(form: &Form, field: &str) -> String {
    let [year, month, day] =
        ["year", "month", "day"].map(|part| form.get(&format!("{field}-{part}")).trim().to_owned());
    if year.is_empty() && month.is_empty() && day.is_empty() { String::new() } else { format!("{year}-{month}-{day}") }
}

#[cfg(test)]
mod tests;
