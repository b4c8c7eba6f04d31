//! Who is asking: from a request to a [`Viewer`](crate::domain::viewer::Viewer), and the ways to sign in.
//!
//! What must not live here: what a viewer may do (`domain::policy`).

pub mod bearer;
mod ceremony;
pub(crate) mod client;
pub(crate) mod contact_door;
pub(crate) mod cookies;
pub(crate) mod device;
mod keeping;
pub mod keyring;
pub(crate) mod limits;
pub(crate) mod mailed_code;
pub(crate) mod mailed_link;
pub(crate) mod memory;
pub(crate) mod passkey;
pub mod password;
pub mod recovery;
mod rescue;
pub(crate) mod session;
pub mod session_store;
pub(crate) mod single_sign_on;
pub(crate) mod staff_door;
pub mod throttle;
pub mod totp;

use std::net::IpAddr;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use sha2::{Digest, Sha256};
use tower_sessions::Session;

use crate::app::App;
use crate::domain::viewer::Viewer;
use crate::error::Error;

/// Decides who is asking, once per request: the bearer of a token, or whoever is signed in in this browser. Both at once
/// is refused, because then it is not clear whose rights count. `address` is where the request came from, if that is
/// known.
pub async fn authenticate(
    app: &App,
    headers: &HeaderMap,
    session: &Session,
    address: Option<IpAddr>,
) -> Result<Viewer, Error> {
    // There is one at most: the layers refuse two.
    let Some(authorization) = headers.get(AUTHORIZATION) else { return session::of_session(app, session).await };
    if session::of_session(app, session).await? != Viewer::Anonymous {
        return Err(Error::Unauthenticated);
    }
    client::of_header(app, authorization, address).await
}

/// 256 random bits, hexadecimal.
pub fn random_token() -> Result<String, Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|cause| Error::internal(cause.to_string()))?;
    Ok(hex::encode(bytes))
}

/// Whether a text has the shape of a random token.
pub(crate) fn is_token(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}

/// What is stored of a random token.
pub(crate) fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token))
}
