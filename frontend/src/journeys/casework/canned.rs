//! For tests of triage and casework: an API that keeps what it was asked, and answers exactly the fields that were
//! asked for.

use std::sync::{Arc, Mutex};

use async_graphql::parser::parse_query;
use async_graphql::parser::types::{DocumentOperations, Selection, SelectionSet};
use async_graphql::{Request, ServerError, Value};
use serde_json::{Map, Value as Json, json};

use crate::journeys::site::testing::{refusal, staff, visit};
use crate::rights::Rights;
use crate::visit::Visit;

/// What the API was asked: documents and their variables, as they were sent.
#[derive(Clone, Default)]
pub(crate) struct Asked(Arc<Mutex<Vec<(String, String)>>>);

impl Asked {
    /// The variables of every document that reads, or that changes something.
    fn of(&self, changes: bool) -> Vec<String> {
        let asked = self.0.lock().expect("a log");
        let wanted = asked.iter().filter(|(query, _)| query.starts_with("mutation") == changes);
        wanted.map(|(_, variables)| variables.clone()).collect()
    }

    /// The variables of every document that reads.
    pub(crate) fn reads(&self) -> Vec<String> {
        self.of(false)
    }

    /// The variables of every document that changes something.
    pub(crate) fn changes(&self) -> Vec<String> {
        self.of(true)
    }
}

/// Demands that the last of these variables hold all these parts.
pub(crate) fn holds(variables: &[String], parts: &[&str]) {
    let last = variables.last().expect("the API was asked");
    for part in parts {
        assert!(last.contains(part), "{part} is not in {last}");
    }
}

/// A visit of staff with these rights, to whom the API answers from `world`: everything it knows, by root field.
/// Changes are refused with `refused`, if that is given.
pub(crate) fn at_work(may: Rights, world: Json, refused: Option<ServerError>) -> (Visit, Asked) {
    let asked = Asked::default();
    let log = asked.clone();
    let visit = visit(Some(staff(may)), false, move |request: &Request| {
        let variables = serde_json::to_string(&request.variables).expect("variables");
        log.0.lock().expect("a log").push((request.query.clone(), variables));
        match &refused {
            Some(refused) if request.query.starts_with("mutation") => Err(refused.clone()),
            _ => Ok(answer(&request.query, &world)),
        }
    });
    (visit, asked)
}

/// A refusal for these faults.
pub(crate) fn invalid(faults: &[(&str, &str)]) -> ServerError {
    let mut error = refusal("INVALID", "there is a problem");
    let fields: Vec<Json> = faults.iter().map(|(field, text)| json!({ "field": field, "message": text })).collect();
    let fields = Value::from_json(json!(fields)).expect("a value");
    error.extensions.get_or_insert_default().set("fields", fields);
    error
}

fn answer(query: &str, world: &Json) -> Json {
    match parse_query(query).expect("a document").operations {
        DocumentOperations::Single(operation) => only(&operation.node.selection_set.node, world),
        DocumentOperations::Multiple(mut operations) => {
            let operation = operations.drain().next().expect("an operation").1;
            only(&operation.node.selection_set.node, world)
        }
    }
}

/// What was asked for of `known`; null where it is not known.
fn only(asked: &SelectionSet, all: &Json) -> Json {
    match all {
        Json::Array(items) => items.iter().map(|item| only(asked, item)).collect(),
        Json::Object(known) if !asked.items.is_empty() => {
            let mut answer = Map::new();
            for selection in &asked.items {
                match &selection.node {
                    Selection::Field(field) => {
                        let name = field.node.name.node.as_str();
                        let value = known.get(name).map(|known| only(&field.node.selection_set.node, known));
                        answer.insert(name.to_owned(), value.unwrap_or_default());
                    }
                    Selection::InlineFragment(part) => {
                        if let Json::Object(part) = only(&part.node.selection_set.node, all) {
                            answer.extend(part);
                        }
                    }
                    Selection::FragmentSpread(_) => {}
                }
            }
            Json::Object(answer)
        }
        known => known.clone(),
    }
}
