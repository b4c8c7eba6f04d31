//! The accesses to one child, and what was disclosed about them to which agency: what the council needs to answer a
//! subject access request.

use crate::parts::notes_table;
use cynic::QueryBuilder as _;

use super::{admitted, save};
use crate::documents::audit::{ChildVars, OfChild};
use crate::documents::inputs::AccessNoteFilter;
use crate::prelude::*;
use crate::reply::Reply;
use crate::visit::Visit;

/// `GET /audit/child`.
pub(super) async fn ask(visit: Visit) -> Reply {
    ask_again(&visit, &Form::new(), &Faults::new()).await
}

async fn ask_again(visit: &Visit, form: &Form, faults: &Faults) -> Reply {
    admitted(visit)?;
    let ask = Ask::new(form, faults);
    Ok(Page::new("Who saw one child").back("/audit").ask(ask).render(&visit.chrome().await, || {
        view! {
            {h1("Who saw one child")}
            {paragraph("Every access to a case, its child and its referrals, and what was handed to which agency.")}
            {post_form(view! {
                {ask.text("reference", "The case’s reference").unchecked().width(20)}
                {button("Show")}
            }).to("/audit/child")}
        }
        .into_any()
    }))
}

/// `POST /audit/child`.
pub(super) async fn show(visit: Visit, Typed(form): Typed) -> Reply {
    admitted(&visit)?;
    let OfChild { child_access: answer } =
        visit.api.run(OfChild::build(ChildVars { reference: form.text("reference") })).await?;
    let Some(access) = answer else {
        let faults = Faults::from_iter([("reference", "Enter the reference of a case, like C-7K3M-9QX4")]);
        return ask_again(&visit, &form, &faults).await;
    };
    let title = format!("Who saw the child of case {}", access.reference);
    Ok(Page::new("Who saw one child").back("/audit/child").wide().render(&visit.chrome().await, || {
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
    }))
}

/// `POST /audit/child/export`.
pub(super) async fn export(visit: Visit, Typed(form): Typed) -> Reply {
    admitted(&visit)?;
    let filter = AccessNoteFilter { reference: Some(form.text("reference")), ..AccessNoteFilter::default() };
    save(&visit, filter).await
}
