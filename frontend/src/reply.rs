//! What a handler answers: a response, or a refusal of the API that becomes the right page by itself.
//!
//! A refusal cannot be drawn where `?` hands it back, because a page needs the visit. It travels with an empty response
//! to [`refusals`], a layer around all pages, which puts the page in its place.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Router};

use crate::api::Refusal;
use crate::denied::Denied;
use crate::error;
use crate::visit::Visit;

/// What a handler answers.
pub(crate) type Reply = Result<Response, Refusal>;

/// Goes with an answer that sends whoever is not signed in to the page where they can.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SignedOut(pub(crate) &'static str);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        // Nobody sees this status unless the layer is missing, and then it must not be a success.
        (StatusCode::INTERNAL_SERVER_ERROR, Extension(self)).into_response()
    }
}

/// What is denied is not there, or not yet again.
impl From<Denied> for Refusal {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Refused => Self::NotFound,
            Denied::Throttled(until) => Self::Throttled(until),
            Denied::Internal => Self::Internal,
        }
    }
}

/// These pages, with a page for whatever their handlers hand back as a refusal.
pub(crate) fn with_refusals(pages: Router) -> Router {
    pages.route_layer(from_fn(refusals))
}

async fn refusals(visit: Visit, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    match response.extensions_mut().remove::<Refusal>() {
        Some(refusal) => page_of(&visit, refusal).await,
        None => response,
    }
}

/// The page for what the API refused, when there is no form to show it on.
async fn page_of(visit: &Visit, refusal: Refusal) -> Response {
    let chrome = visit.chrome().await;
    match refusal {
        Refusal::Unauthenticated => {
            // A colleague's link is followed once they have signed in. Until then nothing of a stranger is kept.
            visit.wanted.want(&visit.path);
            let way_in = if visit.path.starts_with("/refer") { "/refer" } else { "/sign-in" };
            (Extension(SignedOut(way_in)), Redirect::to(way_in)).into_response()
        }
        Refusal::Forbidden => error::forbidden(&chrome),
        Refusal::NotFound | Refusal::Invalid(_) => error::not_found(&chrome),
        Refusal::Conflict(_) => error::conflict(&chrome),
        Refusal::Throttled(until) => error::too_many(&chrome, until),
        Refusal::Internal => error::internal(&chrome),
    }
}
