//! A job that brings children who were too young back on the day they reach compulsory school age: their referrals to
//! triage, and their closed cases to whoever had them.
//!
//! What must not live here: which day that is (`domain::referral`, `domain::case`).

use std::time::Duration as Wait;

use chrono::Months;

use crate::app::App;
use crate::domain::london::london_day;
use crate::domain::viewer::{Job, Viewer};
use crate::error::Error;
use crate::{service, store};

const PAUSE: Wait = Wait::from_mins(10);

/// Repeats the sweep for as long as the service runs.
pub async fn run(app: App) {
    loop {
        if let Err(error) = sweep(&app).await {
            tracing::error!(%error, "Children who were too young could not be brought back");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Brings back every referral and case whose day has come, and returns how many. When one fails the others still come
/// back, and the last error is returned.
pub async fn sweep(app: &App) -> Result<usize, Error> {
    let op = app.op(Viewer::System(Job::Watch));
    let (mut back, mut failed) = (0, None);
    for referral in store::referral::watched(&op, london_day(op.now())).await? {
        match service::referral::come_back(&op, referral).await {
            Ok(()) => back += 1,
            Err(Error::Conflict(_)) => {}
            Err(error) => failed = Some(error),
        }
    }
    let born_by = london_day(op.now()) - Months::new(5 * 12);
    for (case, born) in store::case::too_young(&op, born_by).await? {
        match service::case::come_of_age(&op, case, born).await {
            Ok(came) => back += usize::from(came),
            Err(error) => failed = Some(error),
        }
    }
    failed.map_or(Ok(back), Err)
}
