//! The journeys, one module for each thing that people come to do: its routes, its handlers and its pages.
//!
//! What must not live here: what several journeys share, which stands in the modules below them (see `tidy`).

pub mod account;
pub mod agencies;
pub mod audit;
pub mod casework;
pub mod contacts;
pub mod desk;
pub mod kept;
pub mod mash;
pub mod outbox;
pub mod partners;
pub mod refer;
pub mod report;
pub mod site;
pub mod staff;
pub mod triage;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};

use crate::api::Refusal;
use crate::reply::{Reply, with_refusals};
use crate::visit::Visit;

/// The routes of all pages.
pub fn router() -> Router {
    with_refusals(open_pages().merge(staff_pages().route_layer(from_fn(staff_only))))
}

/// The routes for the public and for schools, and those by which anybody signs in or looks after their account.
fn open_pages() -> Router {
    Router::new()
        .merge(account::router())
        .merge(kept::router())
        .merge(mash::link::router())
        .merge(partners::router())
        .merge(refer::router())
        .merge(report::router())
        .merge(site::router())
}

/// The routes for staff only. A new journey for staff must be added here, and nowhere else.
fn staff_pages() -> Router {
    Router::new()
        .merge(contacts::router())
        .merge(agencies::router())
        .merge(audit::router())
        .merge(casework::router())
        .merge(desk::router())
        .merge(mash::router())
        .merge(outbox::router())
        .merge(staff::router())
        .merge(triage::router())
}

/// Refuses whoever is signed in and is not staff. What the API would answer them was made for other pages: a school sees
/// its own referrals there, but not what screening made of them. Whoever is not signed in is sent to do so by the page.
async fn staff_only(visit: Visit, request: Request, next: Next) -> Reply {
    if visit.who.is_some() && !visit.is_staff() {
        return Err(Refusal::Forbidden);
    }
    Ok(next.run(request).await)
}

#[cfg(test)]
mod tests;
