//! Anybody tells the authority about a child: who it is about, what they know, the check, and the reference.
//!
//! What was typed waits in the browser session until it is sent, and nowhere else; it is never in an address.

mod pages;
mod send;
mod steps;
#[cfg(test)]
mod tests;

use axum::Router;
use axum::routing::get;

/// The pages of this journey.
pub fn router() -> Router {
    Router::new()
        .route("/report", get(pages::start))
        .route("/report/about", get(pages::ask_about).post(pages::answer_about))
        .route("/report/elsewhere/{which}", get(pages::elsewhere))
        .route("/report/check", get(send::check).post(send::send))
        .route("/report/sent", get(send::sent))
        .route("/report/{step}", get(pages::ask).post(pages::answer))
}
