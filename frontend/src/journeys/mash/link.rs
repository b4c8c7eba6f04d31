//! The link in an alert to the MASH. It shows a button and no word about the child, because mail scanners follow links;
//! the button says that the MASH has the flag, and does nothing else.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;

use crate::api::Refusal;
use crate::documents::changes;
use crate::documents::inputs::AcknowledgeByLinkInput;
use crate::prelude::*;
use crate::reply::Reply;
use crate::visit::Visit;

/// The routes, for whoever has the link.
pub fn router() -> Router {
    Router::new().route("/acknowledge/{token}", get(ask).post(acknowledge))
}

/// `GET /acknowledge/{token}`. Whether the link works is told only to whoever uses it.
async fn ask(visit: Visit, Path(_): Path<String>) -> Response {
    Page::new("Say that the MASH has this flag").render(&visit.chrome().await, || {
        view! {
            {h1("Say that the MASH has this flag")}
            {paragraph("Use this button if you work in the multi-agency safeguarding hub and the flag in the email is with you now.")}
            {paragraph("It stops us from chasing you. To read the flag, to rate it and to answer, sign in.")}
            {post_form(button("The MASH has it").view())}
        }
        .into_any()
    })
}

/// `POST /acknowledge/{token}`.
async fn acknowledge(visit: Visit, Path(token): Path<String>) -> Reply {
    match changes::acknowledge_by_link(&visit.api, AcknowledgeByLinkInput { token }).await {
        Ok(_) => {
            Ok(said(&visit, "The flag is with you", StatusCode::OK, "It counts as acknowledged by the MASH.").await)
        }
        Err(Refusal::NotFound) => {
            let why = "This link does not work any more. Sign in to acknowledge the flag, or ring the team.";
            Ok(said(&visit, "This link does not work", StatusCode::NOT_FOUND, why).await)
        }
        Err(refusal) => Err(refusal),
    }
}

async fn said(visit: &Visit, title: &'static str, status: StatusCode, words: &'static str) -> Response {
    Page::new(title).status(status).render(&visit.chrome().await, || {
        view! {
            {h1(title)}
            {paragraph(words)}
            <p class="govuk-body">{link("/mash", "Sign in to read it, to rate it and to answer")}</p>
        }
        .into_any()
    })
}
