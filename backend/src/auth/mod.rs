//! Who is asking: from a request to a [`Viewer`](crate::domain::viewer::Viewer), and the ways to sign in.
//!
//! What must not live here: what a viewer may do (`domain::policy`).

mod ceremony;
pub(crate) mod client;
pub(crate) mod contact;
pub(crate) mod cookies;
pub(crate) mod denied;
pub(crate) mod device;
pub(crate) mod mailed_link;
pub(crate) mod passkey;
pub(crate) mod passwordless;
mod rescue;
pub(crate) mod session;
mod session_data;
pub mod session_store;
pub(crate) mod single_sign_on;
pub(crate) mod staff;

use std::net::IpAddr;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use tower_sessions::Session;

use crate::app::App;
use crate::domain::viewer::Viewer;
use crate::error::Error;

/// Decides who is asking, once for each request: the bearer of a token, or whoever is signed in in this browser. A
/// request with both is refused, because it is not clear whose rights count. `address` is where the request came from,
/// if that is known.
pub async fn authenticate(
    app: &App,
    headers: &HeaderMap,
    session: &Session,
    address: Option<IpAddr>,
) -> Result<Viewer, Error> {
    // There is at most one header, because `http::layers` refuses two.
    let Some(authorization) = headers.get(AUTHORIZATION) else { return session::of_session(app, session).await };
    if session::of_session(app, session).await? != Viewer::Anonymous {
        return Err(Error::Unauthenticated);
    }
    client::of_header(app, authorization, address).await
}
