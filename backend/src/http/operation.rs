//! Makes the operation of a request, for pages and the API alike: the address it comes from, the viewer, and the limits
//! on tries and files that follow.
//!
//! What must not live here: the words of refusals, and idempotency keys, which pages and the API each read from their
//! own kind of body.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRef, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use tower_sessions::Session;

use super::layers::RequestId;
use super::peer::client_address;
use crate::app::App;
use crate::auth::authenticate;
use crate::context::OpContext;
use crate::domain::viewer::Viewer;
use crate::error::Error;

/// A request before its viewer is known.
pub(crate) struct Arrival {
    /// The browser session of the request.
    pub(crate) session: Session,
    /// The headers of the request.
    pub(crate) headers: HeaderMap,
    app: App,
    address: Option<IpAddr>,
    request_id: String,
}

impl Arrival {
    /// Authenticates the request, and begins its operation.
    pub(crate) async fn begin(&self) -> Result<OpContext, Error> {
        let viewer = authenticate(&self.app, &self.headers, &self.session, self.address).await?;
        Ok(self.begin_as(viewer))
    }

    /// Begins the operation with `viewer` as its viewer.
    pub(crate) fn begin_as(&self, viewer: Viewer) -> OpContext {
        self.app.op_for(viewer, self.request_id.clone()).asked_from(self.address)
    }
}

impl<S> FromRequestParts<S> for Arrival
where
    S: Send + Sync,
    App: FromRef<S>,
{
    type Rejection = <Session as FromRequestParts<S>>::Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let (app, session) = (App::from_ref(state), Session::from_request_parts(parts, state).await?);
        // Without a socket, as in tests, there is no peer.
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let address = peer.map(|peer| client_address(peer.0.ip(), &parts.headers, &app.config.server.trusted_proxies));
        let request_id = parts.extensions.get::<RequestId>().map(|id| id.0.to_string()).unwrap_or_default();
        Ok(Self { session, app, headers: parts.headers.clone(), address, request_id })
    }
}
