//! Partner agencies: what was agreed with each, the programs that work under it and their tokens. For administrators;
//! what an agency itself reads of the API is in `partners`.

mod act;
mod list;
mod show;

use axum::Router;
use axum::routing::get;
use cynic::{Id, QueryBuilder as _};

use crate::acts;
use crate::api::Refusal;
use crate::documents::agencies::{Agency, One, OneVariables};
use crate::visit::Visit;
use crate::vocabulary::{Scope, SharedField};

/// The pages of this journey.
pub fn router() -> Router {
    Router::new()
        .route("/agencies", get(list::show))
        .route("/agencies/{id}", get(show::show))
        .merge(acts::router(&list::ACTS))
        .merge(acts::router(&act::ACTS))
}

/// Refuses those who do not manage agencies, before anything is asked for.
fn admitted(visit: &Visit) -> Result<(), Refusal> {
    visit.require(visit.may().manage_agencies)
}

/// Reads one agency.
async fn read(visit: &Visit, id: &str) -> Result<Agency, Refusal> {
    admitted(visit)?;
    let answer = visit.api.run(One::build(OneVariables { id: Id::new(id) })).await?;
    answer.agency.ok_or(Refusal::NotFound)
}

/// The page of an agency.
fn here(id: &str) -> String {
    format!("/agencies/{id}")
}

/// Scopes by name; none means nothing.
fn scopes(scopes: &[Scope]) -> String {
    listed(scopes.iter().map(|scope| scope.label()))
}

/// Fields by name; none means nothing.
fn fields(fields: &[SharedField]) -> String {
    listed(fields.iter().map(|field| field.label()))
}

fn listed<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<&str> = words.collect();
    if words.is_empty() { "Nothing".to_owned() } else { words.join(", ") }
}
