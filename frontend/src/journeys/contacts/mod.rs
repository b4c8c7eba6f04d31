//! Approved school contacts: finding them, approving an address for a school, suspending, reinstating and changing the
//! address; what head teachers propose; and the drafts that closed schools left behind. What schools themselves do is in `refer`; the approval itself is the API's to decide.

mod approve;
mod change;
mod closed;
mod contact;
mod list;
mod proposals;

use axum::Router;
use axum::routing::{get, post};
use cynic::{Id, QueryBuilder as _};

use crate::acts;
use crate::api::Refusal;
use crate::documents::PageInfo;
use crate::documents::contacts::{One, OneVariables, School, SchoolContact};
use crate::prelude::*;
use crate::visit::Visit;
use crate::vocabulary::ContactState;

/// The pages of this journey.
pub fn router() -> Router {
    Router::new()
        .route("/contacts", get(list::show))
        .route("/contacts/search", post(list::search))
        .route("/contacts/schools", get(approve::schools))
        .route("/contacts/new", get(approve::ask).post(approve::approve))
        .route("/contacts/proposals", get(proposals::list))
        .route("/contacts/proposals/{id}", get(proposals::show))
        .route("/contacts/proposals/{id}/approve", post(proposals::approve))
        .route("/contacts/proposals/{id}/decline", post(proposals::decline))
        .route("/contacts/closed-schools", get(closed::show))
        .route("/contacts/{id}", get(contact::show))
        .merge(acts::router(&change::ACTS))
}

/// Refuses those who do not manage contacts, before anything is asked for.
fn admitted(visit: &Visit) -> Result<(), Refusal> {
    visit.require(visit.may().manage_contacts)
}

/// Reads one contact.
async fn read(visit: &Visit, id: String) -> Result<SchoolContact, Refusal> {
    admitted(visit)?;
    let answer = visit.api.run(One::build(OneVariables { id: Id::new(id) })).await?;
    answer.school_contact.ok_or(Refusal::NotFound)
}

/// The page of a contact.
fn here(id: &Id) -> String {
    format!("/contacts/{}", id.inner())
}

fn state_tag(state: ContactState) -> AnyView {
    let colour = match state {
        ContactState::Active => Colour::Green,
        ContactState::Suspended => Colour::Red,
    };
    tag(state.label(), colour)
}

/// Where a school is, in one line.
fn address_of(school: &School) -> String {
    let postcode = school.postcode.as_ref().map(|postcode| postcode.replace(' ', "\u{a0}"));
    let parts = [Some(school.address.clone()), postcode];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// The links around a page of a list at `path`, which keep the answers named in `keep`.
fn pager(info: PageInfo, path: &str, query: &Form, keep: &[&str]) -> Pager {
    let at = |name, cursor: Option<String>| cursor.map(|cursor| place(path, query, keep, Some((name, &cursor))));
    Pager::new()
        .previous(at("before", info.start_cursor.filter(|_| info.has_previous_page)))
        .next(at("after", info.end_cursor.filter(|_| info.has_next_page)))
}

/// `path` with those answers of `query` that are named in `keep`, and with a cursor.
fn place(path: &str, query: &Form, keep: &[&str], cursor: Option<(&str, &str)>) -> String {
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    for name in keep {
        if let Some(value) = query.some(name) {
            pairs.append_pair(name, &value);
        }
    }
    if let Some((name, cursor)) = cursor {
        pairs.append_pair(name, cursor);
    }
    let pairs = pairs.finish();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{pairs}") }
}

/// Whether a page other than the first was asked for.
fn has_cursor(query: &Form) -> bool {
    query.some("after").is_some() || query.some("before").is_some()
}

#[cfg(test)]
mod tests;
