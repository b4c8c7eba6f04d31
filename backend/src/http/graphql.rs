//! `POST /graphql`, the API over HTTP: JSON only, one question at a time.

use async_graphql::Response as Answer;
use std::net::SocketAddr;

use axum::extract::{ConnectInfo, State};
use axum::http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Extension, Router};
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
    let viewer = match authenticate(&app, &headers, &session).await {
        Ok(viewer) => viewer,
        Err(Error::Unauthenticated) => {
            return refused(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", "this token is not accepted");
        }
        Err(error) => {
            tracing::error!(%error, "Who is asking could not be decided");
            return refused(StatusCode::SERVICE_UNAVAILABLE, "INTERNAL", "something went wrong");
        }
    };
    let address =
        peer.map(|Extension(ConnectInfo(peer))| client_address(peer.ip(), &headers, &app.config.trusted_proxies));
    let op = app.op_for(viewer, id.map(|Extension(id)| id.0.to_string()).unwrap_or_default()).asked_from(address);
    json(StatusCode::OK, &graphql::answer(&app.schema, &op, request).await)
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
