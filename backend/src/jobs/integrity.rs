//! A job that checks the file of an SQLite database: once the service has started, and from then on each night.
//! PostgreSQL checks its own files.
//!
//! What must not live here: the check itself (`db::file`).

use std::time::Duration as Wait;

use sea_orm::DbBackend;

use crate::app::App;
use crate::db::file::Check;
use crate::domain::london::{london_clock, london_day};
use crate::error::Error;
use crate::notices::Notice;

const PAUSE: Wait = Wait::from_mins(10);
/// The hour of the night in which the file is checked, as a clock in England shows it.
const HOUR: &str = "03:";

/// Checks the file now and each night, for as long as the service runs.
pub async fn run(app: App) {
    if app.db.backend() != DbBackend::Sqlite {
        return;
    }
    let mut checked_on = None;
    loop {
        let now = app.clock.now();
        let today = Some(london_day(now));
        if checked_on.is_none() || (checked_on != today && london_clock(now).starts_with(HOUR)) {
            match check(&app).await {
                Ok(()) => checked_on = today,
                Err(error) => tracing::error!(%error, "The database file could not be checked"),
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Checks the whole file, logs the outcome, and has the health check tell of damage.
pub async fn check(app: &App) -> Result<(), Error> {
    let damage = app.db.damage(Check::Full).await?;
    match &damage {
        None => tracing::info!("The database file is sound"),
        // It names tables, indexes and pages, and nothing of what they hold.
        Some(found) => tracing::error!(found, "The database file is damaged: stop the service and restore a backup"),
    }
    app.notices.set(Notice::FileDamaged, damage.is_some());
    Ok(())
}
