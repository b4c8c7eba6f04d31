//! Puts the service together: pages, API, sessions, and the layers of every request. The only module that uses all
//! layers. What must not live here: what any of them does.

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::map_response;
use axum::response::Response;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};

use crate::app::App;
use crate::auth::passwordless::Passwordless;
use crate::auth::session_store::Sessions;
use crate::http::layers::{Hardening, harden};
use crate::http::refusal::{Refusal, Wording};
use crate::{graphql, http, pages};

/// The router of the whole service.
pub fn compose(app: &App) -> Router {
    let secure = app.config.is_secure();
    let sessions = SessionManagerLayer::new(Sessions::new(app.db.clone(), app.clock.clone()))
        .with_name(if secure { "__Host-onroll" } else { "onroll" })
        .with_secure(secure)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        // The cookie has no end of its own: the server decides when a session ends, and still knows whose it was.
        .with_expiry(Expiry::OnSessionEnd);
    let schema = graphql::schema();
    let pages = pages::router(app, &schema, Passwordless::new(&app.config));
    let with_session = pages.merge(http::graphql::router(app, schema)).layer(sessions);
    let with_session = with_session.layer(map_response(unsaved));
    let router = with_session.merge(http::health::router(app)).merge(frontend::assets::router());
    let refused = {
        let app = app.clone();
        move |refusal: &Refusal| pages::refusal(&app, refusal)
    };
    let hardening = Hardening {
        refused: Wording::new(refused),
        ..Hardening::new(app.config.hosts(), secure, frontend::page::CONTENT_SECURITY_POLICY)
    };
    harden(router.with_state(()), &hardening)
}

/// Answers 503 when a session could not be saved, because that may succeed in a moment. The session layer answers it
/// with a bare 500; every other 500 has a body with a type.
async fn unsaved(mut response: Response) -> Response {
    if response.status() == StatusCode::INTERNAL_SERVER_ERROR && !response.headers().contains_key(CONTENT_TYPE) {
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    }
    response
}
