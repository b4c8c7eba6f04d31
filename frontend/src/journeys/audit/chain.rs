//! The check of the hash chain: whether every fact is still as it was stored.

use cynic::QueryBuilder as _;

use super::admitted;
use crate::documents::audit::{Chain, ChainVerdict};
use crate::prelude::*;
use crate::reply::Reply;
use crate::visit::Visit;

/// `GET /audit/chain`.
pub(super) async fn ask(visit: Visit) -> Reply {
    page(&visit, None).await
}

/// `POST /audit/chain`. Walks everything there is, so it is not done by following a link.
pub(super) async fn show(visit: Visit) -> Reply {
    admitted(&visit)?;
    let Chain { chain_verdict } = visit.api.run(Chain::build(())).await?;
    page(&visit, Some(chain_verdict)).await
}

async fn page(visit: &Visit, verdict: Option<ChainVerdict>) -> Reply {
    admitted(visit)?;
    Ok(Page::new("Is the record as it was stored?").back("/audit").render(&visit.chrome().await, || {
        let verdict = verdict.map(|verdict| {
            if let Some(fault) = verdict.fault {
                return warning_text(format!("The record was changed after it was stored. {fault}."));
            }
            let (facts, things) = (verdict.events.unwrap_or_default(), verdict.streams.unwrap_or_default());
            let sound = paragraph(format!("Every fact is as it was stored: {facts} facts about {things} things."));
            let head = verdict.head.map(|head| {
                view! { <p class="govuk-body">"The head of the journal is " <span class="app-token">{head}</span></p> }
            });
            inset(view! { {sound} {head} }.into_any())
        });
        view! {
            {h1("Is the record as it was stored?")}
            {paragraph("Every fact is sealed to the one before it. This walks all of them and says whether the seals hold.")}
            {verdict}
            {post_form(view! { {button("Check the record")} }).to("/audit/chain")}
        }
        .into_any()
    }))
}
