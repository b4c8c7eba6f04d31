//! `POST /graphql`, the API over HTTP: JSON only, one request at a time. What must not live here: what the API offers
//! (`graphql`).

use std::sync::Arc;

use async_graphql::{Request, Response as Answer, ServerError, Value};
use axum::Router;
use axum::extract::{FromRef, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use chrono::{DateTime, Utc};

use super::once::{Sent, once};
use super::operation::Arrival;
use crate::app::App;
use crate::context::OpContext;
use crate::domain::viewer::Viewer;
use crate::error::Error;
use crate::graphql::extract::{GraphqlRequest, RequestError};
use crate::graphql::{self, Schema};
use crate::idempotency::IdempotencyKey;
use crate::turns;

/// The header with which a client sends a change that must have one effect, however often it is sent.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

const JSON: &str = "application/json";
const GRAPHQL_JSON: &str = "application/graphql-response+json";

/// The state of the route.
#[derive(Clone)]
struct Api {
    app: App,
    schema: Schema,
}

impl FromRef<Api> for App {
    fn from_ref(state: &Api) -> Self {
        state.app.clone()
    }
}

/// The router of the API.
pub fn router(app: &App, schema: Schema) -> Router {
    let api = Api { app: app.clone(), schema };
    Router::new().route("/graphql", post(answer)).layer(middleware::from_fn(in_accepted_type)).with_state(api)
}

/// Answers in the media type that the client accepts (GraphQL over HTTP, section 6). A request that does not fit the
/// schema is answered with 200 as `application/json`, and with 400 as `application/graphql-response+json`.
async fn in_accepted_type(request: axum::extract::Request, next: Next) -> Response {
    let speaks_graphql = prefers_graphql(request.headers());
    let mut response = next.run(request).await;
    if response.extensions().get::<RequestError>().is_some() {
        *response.status_mut() = if speaks_graphql { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    }
    let is_json = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == JSON);
    if is_json && speaks_graphql {
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(GRAPHQL_JSON));
    }
    response
}

/// Whether the client names GraphQL's own media type and does not prefer plain JSON. `*/*` does not count, because
/// clients older than that media type send it.
fn prefers_graphql(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let (mut graphql, mut json) = (0.0_f32, 0.0_f32);
    for range in accepted.flat_map(|value| value.split(',')) {
        let mut parts = range.split(';').map(str::trim);
        let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(1.0, |q| q.parse().unwrap_or(0.0));
        match essence.as_str() {
            GRAPHQL_JSON => graphql = weight,
            JSON => json = weight,
            _ => {}
        }
    }
    graphql > 0.0 && graphql >= json
}

async fn answer(State(api): State<Api>, arrival: Arrival, GraphqlRequest(request): GraphqlRequest) -> Response {
    let Api { app, schema } = api;
    let op = match arrival.begin().await {
        Ok(op) => op,
        Err(Error::Unauthenticated) => {
            return refused(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", "this token is not accepted");
        }
        Err(Error::Throttled(until)) => {
            let response = refused(StatusCode::TOO_MANY_REQUESTS, "THROTTLED", "too many tries: try again later");
            return retrying_after(response, seconds_until(&app, until));
        }
        Err(Error::Conflict(conflict)) => {
            return refused(StatusCode::FORBIDDEN, "PAUSED", &conflict.to_string());
        }
        Err(error) => {
            tracing::error!(%error, "Who is asking could not be decided");
            return failed(&error);
        }
    };
    let key = match idempotency_key(&app, &op.viewer, &arrival.headers, &request) {
        Ok(key) => key,
        Err(refusal) => return refusal,
    };
    let Some(key) = key else {
        let stranger = op.viewer == Viewer::Anonymous;
        return told(&app, &turns::of(stranger, graphql::answer(&schema, &op, request)).await);
    };
    only_once(app, schema, op, key, request).await
}

/// The idempotency key of a request, if it has one. An anonymous caller has none, because everybody who is not signed
/// in would share the same keys.
#[expect(clippy::result_large_err, reason = "it is answered at once")]
fn idempotency_key(
    app: &App,
    viewer: &Viewer,
    headers: &HeaderMap,
    request: &Request,
) -> Result<Option<Arc<IdempotencyKey>>, Response> {
    let Some(key) = headers.get(IDEMPOTENCY_KEY).filter(|_| *viewer != Viewer::Anonymous) else { return Ok(None) };
    let is_key = |key: &&str| {
        (16..=100).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let Some(key) = key.to_str().ok().filter(is_key) else {
        let wrong = "the Idempotency-Key must be 16 to 100 letters, digits or hyphens";
        return Err(refused(StatusCode::BAD_REQUEST, "BAD_REQUEST", wrong));
    };
    let asked = serde_json::json!([request.query, request.variables, request.operation_name]).to_string();
    Ok(Some(IdempotencyKey::new(&app.keyring, &["graphql", &viewer.to_string(), key], asked.as_bytes())))
}

/// Runs `request` once. When it is sent again under its key, nothing more is changed, and the answer says that it was
/// carried out.
async fn only_once(app: App, schema: Schema, op: OpContext, key: Arc<IdempotencyKey>, request: Request) -> Response {
    let op = op.sent_under(Some(Arc::clone(&key)));
    let asking = op.clone();
    // The request runs in a task of its own, so that it ends even if the client hangs up, and the client is told when
    // it asks again.
    let asked = app.clone();
    let sent = tokio::spawn(async move {
        let act = async { graphql::answer(&schema, &asking, request).await };
        // The answer itself is not stored: by the next time its reader may have lost the right to it, and a new token
        // is shown only once.
        once(&asked, &key, act, |_| Some((StatusCode::CONFLICT.as_u16(), String::new()))).await
    });
    match sent.await {
        Ok(Ok(Sent::Now(answer))) => told(&app, &answer),
        Ok(Ok(Sent::Before(_) | Sent::Unanswered)) => refused(
            StatusCode::CONFLICT,
            "CONFLICT",
            "this was already carried out under this key: ask for what it changed",
        ),
        Ok(Ok(Sent::Otherwise)) => {
            let wrong = "this Idempotency-Key was used for another request: use a new key for each";
            refused(StatusCode::UNPROCESSABLE_ENTITY, "CONFLICT", wrong)
        }
        Ok(Err(error)) => {
            tracing::error!(%error, "Whether a request was sent before could not be told");
            failed(&error)
        }
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(error) => failed(&Error::internal(error)),
    }
}

/// The refusal of a request that could not be begun, because of an outage or a failure of the service.
fn failed(error: &Error) -> Response {
    if matches!(error, Error::Unavailable(_)) {
        let words = "the service is busy: try again shortly";
        return retrying_after(refused(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", words), 1);
    }
    refused(StatusCode::SERVICE_UNAVAILABLE, "INTERNAL", "something went wrong")
}

/// The HTTP response for an answer. A throttled or unavailable one gets the matching status and says when to try again.
fn told(app: &App, answer: &Answer) -> Response {
    match graphql::throttled_until(answer) {
        Some(until) => retrying_after(json(StatusCode::TOO_MANY_REQUESTS, answer), seconds_until(app, until)),
        None if graphql::is_unavailable(answer) => retrying_after(json(StatusCode::SERVICE_UNAVAILABLE, answer), 1),
        None => {
            // Errors without a path mean that nothing was run; such a response has no `data` at all, not even null.
            if answer.data != Value::Null || answer.errors.is_empty() || !answer.errors.iter().all(asks_wrongly) {
                return json(StatusCode::OK, answer);
            }
            let mut response = json(StatusCode::OK, &serde_json::json!({ "errors": answer.errors }));
            response.extensions_mut().insert(RequestError);
            response
        }
    }
}

fn asks_wrongly(error: &ServerError) -> bool {
    let code = error.extensions.as_ref().and_then(|extensions| extensions.get("code"));
    error.path.is_empty() && code == Some(&Value::from("BAD_REQUEST"))
}

/// The whole seconds from now until `until`, at least one.
fn seconds_until(app: &App, until: DateTime<Utc>) -> i64 {
    (until - app.clock.now()).num_seconds().saturating_add(1).max(1)
}

fn retrying_after(mut response: Response, seconds: i64) -> Response {
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}

fn json(status: StatusCode, answer: &impl serde::Serialize) -> Response {
    match serde_json::to_vec(answer) {
        Ok(body) => (status, [(CONTENT_TYPE, HeaderValue::from_static(JSON))], body).into_response(),
        Err(error) => {
            tracing::error!(%error, "An answer could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn refused(status: StatusCode, code: &str, message: &str) -> Response {
    let mut error = async_graphql::ServerError::new(message, None);
    error.extensions.get_or_insert_default().set("code", code);
    let mut response = json(status, &Answer::from_errors(vec![error]));
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}
