//! Health of the process: whether it lives, whether it can serve, and metrics of the mail it must deliver.
//!
//! What must not live here: anything personal. Metrics count and name nobody.

use std::fmt::Write;
use std::net::SocketAddr;

use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};

use super::peer::{client_address, was_forwarded};
use crate::app::App;
use crate::domain::mail::{Lane, OVERDUE};
use crate::error::Error;
use crate::notices::Notice;
use crate::store;
use crate::store::message::Standing;

/// The routes for health checks and metrics.
pub fn router(app: &App) -> Router {
    Router::new()
        .route("/health/live", get(|| async { "live\n" }))
        .route("/health/ready", get(ready))
        .route("/health/metrics", get(metrics))
        .with_state(app.clone())
}

/// Readiness. An alert that waits, and most notices, are reported with status 200, because an instance that is taken out
/// of service would deliver nothing.
async fn ready(State(app): State<App>) -> (StatusCode, String) {
    if !app.db.answers().await {
        return (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n".to_owned());
    }
    let mut lines = vec!["ready"];
    let oldest = store::message::oldest_alert(&app.db, app.clock.now()).await;
    if oldest.is_ok_and(|age| age.is_some_and(|age| age > OVERDUE)) {
        lines.push("a safeguarding alert waits to be delivered");
    }
    lines.extend(app.notices.all().into_iter().map(Notice::as_str));
    if app.notices.holds(Notice::NothingStored) {
        lines.remove(0);
        return (StatusCode::SERVICE_UNAVAILABLE, told(&lines));
    }
    (StatusCode::OK, told(&lines))
}

fn told(lines: &[&str]) -> String {
    lines.iter().flat_map(|line| [*line, "\n"]).collect()
}

/// The metrics, for the networks that the operator names. Everybody else is answered with 404.
async fn metrics(
    State(app): State<App>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
) -> Result<Response, StatusCode> {
    let Extension(ConnectInfo(peer)) = peer.ok_or(StatusCode::NOT_FOUND)?;
    let proxies = &app.config.server.trusted_proxies;
    let client = client_address(peer.ip(), &headers, proxies);
    // A proxy on this machine that is not set as trusted would make every client look like this machine.
    let hidden = was_forwarded(&headers) && client == peer.ip().to_canonical();
    if hidden || !app.config.server.metrics_from.iter().any(|network| network.contains(client)) {
        return Err(StatusCode::NOT_FOUND);
    }
    let text = written(&app).await.map_err(|error| {
        tracing::error!(%error, "The metrics could not be read");
        StatusCode::SERVICE_UNAVAILABLE
    })?;
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response())
}

async fn written(app: &App) -> Result<String, Error> {
    let standings = store::message::standings(&app.db).await?;
    let mut text = String::from(
        "# HELP onroll_mail_messages Mails that have not left, by lane and state.\n# TYPE onroll_mail_messages gauge\n",
    );
    for lane in Lane::ALL {
        for state in STATES {
            let alike = standings.iter().filter(|row| Lane::of(row.kind) == lane && state_of(row) == state);
            let count: i64 = alike.map(|row| row.count).sum();
            let lane = lane.name();
            writeln!(text, "onroll_mail_messages{{lane=\"{lane}\",state=\"{state}\"}} {count}")
                .map_err(Error::internal)?;
        }
    }
    text.push_str(
        "# HELP onroll_mail_oldest_waiting_seconds How long the mail that waits longest has waited, by lane; 0 when none \
         waits.\n# TYPE onroll_mail_oldest_waiting_seconds gauge\n",
    );
    for lane in Lane::ALL {
        let waiting = standings.iter().filter(|row| Lane::of(row.kind) == lane && !row.failed);
        let oldest = waiting.map(|row| (app.clock.now() - row.oldest).num_seconds().max(0)).max().unwrap_or(0);
        let lane = lane.name();
        writeln!(text, "onroll_mail_oldest_waiting_seconds{{lane=\"{lane}\"}} {oldest}").map_err(Error::internal)?;
    }
    Ok(text)
}

const STATES: [&str; 3] = ["queued", "retrying", "failed"];

fn state_of(row: &Standing) -> &'static str {
    match (row.failed, row.tried) {
        (true, _) => "failed",
        (false, true) => "retrying",
        (false, false) => "queued",
    }
}
