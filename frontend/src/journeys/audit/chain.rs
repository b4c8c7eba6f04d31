//! The check of the hash chain: whether every fact is still as it was stored.

use axum::response::Response;
use cynic::QueryBuilder as _;

use super::admitted;
use crate::documents::audit::{Chain, ChainVerdict};
use crate::journeys::refused;
use crate::prelude::*;
use crate::visit::Visit;

/// `GET /audit/chain`: the page with the button that checks.
pub(super) async fn ask(visit: Visit) -> Response {
    page(&visit, None).await
}

/// `POST /audit/chain`: checks all facts and shows the result. This takes long, so no link does it.
pub(super) async fn show(visit: Visit) -> Response {
    if let Err(refusal) = admitted(&visit) {
        return refused(&visit, refusal).await;
    }
    match visit.api.run(Chain::build(())).await {
        Ok(Chain { chain_verdict }) => page(&visit, Some(chain_verdict)).await,
        Err(refusal) => refused(&visit, refusal).await,
    }
}

async fn page(visit: &Visit, verdict: Option<ChainVerdict>) -> Response {
    if let Err(refusal) = admitted(visit) {
        return refused(visit, refusal).await;
    }
    Page::new("Is the record as it was stored?").back("/audit").render(&visit.chrome().await, || {
        let verdict = verdict.map(|verdict| match verdict.fault {
            Some(fault) => warning_text(format!("The record was changed after it was stored. {fault}.")),
            None => inset(paragraph(format!(
                "Every fact is as it was stored: {} facts about {} things.",
                verdict.events.unwrap_or_default(),
                verdict.streams.unwrap_or_default()
            ))),
        });
        view! {
            {h1("Is the record as it was stored?")}
            {paragraph("Every fact is sealed to the one before it. This walks all of them and says whether the seals hold.")}
            {verdict}
            {post_form(view! { {button("Check the record")} }).to("/audit/chain")}
        }
        .into_any()
    })
}
