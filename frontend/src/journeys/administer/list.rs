//! The list of contacts. Filters stand in its address; what was searched for may be a name, and so travels by POST
//! and stays in the session.

use axum::response::{IntoResponse, Redirect, Response};
use cynic::QueryBuilder as _;

use super::{admitted, has_cursor, pager, place, state_tag};
use crate::documents::contacts::{List, ListVariables, Row, SchoolContactConnection, SchoolContactFilter};
use crate::journeys::refused;
use crate::journeys::site::when::date;
use crate::prelude::*;
use crate::visit::Visit;
use crate::vocabulary::ContactState;

const LIST: &str = "/contacts";
const SEARCH: &str = "contacts.search";
const FILTERS: &[&str] = &["schoolUrn", "state", "asked"];

/// `GET /contacts`.
pub(super) async fn show(visit: Visit, Queried(query): Queried) -> Response {
    if let Err(refusal) = admitted(&visit) {
        return refused(&visit, refusal).await;
    }
    let search: Option<String> = visit.recall(SEARCH).await;
    let state = ContactState::parse(query.get("state"));
    let asked = Some(query.has("asked", "YES"));
    let filter = SchoolContactFilter { search: search.clone(), school_urn: query.some("schoolUrn"), state, asked };
    let variables = ListVariables { filter, after: query.some("after"), before: query.some("before") };
    let found = match visit.api.run(List::build(variables)).await {
        Ok(List { school_contacts }) => school_contacts,
        Err(refusal) => return refused(&visit, refusal).await,
    };
    if found.nodes.is_empty() && has_cursor(&query) {
        return Redirect::to(&place(LIST, &query, FILTERS, None)).into_response();
    }
    let filter = filter_of(&query, state);
    Page::new("School contacts").wide().render(&visit.chrome().await, || {
        view! {
            {h1("School contacts")}
            {paragraph("Only these people, from these addresses, can refer children on behalf of their school.")}
            {button_link("/contacts/schools", "Approve a contact")}
            <p class="govuk-body">{link("/contacts/proposals", "Proposed changes")}</p>
            <p class="govuk-body">{link("/contacts/closed-schools", "Drafts of schools that have closed")}</p>
            {search_form(&query, search.as_deref())}
            {filter.beside(results(found, &query, search.as_deref()))}
        }
        .into_any()
    })
}

/// `POST /contacts/search`. Leaves the filters as they are.
pub(super) async fn search(visit: Visit, Typed(form): Typed) -> Response {
    if let Err(refusal) = admitted(&visit) {
        return refused(&visit, refusal).await;
    }
    match form.some("search").filter(|_| !form.knows("clear")) {
        Some(search) => {
            if let Err(refusal) = visit.keep(SEARCH, &search).await {
                return refused(&visit, refusal).await;
            }
        }
        None => visit.forget(SEARCH).await,
    }
    Redirect::to(&place(LIST, &form, FILTERS, None)).into_response()
}

fn search_form(query: &Form, search: Option<&str>) -> AnyView {
    let mut form = query.clone();
    form.set("search", search.unwrap_or_default());
    let faults = Faults::new();
    let ask = Ask::new(&form, &faults);
    let filters: Vec<_> = FILTERS.iter().map(|name| ask.hidden(name)).collect();
    let mut actions = vec![button("Search").secondary().view()];
    if search.is_some() {
        actions.push(button("Clear search").secondary().sends("clear", "yes").view());
    }
    view! {
        {post_form(view! {
            {filters}
            {ask.text("search", "Search")
                .hint("Names of people or schools, or a whole e-mail address")
                .width(30)
                .unchecked()
                .autocomplete("off")}
            {buttons(actions)}
        }).to("/contacts/search")}
    }
    .into_any()
}

fn filter_of(query: &Form, state: Option<ContactState>) -> Filter {
    let mut form = query.clone();
    form.set("state", state.map_or("", ContactState::code));
    let faults = Faults::new();
    let ask = Ask::new(&form, &faults);
    let controls = view! {
        {ask.radios("state", "State").bold().small().option("", "Any").words::<ContactState>()}
        {ask.checkboxes("asked", "Confirmation").bold().small().option("YES", "Asked and not answered yet")}
        {ask.text("schoolUrn", "School’s URN").bold().width(10).unchecked()}
    };
    let mut filter = Filter::new(controls.into_any(), LIST);
    if let Some(state) = state {
        filter = filter.selected("State", state.label(), place(LIST, query, &["schoolUrn", "asked"], None));
    }
    if query.has("asked", "YES") {
        let without = place(LIST, query, &["schoolUrn", "state"], None);
        filter = filter.selected("Confirmation", "Asked and not answered yet", without);
    }
    if let Some(urn) = query.some("schoolUrn") {
        filter = filter.selected("School’s URN", urn, place(LIST, query, &["state", "asked"], None));
    }
    filter
}

fn results(found: SchoolContactConnection, query: &Form, search: Option<&str>) -> AnyView {
    let searched = search.map(|search| paragraph(format!("Searching for “{search}”.")));
    if found.nodes.is_empty() {
        let narrowed = search.is_some() || FILTERS.iter().any(|name| query.some(name).is_some());
        let empty = if narrowed {
            "No contacts match. Check the spelling, use fewer words, or remove a filter."
        } else {
            "No contacts have been approved yet."
        };
        return view! { {searched} {paragraph(empty)} }.into_any();
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
    view! { {searched} {table} {pager(found.page_info, LIST, query, FILTERS)} }.into_any()
}
