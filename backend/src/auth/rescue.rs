//! What somebody typed when their session had ended. It waits in the browser session until the same person has signed
//! in again, and goes nowhere with anybody else.
//!
//! What must not live here: what it looks like. That is for the pages, who wrote it.

use frontend::unsent::Unsent;
use tower_sessions::Session;

use super::session_data;
use crate::error::Error;

/// Empties the session and gives it a new id, but leaves what waits for `person`.
pub(super) async fn renew(session: &Session, person: &str) -> Result<(), Error> {
    let waits: Option<Unsent> = session.get(Unsent::KEY).await.map_err(Error::internal)?;
    // Nothing that somebody else left in this browser goes with them.
    session.clear().await;
    session.cycle_id().await.map_err(Error::internal)?;
    if let Some(waits) = waits.filter(|waits| waits.person == person) {
        session_data::put(session, Unsent::KEY, &waits).await?;
    }
    Ok(())
}
