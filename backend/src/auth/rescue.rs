//! Keeps what somebody typed in a form after their session had ended. It waits in the browser session until the same
//! person has signed in again, and is dropped when anybody else signs in.
//!
//! What must not live here: the form, which belongs to its page.

use frontend::unsent::Unsent;
use tower_sessions::Session;

use super::session_data;
use crate::error::Error;

/// Empties the session and gives it a new id, but keeps an unsent form of `person`.
pub(super) async fn renew(session: &Session, person: &str) -> Result<(), Error> {
    // A form that an earlier version kept and this one cannot read must not keep anybody from signing in.
    let waits: Option<Unsent> = session.get(Unsent::KEY).await.unwrap_or_else(|error| {
        tracing::error!(%error, "A form that waited to be sent could not be read");
        None
    });
    // Whatever another person left in this session must not be theirs.
    session.clear().await;
    session.cycle_id().await.map_err(Error::internal)?;
    if let Some(waits) = waits.filter(|waits| waits.person == person) {
        session_data::put(session, Unsent::KEY, &waits).await?;
    }
    Ok(())
}
