//! A job that mails the MASH the reports of harm that were gathered into a group, as one growing list, within a minute
//! of each report. What must not live here: what a digest says (`service::report_group`).

use std::time::Duration as Wait;

use crate::app::App;
use crate::domain::viewer::{Job, Viewer};
use crate::error::Error;
use crate::{service, store};

const PAUSE: Wait = Wait::from_secs(2);

/// Repeats the sweep for as long as the service runs.
pub async fn run(app: App) {
    loop {
        if let Err(error) = sweep(&app).await {
            tracing::error!(%error, "Reports of harm that are gathered could not be told of");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Queues every digest that is due, and returns how many. When one fails the others are still queued, and the last
/// error is returned.
pub async fn sweep(app: &App) -> Result<usize, Error> {
    let (mut queued, mut failed) = (0, None);
    for group in store::report_group::undigested(&app.db).await? {
        match service::report_group::digest(&app.op(Viewer::System(Job::Watch)), group).await {
            Ok(told) => queued += usize::from(told),
            Err(error) => failed = Some(error),
        }
    }
    failed.map_or(Ok(queued), Err)
}
