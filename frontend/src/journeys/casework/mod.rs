//! Cases: the register, one case, and everything that is done to one.
//!
//! What must not live here: how a referral is decided (`triage`), and any judgement of what was typed, which is the
//! API's.

mod act;
mod answers;
mod break_glass;
mod child;
mod closing;
mod filters;
mod history;
mod list;
mod placing;
mod restrict;
mod roll;
mod sections;
mod show;
mod sighting;
mod standing;
mod tracing;

#[cfg(test)]
mod tests;

use axum::Router;
use axum::routing::{get, post};

use crate::acts;

/// The pages of this journey.
pub fn router() -> Router {
    Router::new()
        .route("/cases", get(list::show))
        .route("/cases/search", post(list::search))
        .route("/cases/{reference}", get(show::show))
        .merge(acts::router(&act::ACTS))
        .merge(break_glass::router())
}
