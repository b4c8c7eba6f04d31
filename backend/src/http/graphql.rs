//! `POST /graphql`, the API over HTTP: JSON only, one question at a time.

use async_graphql::Response as Answer;
use std::net::SocketAddr;

use axum::extract::{ConnectInfo, State};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Extension, Router};
use chrono::{DateTime, Utc};
use tower_sessions::Session;

use super::layers::RequestId;
use super::peer::client_address;
use crate::app::App;
use crate::auth::authenticate;
use crate::error::Error;
use crate::graphql;
use crate::graphql::extract::GraphqlRequest;

/// The route.
pub fn router(app: &App) -> Router {
    Router::new().route("/graphql", post(answer)).with_state(app.clone())
}

async fn answer(
    State(app): State<App>,
    session: Session,
    id: Option<Extension<RequestId>>,
    headers: HeaderMap,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    GraphqlRequest(request): GraphqlRequest,
) -> Response {
    let address =
        peer.map(|Extension(ConnectInfo(peer))| client_address(peer.ip(), &headers, &app.config.trusted_proxies));
    let viewer = match authenticate(&app, &headers, &session, address).await {
        Ok(viewer) => viewer,
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
            return refused(StatusCode::SERVICE_UNAVAILABLE, "INTERNAL", "something went wrong");
        }
    };
    let op = app.op_for(viewer, id.map(|Extension(id)| id.0.to_string()).unwrap_or_default()).asked_from(address);
    let answer = graphql::answer(&app, &op, request).await;
    match graphql::throttled_until(&answer) {
        Some(until) => retrying_after(json(StatusCode::TOO_MANY_REQUESTS, &answer), seconds_until(&app, until)),
        None => json(StatusCode::OK, &answer),
    }
}

/// Whole seconds from now, at least one.
fn seconds_until(app: &App, until: DateTime<Utc>) -> i64 {
    (until - app.clock.now()).num_seconds().saturating_add(1).max(1)
}

fn retrying_after(mut response: Response, seconds: i64) -> Response {
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}

fn json(status: StatusCode, answer: &Answer) -> Response {
    match serde_json::to_vec(answer) {
        Ok(body) => (status, [(CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response(),
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
