//! Whether the process lives, and whether it can serve.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;

use crate::app::App;

/// The routes.
pub fn router(app: &App) -> Router {
    Router::new()
        .route("/health/live", get(|| async { "live\n" }))
        .route("/health/ready", get(ready))
        .with_state(app.clone())
}

async fn ready(State(app): State<App>) -> (StatusCode, &'static str) {
    if app.db.answers().await {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
    }
}
