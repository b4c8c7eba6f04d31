//! The start page, the "Exit this page" button, and the statements that every public site must have. The pages of the
//! demonstration are only drawn here; the backend routes and fills them.
//!
//! What must not live here: pages that ask for anything.

mod demo;
mod start;
mod statements;

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_TYPE, REFRESH};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

use crate::form::Typed;
use crate::visit::Visit;

pub use demo::{DemoMail, DemoPerson, demo_mail, demo_mail_one, demo_people};

/// The routes of this journey.
pub fn router() -> Router {
    Router::new()
        .route("/", get(start::show))
        .route("/accessibility", get(statements::accessibility))
        .route("/cookies", get(statements::cookies))
        .route("/privacy", get(statements::privacy))
        .route("/contact", get(statements::contact))
        .route("/exit", get(leave).post(exit))
}

/// Whether the page at `path` is the same for everybody who is not signed in and needs no data. Such a page is shown
/// even while the database is out of reach, when it cannot be told who asks.
pub fn is_for_everybody(path: &str) -> bool {
    ["/", "/accessibility", "/cookies", "/privacy", "/contact", "/report", "/partners"].contains(&path)
}

const ELSEWHERE: &str = "https://www.bbc.co.uk/weather";
const AT_ONCE: &str = "0; url=https://www.bbc.co.uk/weather";
/// The page between this site and the harmless one. It is seen for a moment, or longer where a browser does not follow
/// refreshes, so nothing on it says where somebody was.
const BETWEEN: &str = "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Weather</title>\
                       <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"></head><body><main>\
                       <h1>Weather</h1><p><a href=\"https://www.bbc.co.uk/weather\">Go on to the weather</a></p>\
                       </main></body></html>";

/// GET `/exit`: leads to the harmless site and changes nothing, because a link on any other site could lead here.
async fn leave() -> Response {
    Redirect::to(ELSEWHERE).into_response()
}

/// POST `/exit`: deletes the report that the page belonged to for good, and leads to a harmless site. It answers with a
/// page that refreshes to it, because the content security policy keeps the redirect after a form on this site. It
/// leads away even if the report could not be deleted.
async fn exit(visit: Visit, typed: Result<Typed, Response>) -> Response {
    if let Some(report) = typed.ok().and_then(|Typed(typed)| typed.some("report")) {
        // The failure is in the log already.
        let _ = visit.reports.discard(&report).await;
    }
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    ([(CONTENT_TYPE, kind), (REFRESH, HeaderValue::from_static(AT_ONCE))], BETWEEN).into_response()
}

#[cfg(test)]
mod tests;
