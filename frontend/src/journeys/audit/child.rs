//! The accesses to one child, and what was disclosed about them to which agency: what the council needs to answer a
//! subject access request.

use axum::response::Response;
use cynic::QueryBuilder as _;

use super::{admitted, save};
use crate::documents::audit::{ChildVars, OfChild};
use crate::documents::inputs::AccessNoteFilter;
use crate::journeys::refused;
use crate::parts::notes_table;
use crate::prelude::*;
use crate::visit::Visit;

/// `GET /audit/child`: asks for the reference of a case.
pub(super) async fn ask(visit: Visit) -> Response {
    ask_again(&visit, &Form::new(), &Faults::new()).await
}

async fn ask_again(visit: &Visit, form: &Form, faults: &Faults) -> Response {
    if let Err(refusal) = admitted(visit) {
        return refused(visit, refusal).await;
    }
    let ask = Ask::new(form, faults);
    Page::new("Who saw one child").back("/audit").ask(ask).render(&visit.chrome().await, || {
        view! {
            {h1("Who saw one child")}
            {paragraph("Every access to a case, its child and its referrals, and what was handed to which agency.")}
            {post_form(view! {
                {ask.text("reference", "The case’s reference").unchecked().width(20)}
                {button("Show")}
            }).to("/audit/child")}
        }
        .into_any()
    })
}

/// `POST /audit/child`: the disclosures to agencies, and the newest 2,000 accesses.
pub(super) async fn show(visit: Visit, Typed(form): Typed) -> Response {
    if let Err(refusal) = admitted(&visit) {
        return refused(&visit, refusal).await;
    }
    let answer = match visit.api.run(OfChild::build(ChildVars { reference: form.get("reference").to_owned() })).await {
        Ok(OfChild { child_access }) => child_access,
        Err(refusal) => return refused(&visit, refusal).await,
    };
    let Some(access) = answer else {
        let faults = Faults::from_iter([("reference", "Enter the reference of a case, like C-7K3M-9QX4")]);
        return ask_again(&visit, &form, &faults).await;
    };
    let title = format!("Who saw the child of case {}", access.reference);
    Page::new("Who saw one child").back("/audit/child").wide().render(&visit.chrome().await, || {
        let more = access.more.then(|| paragraph("There are more accesses: these are the newest 2,000."));
        view! {
            {h1(title)}
            {more}
            {post_form(view! {
                <input type="hidden" name="reference" value=access.reference.clone()/>
                {button("Save as a file").secondary()}
            }).to("/audit/child/export")}
            {notes_table("Handed to partner agencies", &access.disclosures)}
            {notes_table("Every access, newest first", &access.notes)}
        }
        .into_any()
    })
}

/// `POST /audit/child/export`: all accesses to the child, as a file.
pub(super) async fn export(visit: Visit, Typed(form): Typed) -> Response {
    if let Err(refusal) = admitted(&visit) {
        return refused(&visit, refusal).await;
    }
    let filter = AccessNoteFilter { reference: Some(form.get("reference").to_owned()), ..AccessNoteFilter::default() };
    save(&visit, filter).await
}
