//! The list of what was done, searched by day, person or agency, kind and reference.

use std::ops::ControlFlow;

use cynic::QueryBuilder as _;

use super::search::{Search, days};
use super::{admitted, tabs};
use crate::documents::audit::{Event, Events, EventsVars};
use crate::documents::inputs::EventFilter;
use crate::parts::pager;
use crate::prelude::*;
use crate::reply::Reply;
use crate::visit::Visit;
use crate::vocabulary::EventKind;
use crate::when::day_and_time;

const LIST: &str = "/audit/done";
const SEARCH: Search = Search { list: LIST, kept_as: "audit.done", fields: &["by", "kind", "reference"] };

/// `GET /audit/done`.
pub(super) async fn show(visit: Visit, Queried(query): Queried) -> Reply {
    admitted(&visit)?;
    let form = SEARCH.kept(&visit).await;
    let (filter, faults) = filter_of(&form);
    let vars = EventsVars { filter, after: query.some("after"), before: query.some("before") };
    let asked = visit.api.run(Events::build(vars));
    let (found, faults) = match SEARCH.answered(&visit, &query, faults, asked).await? {
        ControlFlow::Continue(answered) => answered,
        ControlFlow::Break(first) => return Ok(first),
    };
    let found = found.map(|found| found.events);
    let ask = Ask::new(&form, &faults);
    Ok(Page::new("What was done").wide().ask(ask).render(&visit.chrome().await, || {
        let list = found.map(|found| {
            let pager = pager(&found.page_info, |side, cursor| format!("{LIST}?{side}={cursor}"));
            view! { {table(&found.nodes)} {pager} }
        });
        let further = view! {
            {ask.name("by", "Person or agency").hint("Part of a name").width(30)}
            {ask.select("kind", "What was done").option("", "Anything").words::<EventKind>()}
            {ask.text("reference", "Reference").hint("Of a case or a referral").unchecked().width(20)}
        };
        view! {
            {tabs(LIST)}
            {h1("What was done")}
            {paragraph("Who changed what, and when. What was written stays with the case. Reading this is noted.")}
            {SEARCH.form(ask, further.into_any())}
            {list}
        }
        .into_any()
    }))
}

/// `POST /audit/done/search`.
pub(super) async fn search(visit: Visit, Typed(form): Typed) -> Reply {
    admitted(&visit)?;
    SEARCH.keep(&visit, &form).await
}

fn table(events: &[Event]) -> AnyView {
    const CAPTION: &str = "What was done, newest first";
    if events.is_empty() {
        return view! { {h2(CAPTION)} {paragraph("There is nothing.")} }.into_any();
    }
    let table = Table::new(CAPTION).scrolls().columns(["When", "Who", "What was done", "To what"]);
    let row = |event: &Event| -> [Content; 4] {
        let (by, subject) = (event.by.clone(), event.subject.clone());
        [day_and_time(event.at).into(), by.into(), event.kind.label().into(), subject.into()]
    };
    events.iter().fold(table, |table, event| table.row(row(event))).view()
}

fn filter_of(form: &Form) -> (EventFilter, Faults) {
    let mut faults = Faults::new();
    let (from, to) = days(form, &mut faults);
    let kind = EventKind::parse(form.get("kind"));
    (EventFilter { from, to, by: form.some("by"), kind, reference: form.some("reference") }, faults)
}
