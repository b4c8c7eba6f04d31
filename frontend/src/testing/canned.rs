//! For tests of pages for staff: an API that notes what it is asked, and answers exactly the fields that were asked
//! for.

use std::sync::{Arc, Mutex};

use async_graphql::parser::parse_query;
use async_graphql::parser::types::{DocumentOperations, Selection, SelectionSet};
use async_graphql::{Request, ServerError, Value};
use serde_json::{Map, Value as Json, json};

use crate::rights::Rights;
use crate::testing::{refusal, staff, visit};
use crate::visit::Visit;

/// What the API was asked: each document with its variables, in order.
#[derive(Clone, Default)]
pub(crate) struct Asked(Arc<Mutex<Vec<(String, String)>>>);

impl Asked {
    /// The variables of each mutation if `changes` is true, otherwise of each query.
    fn of(&self, changes: bool) -> Vec<String> {
        let asked = self.0.lock().expect("a log");
        let wanted = asked.iter().filter(|(query, _)| query.starts_with("mutation") == changes);
        wanted.map(|(_, variables)| variables.clone()).collect()
    }

    /// The variables of each query, in order.
    pub(crate) fn reads(&self) -> Vec<String> {
        self.of(false)
    }

    /// The variables of each mutation, in order.
    pub(crate) fn changes(&self) -> Vec<String> {
        self.of(true)
    }
}

/// Asserts that the last of these variables hold all these parts.
pub(crate) fn holds(variables: &[String], parts: &[&str]) {
    let last = variables.last().expect("the API was asked");
    for part in parts {
        assert!(last.contains(part), "{part} is not in {last}");
    }
}

/// A visit of staff with these rights, to whom the API answers from `world`, which holds everything by root field. With
/// `refused`, every mutation is refused with it.
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

/// An error of the API with these faults, each a field and a message.
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

/// The fields of `all` that were asked for; null where it does not have one.
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
                        let called = field.node.alias.as_ref().map_or(name, |alias| alias.node.as_str());
                        answer.insert(called.to_owned(), value.unwrap_or_default());
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
