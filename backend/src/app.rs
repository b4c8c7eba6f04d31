//! The whole service put together: what it runs on, and its router.

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::map_response;
use axum::response::Response;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};
use uuid::Uuid;

use crate::auth::passkey::Keymaster;
use crate::auth::session_store::Sessions;
use crate::auth::single_sign_on::Provider;
use crate::clock::Clock;
use crate::config::Config;
use crate::context::OpContext;
use crate::db::Db;
use crate::domain::viewer::Viewer;
use crate::export::Exports;
use crate::graphql::{self, Schema};
use crate::http::layers::{Hardening, harden};
use crate::http::refusal::{Refusal, Wording};
use crate::limit::Memory;
use crate::secret::keyring::Keyring;
use crate::{http, pages};

/// What the service runs on. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub db: Db,
    /// The settings.
    pub config: Arc<Config>,
    /// The time.
    pub clock: Clock,
    pub(crate) schema: Schema,
    /// The files that are being made.
    exports: Arc<Exports>,
    /// What this process remembers of limits.
    pub(crate) limits: Arc<Memory>,
    /// The council's single sign-on, if there is one.
    pub(crate) single_sign_on: Option<Arc<Provider>>,
    /// What makes and checks passkeys, if people come to a name and not to a bare address.
    pub(crate) passkeys: Option<Arc<Keymaster>>,
}

impl App {
    /// Puts it together.
    pub fn new(db: Db, config: Arc<Config>, clock: Clock) -> Self {
        let at = &config.council.public_url;
        let single_sign_on = config.single_sign_on.clone().map(|settings| Arc::new(Provider::new(settings, at)));
        let passkeys = Keymaster::new(at, &config.council.name).map(Arc::new);
        let (exports, limits) = (Arc::default(), Arc::default());
        Self { db, config, clock, schema: graphql::schema(), exports, limits, single_sign_on, passkeys }
    }

    /// Seals and hashes with the operator's key.
    pub fn keyring(&self) -> Keyring {
        Keyring::new(self.config.secret_key.clone())
    }

    /// An operation of `viewer` that begins now.
    pub fn op(&self, viewer: Viewer) -> OpContext {
        #[expect(clippy::disallowed_methods, reason = "the id of an operation that no request began")]
        let request_id = Uuid::now_v7().to_string();
        self.op_for(viewer, request_id)
    }

    /// An operation of `viewer` that a request began.
    pub(crate) fn op_for(&self, viewer: Viewer, request_id: String) -> OpContext {
        OpContext::new(viewer, self.clock.now(), self.db.clone(), Arc::new(self.config.council.clone()), request_id)
            .counting_with(self.keyring(), Arc::clone(&self.limits))
            .exporting_among(Arc::clone(&self.exports))
    }
}

/// The router with everything around it.
pub fn compose(app: &App) -> Router {
    let secure = app.config.is_secure();
    let sessions = SessionManagerLayer::new(Sessions::new(app.db.clone(), app.clock.clone()))
        .with_name(if secure { "__Host-onroll" } else { "onroll" })
        .with_secure(secure)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        // When it ends is for the server to say, which still knows afterwards whose it was.
        .with_expiry(Expiry::OnSessionEnd);
    let with_session = pages::router(app).merge(http::graphql::router(app)).layer(sessions);
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

/// The session layer answers 500 and nothing else when a session could not be saved; everybody else says something. It
/// may succeed in a moment.
async fn unsaved(mut response: Response) -> Response {
    if response.status() == StatusCode::INTERNAL_SERVER_ERROR && !response.headers().contains_key(CONTENT_TYPE) {
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    }
    response
}
