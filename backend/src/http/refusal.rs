//! Gives words to requests that were refused on the way in or that failed.
//!
//! The layers only set the status and the reason; this layer, outside of them, turns those into a response: JSON for
//! the API, a page for people, and for a form that failed on the service's side a page that shows what was typed. What
//! must not live here: the words of pages (`frontend::error`), and what is refused (`layers`).

use std::fmt;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde_json::json;

/// Why a request was refused, where the status alone does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Why {
    /// The status says it.
    #[default]
    Status,
    /// The request was sent to another host than this service's, or by another scheme.
    Address,
    /// The response was not ready in time. The change may have been made all the same.
    Slow,
}

/// What the words of a refusal depend on.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The HTTP status.
    pub status: StatusCode,
    /// The reason beyond the status.
    pub why: Why,
    /// The path and query of the request.
    pub path: String,
    /// The form in the request, if the failure was the service's.
    pub form: Option<Bytes>,
}

/// The function that renders a refusal as a page.
#[derive(Clone)]
pub struct Wording(Arc<dyn Fn(&Refusal) -> Response + Send + Sync>);

impl Wording {
    /// Uses `render` for all refusals.
    pub fn new(render: impl Fn(&Refusal) -> Response + Send + Sync + 'static) -> Self {
        Self(Arc::new(render))
    }
}

impl fmt::Debug for Wording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wording")
    }
}

/// A refusal without words, to which [`worded`] adds them.
pub(super) fn refuse(status: StatusCode, why: Why) -> Response {
    let mut response = status.into_response();
    response.extensions_mut().insert(why);
    response
}

/// The form of a failed request, kept with the response for [`worded`].
#[derive(Clone)]
struct Sent(Bytes);

/// Keeps `form` with a response that reports a failure of the service, so that nothing of what was typed is lost.
pub(super) fn keep(response: &mut Response, form: Option<Bytes>) {
    let ours = [StatusCode::INTERNAL_SERVER_ERROR, StatusCode::SERVICE_UNAVAILABLE];
    if let Some(form) = form.filter(|_| ours.contains(&response.status())) {
        response.extensions_mut().insert(Sent(form));
    }
}

/// The form in the body of a request for a page; `None` for the API and for other bodies.
pub(super) fn form(method: &Method, headers: &HeaderMap, body: &Bytes) -> Option<Bytes> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_form = kind.split(';').next().is_some_and(|kind| kind.trim() == "application/x-www-form-urlencoded");
    (*method == Method::POST && is_form).then(|| body.clone())
}

/// Gives words to responses without any, and to forms that failed.
pub(super) async fn worded(wording: Wording, request: Request, next: Next) -> Response {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let response = next.run(request).await;
    let is_api = is_under(&path, "/graphql");
    if !wants_words(&path, is_api, &response) {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    let why = parts.extensions.remove().unwrap_or_default();
    let form = parts.extensions.remove().map(|Sent(form)| form);
    let refusal = Refusal { status: parts.status, why, path, form };
    let mut told = if is_api { as_json(&refusal) } else { (wording.0)(&refusal) };
    for name in [ALLOW, RETRY_AFTER, SET_COOKIE] {
        for value in parts.headers.get_all(&name) {
            told.headers_mut().append(&name, value.clone());
        }
    }
    told
}

fn is_under(path: &str, root: &str) -> bool {
    path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
}

/// Whether a response needs words: a refusal of a layer, a bare one made by the router or an extractor, or the answer
/// to a form that failed.
fn wants_words(path: &str, is_api: bool, response: &Response) -> bool {
    let (status, extensions) = (response.status(), response.extensions());
    if extensions.get::<Why>().is_some() || (!is_api && extensions.get::<Sent>().is_some()) {
        return true;
    }
    let kind = response.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    let is_bare = kind.is_none_or(|kind| kind.starts_with(b"text/plain"));
    // Programs ask for these paths, and to a program 401 is an answer of its own.
    let is_for_programs = ["/health", "/assets"].iter().any(|root| is_under(path, root));
    let is_error = status.is_client_error() || status.is_server_error();
    is_error && is_bare && !is_for_programs && status != StatusCode::UNAUTHORIZED
}

/// A refusal in the form of the API's errors.
fn as_json(refusal: &Refusal) -> Response {
    let status = refusal.status;
    let (code, message) = match (status, refusal.why) {
        (_, Why::Slow) => ("UNAVAILABLE", "this took too long: it may or may not have been carried out"),
        (StatusCode::FORBIDDEN, _) => ("FORBIDDEN", "the request did not come from this site"),
        (StatusCode::NOT_FOUND, _) => ("NOT_FOUND", "not found"),
        (StatusCode::PAYLOAD_TOO_LARGE, _) => ("TOO_LARGE", "the request is larger than this service accepts"),
        (StatusCode::UNSUPPORTED_MEDIA_TYPE, _) => {
            ("UNSUPPORTED_MEDIA_TYPE", "the request must be sent as application/json")
        }
        (StatusCode::METHOD_NOT_ALLOWED, _) => ("BAD_REQUEST", "the API is asked by POST"),
        (StatusCode::REQUEST_TIMEOUT, _) => ("BAD_REQUEST", "the request took too long to arrive"),
        (StatusCode::TOO_MANY_REQUESTS, _) => ("THROTTLED", "too many tries: try again later"),
        (StatusCode::SERVICE_UNAVAILABLE, _) => ("UNAVAILABLE", "the service is busy: try again shortly"),
        (_, Why::Address) => ("BAD_REQUEST", "this is not the address of the service"),
        _ if status.is_server_error() => ("INTERNAL", "something went wrong"),
        _ => ("BAD_REQUEST", "the request could not be read"),
    };
    let error = json!({ "message": message, "extensions": { "code": code } });
    (status, Json(json!({ "errors": [error] }))).into_response()
}
