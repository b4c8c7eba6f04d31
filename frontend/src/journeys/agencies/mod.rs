//! Partner agencies: what was agreed with each, the programs that work under it and their tokens. For administrators;
//! what an agency itself reads of the API is in `partners`.

mod act;
mod list;
mod show;

use axum::Router;
use axum::routing::get;
use cynic::{Id, QueryBuilder as _};

use crate::api::Refusal;
use crate::documents::agencies::{Agency, One, OneVariables};
use crate::prelude::*;
use crate::visit::Visit;

/// The pages of this journey.
pub fn router() -> Router {
    Router::new()
        .route("/agencies", get(list::show))
        .route("/agencies/new", get(list::ask).post(list::add))
        .route("/agencies/{id}", get(show::show))
        .route("/agencies/{id}/{act}", get(act::ask).post(act::make))
        .route("/agencies/{id}/{act}/{item}", get(act::ask_item).post(act::make_item))
}

/// Refuses those who are not offered the management of agencies, before a form is shown to them.
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

/// What the API found wrong with a form, to be shown on it; any other refusal is handed back.
fn faults_of(refusal: Refusal) -> Result<Faults, Refusal> {
    match refusal {
        Refusal::Invalid(faults) => Ok(faults),
        Refusal::Conflict(text) => {
            let mut letters = text.chars();
            let text: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
            Ok(Faults::from_iter([("", text)]))
        }
        refusal => Err(refusal),
    }
}
