//! A job that tells people how far their clocks have run. What must not live here: who is told, and when
//! (`service::reminder`, `domain::clock`).

use std::time::Duration as Wait;

use crate::app::App;
use crate::domain::viewer::{Job, Viewer};
use crate::error::Error;
use crate::service;

const PAUSE: Wait = Wait::from_mins(1);

/// Repeats the sweep for as long as the service runs.
pub async fn run(app: App) {
    loop {
        if let Err(error) = sweep(&app).await {
            tracing::error!(%error, "People could not be told what is due and late");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Tells everybody who is to be told by now, and returns the number of mails.
pub async fn sweep(app: &App) -> Result<usize, Error> {
    let op = app.op(Viewer::System(Job::Watch));
    Ok(service::reminder::remind(&op).await? + service::held_report::remind(&op).await?)
}
