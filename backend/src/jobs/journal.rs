//! A job that seals what was stored since the last seal, and says the head of the journal in the log: after the start
//! and each night.
//!
//! What must not live here: what a seal covers (`store::journal`), and making one (`service::journal`).

use std::time::Duration as Wait;

use crate::app::App;
use crate::domain::london::{london_clock, london_day};
use crate::service::journal::seal;

const PAUSE: Wait = Wait::from_mins(1);
/// The hour of the night in which the head is said, as a clock in England shows it.
const HOUR: &str = "03:";

/// Seals every minute, for as long as the service runs.
pub async fn run(app: App) {
    let mut said_on = None;
    loop {
        let now = app.clock.now();
        match seal(&app.db, &app.keyring, now).await {
            Ok(Some(head)) => {
                let today = Some(london_day(now));
                if said_on.is_none() || (said_on != today && london_clock(now).starts_with(HOUR)) {
                    tracing::info!(%head, "The head of the journal");
                    said_on = today;
                }
            }
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "What was stored could not be sealed"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}
