//! Anybody tells the council about a child: who it is about, what they know, the check, and the reference.
//!
//! Each report has an id, which the addresses of its pages carry, so that two tabs are two reports. The answers are
//! kept by [`OpenReports`](crate::open_report::OpenReports) until they are sent, and never stand in an address. No
//! `GET` here changes anything.
//!
//! What must not live here: where a report is kept (`open_report`), and what makes an answer right, which the API
//! decides.

mod gone;
mod open;
mod pages;
mod send;
mod steps;
#[cfg(test)]
mod tests;

use axum::Router;
use axum::routing::{get, post};

/// The routes of this journey.
pub fn router() -> Router {
    Router::new()
        .route("/report", get(pages::start).post(pages::begin))
        .route("/report/about", get(pages::begins_elsewhere).post(pages::answer_about))
        .route("/report/elsewhere/{which}", get(pages::elsewhere))
        .route("/report/{report}/about", get(pages::ask_about))
        .route("/report/{report}/go-on", post(gone::go_on))
        .route("/report/{report}/discard", post(gone::discard))
        .route("/report/{report}/check", get(send::check).post(send::send))
        .route("/report/{report}/sent", get(send::sent))
        .route("/report/{report}/{step}", get(pages::ask).post(pages::answer))
}
