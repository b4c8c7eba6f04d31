//! The list of access notes, searched by day, person or agency, action and reference.

use std::ops::ControlFlow;

use axum::response::{IntoResponse, Redirect};
use cynic::QueryBuilder as _;

use super::search::{Search, days};
use super::{admitted, save, tabs};
use crate::documents::audit::{Notes, NotesVars};
use crate::documents::inputs::AccessNoteFilter;
use crate::parts::{notes_table, pager};
use crate::prelude::*;
use crate::reply::Reply;
use crate::visit::Visit;
use crate::vocabulary::AccessAction;

const LIST: &str = "/audit";
const SEARCH: Search =
    Search { list: LIST, kept_as: "audit.search", fields: &["viewer", "action", "reference", "agency"] };

/// `GET /audit`.
pub(super) async fn show(visit: Visit, Queried(query): Queried) -> Reply {
    admitted(&visit)?;
    // A mail that tells of refusals leads to them, whatever was looked for before.
    let linked = AccessAction::parse(query.get("action"));
    let form = match linked {
        Some(action) => Form::new().with("action", action.code()),
        None => SEARCH.kept(&visit).await,
    };
    let (filter, faults) = filter_of(&form);
    let vars = NotesVars { filter, after: query.some("after"), before: query.some("before") };
    let asked = visit.api.run(Notes::build(vars));
    let (found, faults) = match SEARCH.answered(&visit, &query, faults, asked).await? {
        ControlFlow::Continue(answered) => answered,
        ControlFlow::Break(first) => return Ok(first),
    };
    let found = found.map(|found| found.access_notes);
    let ask = Ask::new(&form, &faults);
    Ok(Page::new("Access notes").wide().ask(ask).render(&visit.chrome().await, || {
        let list = found.map(|found| {
            let pager = pager(&found.page_info, |side, cursor| match linked {
                Some(action) => format!("{LIST}?action={}&{side}={cursor}", action.code()),
                None => format!("{LIST}?{side}={cursor}"),
            });
            view! { {notes_table("Accesses, newest first", &found.nodes)} {pager} }
        });
        let further = view! {
            {ask.name("viewer", "Person or agency").hint("Part of a name").width(30)}
            {ask.select("action", "Action").option("", "Any").words::<AccessAction>()}
            {ask.text("reference", "Reference").hint("Of a case or a referral").unchecked().width(20)}
        };
        view! {
            {tabs(LIST)}
            {h1("Access notes")}
            {paragraph("Who was shown what, and who was refused. Reading this is noted too.")}
            <p class="govuk-body">{link("/audit/child", "Who saw one child")}</p>
            <p class="govuk-body">{link("/audit/chain", "Whether the record is as it was stored")}</p>
            {SEARCH.form(ask, further.into_any())}
            {post_form(view! { {button("Save as a file").secondary()} }).to("/audit/export")}
            {list}
        }
        .into_any()
    }))
}

/// `POST /audit/search`.
pub(super) async fn search(visit: Visit, Typed(form): Typed) -> Reply {
    admitted(&visit)?;
    SEARCH.keep(&visit, &form).await
}

/// `POST /audit/export`.
pub(super) async fn export(visit: Visit) -> Reply {
    admitted(&visit)?;
    let (filter, faults) = filter_of(&SEARCH.kept(&visit).await);
    if !faults.is_empty() {
        return Ok(Redirect::to(LIST).into_response());
    }
    save(&visit, filter).await
}

fn filter_of(form: &Form) -> (AccessNoteFilter, Faults) {
    let mut faults = Faults::new();
    let (from, to) = days(form, &mut faults);
    let filter = AccessNoteFilter {
        from,
        to,
        viewer: form.some("viewer"),
        action: AccessAction::parse(form.get("action")),
        reference: form.some("reference"),
        agency: form.some("agency"),
    };
    (filter, faults)
}
