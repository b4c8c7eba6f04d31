//! Gives a form one effect however often it is sent: pressed twice, sent again by a browser, or retried after a broken
//! connection. What must not live here: how a second sending is recognised ([`crate::http::once`]).

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, LOCATION, REFERER};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use frontend::form::{Form, KEY};
use frontend::journeys::kept;
use frontend::visit::Visit;

use crate::app::App;
use crate::context::OpContext;
use crate::domain::viewer::Viewer;
use crate::http::once::{Sent, once};
use crate::idempotency::IdempotencyKey;
use crate::{service, turns};

/// The path to which a report is discarded before leaving the site in a hurry.
pub(super) const LEAVES: &str = "/exit";
/// The longest form that is read, in bytes. Every form of the service is shorter.
const MOST_BYTES: usize = 64 * 1024;
/// The longest idempotency key that is read. A form's key is an id that the service made.
const LONGEST_KEY: usize = 100;

/// A form that was sent with an idempotency key.
pub(super) struct Sending {
    pub(super) key: Arc<IdempotencyKey>,
    pub(super) form: Form,
    from: String,
}

/// Reads the form of `request` if it has an idempotency key, and puts the body back for the route.
pub(super) async fn read(app: &App, viewer: &str, request: Request) -> Result<(Request, Option<Sending>), StatusCode> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if request.method() != Method::POST || !kind.starts_with("application/x-www-form-urlencoded") {
        return Ok((request, None));
    }
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MOST_BYTES).await.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
    let mut form = Form::from_urlencoded(&body);
    let key = form.get(KEY).to_owned();
    // Somebody who leaves in a hurry must not wait for the database or be told that it is down.
    let waits = parts.uri.path() != LEAVES;
    let sending = (waits && !key.is_empty() && key.len() <= LONGEST_KEY).then(|| {
        form.clear(KEY);
        let path = parts.uri.path().to_owned();
        let key = IdempotencyKey::new(&app.keyring, &["page", viewer, &path, &key], &body);
        // The path of the page the form was on, if it is on this site.
        let from = parts.headers.get(REFERER).and_then(|from| from.to_str().ok());
        let from = from.and_then(|from| from.strip_prefix(app.config.council.public_url.trim_end_matches('/')));
        let from = from.filter(|from| from.starts_with('/') && !from.starts_with("//")).unwrap_or("/").to_owned();
        Sending { key, form, from }
    });
    Ok((Request::from_parts(parts, Body::from(body)), sending))
}

impl Sending {
    /// Runs `act`, unless the same form was sent before, and returns its answer.
    pub(super) async fn answer(
        self,
        app: App,
        op: OpContext,
        visit: Visit,
        act: impl Future<Output = Response> + Send + 'static,
    ) -> Response {
        let Self { key, form, from } = self;
        let (doing, keeping) = (Arc::clone(&key), visit.clone());
        let stranger = op.viewer == Viewer::Anonymous;
        // The form runs in a task of its own, so that it ends even if the browser hangs up, and the browser is told
        // when it asks again.
        let whole = async move {
            let inner = Arc::clone(&doing);
            let act = async move {
                let response = act.await;
                if inner.is_done() {
                    // The session is saved before the answer is stored, because the page that the answer redirects to
                    // may read from it. Otherwise it is saved only once the response leaves.
                    keeping.save().await;
                }
                response
            };
            once(&app, &doing, act, redirect).await
        };
        let sent = match tokio::spawn(turns::of(stranger, whole)).await {
            Ok(sent) => sent,
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(_) => return frontend::error::internal(&visit.chrome().await),
        };
        match sent {
            Ok(Sent::Now(response)) => response,
            Ok(Sent::Before(kept)) => match service::access_note::note_shown(&op, kept.shown).await {
                Ok(()) => {
                    let status = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::SEE_OTHER);
                    (status, [(LOCATION, kept.text)]).into_response()
                }
                Err(error) => failed(&visit, &error).await,
            },
            Ok(Sent::Unanswered) => visit.go_saying(&from, "This was already saved").await,
            Ok(Sent::Otherwise) => kept::sent_otherwise(&visit, &form).await,
            Err(error) => failed(&visit, &error).await,
        }
    }
}

async fn failed(visit: &Visit, error: &crate::error::Error) -> Response {
    if matches!(error, crate::error::Error::Unavailable(_)) {
        // The outage was met in the task above; this one answers and must know of it.
        crate::outage::noticed();
    }
    tracing::error!(%error, "Whether a form was sent before could not be told");
    frontend::error::internal(&visit.chrome().await)
}

/// The part of an answer that is stored: the address it redirects to. A page is not stored, because it shows data.
fn redirect(response: &Response) -> Option<(u16, String)> {
    let location = response.headers().get(LOCATION)?.to_str().ok()?;
    response.status().is_redirection().then(|| (response.status().as_u16(), location.to_owned()))
}
