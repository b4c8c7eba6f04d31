//! The start page, the way out in a hurry, and the pages every site must have. Nothing here asks anything; the pages
//! of the demonstration are only drawn here, and answered by the backend.

mod demo;
mod start;
mod statements;
#[cfg(test)]
pub(crate) mod testing;
pub(crate) mod when;

use axum::Router;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

use crate::visit::Visit;

pub(crate) use statements::call;

pub use demo::{DemoMail, DemoPerson, demo_mail, demo_mail_one, demo_people};

/// The pages of this journey.
pub fn router() -> Router {
    Router::new()
        .route("/", get(start::show))
        .route("/accessibility", get(statements::accessibility))
        .route("/cookies", get(statements::cookies))
        .route("/privacy", get(statements::privacy))
        .route("/contact", get(statements::contact))
        .route("/exit", get(exit).post(exit))
}

/// Whether the page at `path` is the same for everybody who is not signed in and needs no data, so that it is shown even
/// while it cannot be told who asks.
pub fn is_for_everybody(path: &str) -> bool {
    ["/", "/accessibility", "/cookies", "/privacy", "/contact", "/report", "/partners"].contains(&path)
}

const ELSEWHERE: &str = "https://www.bbc.co.uk/weather";

/// Leaves in a hurry: what was typed into the public's report is forgotten, and a harmless page comes instead.
async fn exit(visit: Visit) -> Response {
    visit.forget("report").await;
    Redirect::to(ELSEWHERE).into_response()
}

#[cfg(test)]
mod tests;
