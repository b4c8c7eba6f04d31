//! Finds the refusals in an answer and what the viewer named in the request, for every query and every change.
//!
//! A hidden record and a missing one are answered alike and noted alike: as a null where something was named, an error,
//! or a fault of a field that names something. What must not live here: how a refusal is stored
//! (`service::access_note`).

use std::collections::BTreeMap;

use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, Selection, SelectionSet};
use async_graphql::{Name, PathSegment, Response, ServerError, Value, Variables};
use entity::vocabulary::RefusalKind;

use super::errors::{code_of, path_of};
use crate::context::OpContext;
use crate::refusal::{Refused, safe};

/// The arguments and input fields that name a record or an account: never a person's name, a date or a text.
const NAMING: [&str; 18] = [
    "agency",
    "agreement",
    "case",
    "child",
    "client",
    "contact",
    "draft",
    "duplicateOf",
    "enquiry",
    "escalation",
    "heir",
    "id",
    "officer",
    "reference",
    "referral",
    "schoolUrn",
    "staff",
    "urn",
];

/// What was named: values by argument or field.
type Named = BTreeMap<String, String>;

/// The root fields of a request: for each its key in the answer, the field, and what was named to it.
pub(super) struct Asked(Vec<(String, String, Named)>);

impl Asked {
    /// The root fields of this document with these variables.
    pub(super) fn of(document: &ExecutableDocument, operation: Option<&str>, variables: &Variables) -> Self {
        let set = match &document.operations {
            DocumentOperations::Single(operation) => Some(&operation.node),
            DocumentOperations::Multiple(operations) => {
                let named = operation.and_then(|name| operations.get(&Name::new(name)));
                named.or_else(|| operations.values().next()).map(|operation| &operation.node)
            }
        };
        let mut asked = Vec::new();
        if let Some(operation) = set {
            collect(document, &operation.selection_set.node, variables, &mut asked);
        }
        Self(asked)
    }

    /// The root field that asks for the schema itself; `None` if there is none.
    pub(super) fn introspects(&self) -> Option<&str> {
        self.0.iter().map(|(_, field, _)| field.as_str()).find(|field| ["__schema", "__type"].contains(field))
    }

    /// Records every refusal in an answer, to be noted before the answer leaves.
    pub(super) fn note(&self, op: &OpContext, response: &Response) {
        for error in &response.errors {
            self.note_error(op, error);
        }
        let Value::Object(data) = &response.data else { return };
        for (key, field, named) in self.0.iter().filter(|(_, _, named)| !named.is_empty()) {
            let failed = response.errors.iter().any(|error| root_of(error) == Some(key));
            if !failed && data.get(key.as_str()) == Some(&Value::Null) {
                op.was_refused(Refused::new(RefusalKind::NotFound, field).asking(words(named)));
            }
        }
    }

    fn note_error(&self, op: &OpContext, error: &ServerError) {
        let asked = root_of(error).and_then(|root| self.0.iter().find(|(key, _, _)| key == root));
        let named = asked.map(|(_, _, named)| named);
        let refused = |kind| op.was_refused(Refused::new(kind, path_of(error)).asking(named.and_then(words)));
        match code_of(error) {
            Some("NOT_FOUND") => refused(RefusalKind::NotFound),
            // A withheld field was noted where it was resolved.
            Some("FORBIDDEN") if !op.withheld(&path_of(error)) => refused(RefusalKind::Forbidden),
            Some("INVALID") if named.is_some_and(|named| finds_fault_with(error, named)) => {
                refused(RefusalKind::NotFound);
            }
            _ => {}
        }
    }
}

fn collect(
    document: &ExecutableDocument,
    set: &SelectionSet,
    variables: &Variables,
    asked: &mut Vec<(String, String, Named)>,
) {
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => {
                let mut named = Named::new();
                for (name, value) in &field.node.arguments {
                    let given = |name: Name| Ok::<_, ()>(variables.get(&name).cloned().unwrap_or_default());
                    if let Ok(value) = value.node.clone().into_const_with(given) {
                        gather(name.node.as_str(), &value, &mut named);
                    }
                }
                let key = field.node.response_key().node.to_string();
                asked.push((key, field.node.name.node.to_string(), named));
            }
            // This ends, because fragments that use themselves were refused before.
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                    collect(document, &fragment.node.selection_set.node, variables, asked);
                }
            }
            Selection::InlineFragment(fragment) => {
                collect(document, &fragment.node.selection_set.node, variables, asked);
            }
        }
    }
}

fn gather(name: &str, value: &Value, named: &mut Named) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| gather(name, value, named)),
        Value::String(text) if NAMING.contains(&name) && !text.trim().is_empty() => {
            named.insert(name.to_owned(), safe(text));
        }
        Value::Number(number) if NAMING.contains(&name) => {
            named.insert(name.to_owned(), number.to_string());
        }
        _ => {}
    }
}

/// Whether one of the faults is of a field that named something.
fn finds_fault_with(error: &ServerError, named: &Named) -> bool {
    let fields = error.extensions.as_ref().and_then(|extensions| extensions.get("fields"));
    let Some(Value::List(fields)) = fields else { return false };
    fields.iter().any(|fault| match fault {
        Value::Object(fault) => matches!(fault.get("field"), Some(Value::String(field)) if named.contains_key(field)),
        _ => false,
    })
}

fn root_of(error: &ServerError) -> Option<&String> {
    match error.path.first() {
        Some(PathSegment::Field(root)) => Some(root),
        _ => None,
    }
}

/// What was named, as an access note keeps it: `case C-7K3M-9QX4, staff 0193…`; `None` if nothing was.
fn words(named: &Named) -> Option<String> {
    let words: Vec<String> = named.iter().map(|(name, value)| format!("{name} {value}")).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_names_something_is_found_wherever_it_stands_and_nothing_else() {
        let document = "query($who: CloseInput, $r: String!) {
            one: case(reference: $r) { state }
            ...Rest
        } fragment Rest on Query { closeCase(input: $who) { state } viewer { kind } }";
        let variables = Variables::from_json(json!({
            "r": "C-0V2D-HT61",
            "who": { "case": "C-0V2D-HT61", "version": 3, "note": "Zephyrine", "familyName": "Quillfeather" },
        }));
        let Asked(asked) = Asked::of(&parse_query(document).unwrap(), None, &variables);
        let said: Vec<_> =
            asked.iter().map(|(key, field, named)| (key.as_str(), field.as_str(), words(named))).collect();
        let case = |text: &str| Some(text.to_owned());
        assert_eq!(
            said,
            [
                ("one", "case", case("reference C-0V2D-HT61")),
                ("closeCase", "closeCase", case("case C-0V2D-HT61")),
                ("viewer", "viewer", None)
            ]
        );
    }
}
