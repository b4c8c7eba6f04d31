//! How something enters a browser session: the one place in the server where anything does, so that it cannot be
//! forgotten that the session gets a new id then. Pages keep what they keep by `Visit::keep`, which does the same.
//!
//! Whoever knew the id of somebody's session from before would otherwise be signed in with them, choose their school, or
//! set up their second factor ("session fixation").

use serde::Serialize;
use tower_sessions::Session;

use crate::error::Error;

/// Under what a session keeps whose it is.
pub(super) const PERSON: &str = "person";

/// Keeps `value` in a session under `name`. A session in which nobody is signed in has another id from now on; one of
/// somebody who is signed in was renewed when they came in.
#[expect(clippy::disallowed_methods, reason = "the one place where something enters a session")]
pub(super) async fn hold<T: Serialize + Send + Sync>(session: &Session, name: &str, value: &T) -> Result<(), Error> {
    if !is_somebodys(session).await? && session.id().is_some() {
        session.cycle_id().await.map_err(Error::internal)?;
    }
    session.insert(name, value).await.map_err(Error::internal)
}

/// Reading it also finds out whether the session that a cookie names exists.
async fn is_somebodys(session: &Session) -> Result<bool, Error> {
    Ok(session.get_value(PERSON).await.map_err(Error::internal)?.is_some())
}
