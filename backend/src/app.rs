//! The whole service put together: what it runs on, and its router.

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::response::Response;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};
use uuid::Uuid;

use crate::auth::passkey::Keymaster;
use crate::auth::session_store::Sessions;
use crate::auth::single_sign_on::Provider;
use crate::auth::vault::Vault;
use crate::config::Config;
use crate::context::{Clock, OpContext};
use crate::db::Db;
use crate::domain::viewer::Viewer;
use crate::graphql::{self, Schema};
use crate::http::layers::{Hardening, harden};
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
        Self { db, config, clock, schema: graphql::schema(), single_sign_on, passkeys }
    }

    /// Seals and hashes with the operator's key.
    pub fn vault(&self) -> Vault {
        Vault::new(self.config.secret_key.clone())
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
            .counting_with(self.vault())
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
    let router = with_session.merge(http::health::router(app)).merge(frontend::assets::router());
    let hardening = Hardening {
        refused: refused as fn(StatusCode) -> Response,
        ..Hardening::new(app.config.hosts(), secure, frontend::page::CONTENT_SECURITY_POLICY)
    };
    harden(router.with_state(()), &hardening)
}

fn refused(status: StatusCode) -> Response {
    frontend::error::refused(status)
}
