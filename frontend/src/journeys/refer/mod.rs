//! A school refers a child: the way in, the questions one by one, the check, and what became of it.

mod answers;

use axum::Router;

pub use answers::answers_summary;

/// The pages of this journey.
pub fn router() -> Router {
    Router::new()
}
