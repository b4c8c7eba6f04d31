//! Stores values in a browser session. This is the only place in the server that does, so that the session is certain
//! to get a new id. Pages use `Visit::keep`, which does the same.
//!
//! Otherwise somebody who knew the id of a session beforehand would be signed in together with its owner, and could
//! choose their school or set up their second factor ("session fixation").
//!
//! What must not live here: what the values mean.

use serde::Serialize;
use tower_sessions::Session;

use crate::error::Error;

/// The name of the session value that says who is signed in.
pub(super) const PERSON: &str = "person";
/// The name of the session value that holds the account of whoever is signed in, as it was when the session was loaded.
pub(super) const ACCOUNT: &str = "account";

/// Stores `value` in a session under `name`. A session in which nobody is signed in gets a new id each time; that of
/// somebody signed in got one when they signed in.
#[expect(clippy::disallowed_methods, reason = "the one place where something enters a session")]
pub(super) async fn put<T: Serialize + Send + Sync>(session: &Session, name: &str, value: &T) -> Result<(), Error> {
    if !is_somebodys(session).await? && session.id().is_some() {
        session.cycle_id().await.map_err(Error::internal)?;
    }
    session.insert(name, value).await.map_err(Error::internal)
}

/// Whether somebody is signed in. Reading the value also finds out whether the session in the cookie exists.
async fn is_somebodys(session: &Session) -> Result<bool, Error> {
    Ok(session.get_value(PERSON).await.map_err(Error::internal)?.is_some())
}
