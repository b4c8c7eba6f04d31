//! To be written.
use axum::Router;

/// The pages of this journey.
pub fn router() -> Router {
    Router::new()
}
