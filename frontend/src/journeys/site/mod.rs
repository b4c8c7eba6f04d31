//! The start page, the way out in a hurry, and the pages every site must have. Nothing here asks anything; the pages
//! of the demonstration are only drawn here, and answered by the backend.

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

/// The pages of this journey.
pub fn router() -> Router {
    Router::new()
        .route("/", get(start::show))
        .route("/accessibility", get(statements::accessibility))
        .route("/cookies", get(statements::cookies))
        .route("/privacy", get(statements::privacy))
        .route("/contact", get(statements::contact))
        .route("/exit", get(leave).post(exit))
}

/// Whether the page at `path` is the same for everybody who is not signed in and needs no data, so that it is shown even
/// while it cannot be told who asks.
pub fn is_for_everybody(path: &str) -> bool {
    ["/", "/accessibility", "/cookies", "/privacy", "/contact", "/report", "/partners"].contains(&path)
}

const ELSEWHERE: &str = "https://www.bbc.co.uk/weather";
const AT_ONCE: &str = "0; url=https://www.bbc.co.uk/weather";
/// Seen for a moment, or where a browser is set not to be led on. Nothing around it says where somebody was.
const BETWEEN: &str = "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Weather</title>\
                       <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"></head><body><main>\
                       <h1>Weather</h1><p><a href=\"https://www.bbc.co.uk/weather\">Go on to the weather</a></p>\
                       </main></body></html>";

/// GET `/exit`: leaves, and changes nothing, because any other site can have a browser ask for it.
async fn leave() -> Response {
    Redirect::to(ELSEWHERE).into_response()
}

/// POST `/exit`: leaves in a hurry. The report that the page belonged to is thrown away for good, and a harmless page
/// comes instead. A page that leads on, because a redirect that answers a form may not leave our site; and who cannot
/// be rid of their report leaves all the same.
async fn exit(visit: Visit, typed: Result<Typed, Response>) -> Response {
    if let Some(report) = typed.ok().and_then(|Typed(typed)| typed.some("report")) {
        // The door has noted why.
        let _ = visit.reports.discard(&report).await;
    }
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    ([(CONTENT_TYPE, kind), (REFRESH, HeaderValue::from_static(AT_ONCE))], BETWEEN).into_response()
}

#[cfg(test)]
mod tests;
