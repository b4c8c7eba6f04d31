//! Tells the MASH of reports of harm that are gathered, in one list that grows, within a minute of each report.

use std::time::Duration as Wait;

use crate::app::App;
use crate::domain::viewer::{Job, Viewer};
use crate::error::Error;
use crate::{service, store};

const PAUSE: Wait = Wait::from_secs(2);

/// Looks for as long as the service runs.
pub async fn run(app: App) {
    loop {
        if let Err(error) = sweep(&app).await {
            tracing::error!(%error, "Reports of harm that are gathered could not be told of");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Queues every digest that is due; says how many those were. One that fails does not keep back the others.
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
