//! The list of contacts. Filters stand in its address; what was searched for may be a name, and so travels by POST
//! and stays in the session ([`search`](crate::search)).

use axum::response::{IntoResponse, Redirect};
use cynic::QueryBuilder as _;

use super::{admitted, has_cursor, pager, place, state_tag};
use crate::documents::contacts::{List, ListVariables, Row, SchoolContactConnection};
use crate::documents::inputs::SchoolContactFilter;
use crate::prelude::*;
use crate::reply::Reply;
use crate::search::{SEARCH, Search};
use crate::visit::Visit;
use crate::vocabulary::{ContactKind, ContactState};
use crate::when::date;

const LIST: &str = "/contacts";
const SEARCHED: &str = "contacts";
const FILTERS: &[&str] = &["schoolUrn", "state", "kind", "asked", SEARCH];

/// `GET /contacts`.
pub(super) async fn show(visit: Visit, Queried(query): Queried) -> Reply {
    admitted(&visit)?;
    let search = Search::recall(&visit, SEARCHED, &query).await;
    let (state, kind) = (ContactState::parse(query.get("state")), ContactKind::parse(query.get("kind")));
    let asked = query.has("asked", "YES").then_some(true);
    let text = search.text().map(str::to_owned);
    let filter = SchoolContactFilter { search: text, school_urn: query.some("schoolUrn"), state, kind, asked };
    let variables = ListVariables { filter, after: query.some("after"), before: query.some("before") };
    let List { school_contacts: found } = visit.api.run(List::build(variables)).await?;
    if found.nodes.is_empty() && has_cursor(&query) {
        return Ok(Redirect::to(&place(LIST, &query, FILTERS, None)).into_response());
    }
    let filter = filter_of(&query, state, kind);
    Ok(Page::new("School contacts").wide().render(&visit.chrome().await, || {
        view! {
            {h1("School contacts")}
            {paragraph("Only these people, from these addresses, can refer children on behalf of their school.")}
            {button_link("/contacts/schools", "Approve a contact")}
            <p class="govuk-body">{link("/contacts/proposals", "Proposed changes")}</p>
            <p class="govuk-body">{link("/contacts/closed-schools", "Drafts of schools that have closed")}</p>
            {search_form(&query, &search)}
            {filter.beside(results(found, &query))}
        }
        .into_any()
    }))
}

/// `POST /contacts/search`. Leaves the filters as they are.
pub(super) async fn search(visit: Visit, Typed(form): Typed) -> Reply {
    admitted(&visit)?;
    let id = Search::keep(&visit, SEARCHED, &form).await?;
    let narrowed = form.with(SEARCH, id.unwrap_or_default());
    Ok(Redirect::to(&place(LIST, &narrowed, FILTERS, None)).into_response())
}

fn search_form(query: &Form, search: &Search) -> AnyView {
    let form = query.clone().with(SEARCH, search.text().unwrap_or_default());
    let faults = Faults::new();
    let ask = Ask::new(&form, &faults);
    let filters: Vec<_> = filters_but(SEARCH).iter().map(|name| ask.hidden(name)).collect();
    view! {
        {post_form(view! {
            {filters}
            {ask.name(SEARCH, "Search").hint("Names of people or schools, or a whole email address").width(30)}
            {button("Search").secondary()}
        }).to("/contacts/search").search()}
        {search.told(without(query, SEARCH))}
    }
    .into_any()
}

fn filters_but(name: &str) -> Vec<&'static str> {
    FILTERS.iter().copied().filter(|filter| *filter != name).collect()
}

/// The list without one of its filters.
fn without(query: &Form, name: &str) -> String {
    place(LIST, query, &filters_but(name), None)
}

fn filter_of(query: &Form, state: Option<ContactState>, kind: Option<ContactKind>) -> Filter {
    let mut form = query.clone();
    form.set("state", state.map_or("", ContactState::code));
    form.set("kind", kind.map_or("", ContactKind::code));
    let faults = Faults::new();
    let ask = Ask::new(&form, &faults);
    let controls = view! {
        {query.some(SEARCH).map(|_| ask.hidden(SEARCH))}
        {ask.radios("state", "State").bold().small().option("", "Any").words::<ContactState>()}
        {ask.radios("kind", "Kind").bold().small().option("", "Any").words::<ContactKind>()}
        {ask.checkboxes("asked", "Confirmation").bold().small().option("YES", "Asked and not answered yet")}
        {ask.number("schoolUrn", "School URN").bold().width(10).hint("6 digits")}
    };
    let asked = query.has("asked", "YES").then(|| "Asked and not answered yet".to_owned());
    let chosen = [
        ("State", "state", state.map(|state| state.label().to_owned())),
        ("Kind", "kind", kind.map(|kind| kind.label().to_owned())),
        ("Confirmation", "asked", asked),
        ("School URN", "schoolUrn", query.some("schoolUrn")),
    ];
    let filter = Filter::new(controls.into_any(), place(LIST, query, &[SEARCH], None));
    chosen.into_iter().fold(filter, |filter, (category, name, value)| match value {
        Some(value) => filter.selected(category, value, without(query, name)),
        None => filter,
    })
}

fn results(found: SchoolContactConnection, query: &Form) -> AnyView {
    if found.nodes.is_empty() {
        let narrowed = FILTERS.iter().any(|name| query.some(name).is_some());
        return paragraph(if narrowed {
            "No contacts match. Check the spelling, use fewer words, or remove a filter."
        } else {
            "No contacts have been approved yet."
        });
    }
    let table = Table::new("Contacts by name").quiet().scrolls().columns(["Name", "School", "Kind", "State"]);
    let table = found.nodes.into_iter().fold(table, |table, contact| {
        let Row { id, name, job, kind, state, confirm_by, school } = contact;
        let who = view! {
            {link(format!("{LIST}/{}", id.inner()), name)}
            <br/>
            <span class="govuk-!-font-weight-regular">{job}</span>
        };
        let asked = confirm_by.map(|by| {
            view! {
                <br/>
                {format!("Asked to confirm before {}", date(by))}
            }
        });
        let state = view! { {state_tag(state)} {asked} };
        table.row([who.into_any().into(), school.name.into(), kind.label().into(), state.into_any().into()])
    });
    view! { {table} {pager(found.page_info, LIST, query, FILTERS)} }.into_any()
}
