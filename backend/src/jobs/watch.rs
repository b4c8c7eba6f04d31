//! A job that brings referrals of younger children back to triage on the day they reach compulsory school age.
//!
//! What must not live here: which day that is (`domain::referral`).

use std::time::Duration as Wait;

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
            tracing::error!(%error, "Referrals of younger children could not be brought back to triage");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Brings back every referral whose day has come, and returns how many. When one fails the others still come back, and
/// the last error is returned.
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
    failed.map_or(Ok(back), Err)
}
