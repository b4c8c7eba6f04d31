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
    let waits: Option<Unsent> = session.get(Unsent::KEY).await.map_err(Error::internal)?;
    // Whatever another person left in this session must not be theirs.
    session.clear().await;
    session.cycle_id().await.map_err(Error::internal)?;
    if let Some(waits) = waits.filter(|waits| waits.person == person) {
        session_data::put(session, Unsent::KEY, &waits).await?;
    }
    Ok(())
}
