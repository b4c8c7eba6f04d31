//! Puts the keys of an answer in the order in which the document asks for them, as GraphQL's specification says (section
//! 7.2.2). Fields are resolved at the same time, and the library stores each when it is done.
//!
//! What must not live here: what is asked or answered.

use async_graphql::parser::types::{ExecutableDocument, FragmentDefinition, Selection, SelectionSet};
use async_graphql::{Name, Positioned, Value};
use std::collections::HashMap;

/// The keys of an object in the order of the document, each with those of the objects beneath it.
#[derive(Default)]
struct Keys(Vec<(Name, Keys)>);

impl Keys {
    /// Adds what a selection asks for. A key that is asked for again keeps its place.
    fn add(&mut self, selections: &SelectionSet, fragments: &HashMap<Name, Positioned<FragmentDefinition>>) {
        for Positioned { node: selection, .. } in &selections.items {
            match selection {
                Selection::Field(field) => {
                    let key = &field.node.response_key().node;
                    let known = self.0.iter().position(|(known, _)| known == key);
                    let at = known.unwrap_or_else(|| {
                        self.0.push((key.clone(), Self::default()));
                        self.0.len() - 1
                    });
                    self.0[at].1.add(&field.node.selection_set.node, fragments);
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = fragments.get(&spread.node.fragment_name.node) {
                        self.add(&fragment.node.selection_set.node, fragments);
                    }
                }
                Selection::InlineFragment(inline) => self.add(&inline.node.selection_set.node, fragments),
            }
        }
    }

    fn order(&self, value: &mut Value) {
        match value {
            Value::List(items) => items.iter_mut().for_each(|item| self.order(item)),
            Value::Object(object) => {
                let mut place = 0;
                for (key, beneath) in &self.0 {
                    // A key may be missing, as a directive can leave a field out.
                    let Some(at) = object.get_index_of(key) else { continue };
                    object.swap_indices(place, at);
                    if let Some((_, value)) = object.get_index_mut(place) {
                        beneath.order(value);
                    }
                    place += 1;
                }
            }
            _ => {}
        }
    }
}

/// Puts the keys of `answer` in the order of `document`, whose fragments end: `limits` refuses others before.
pub(super) fn put_in_order(answer: &mut Value, document: &ExecutableDocument, operation: Option<&str>) {
    let asked = document.operations.iter().find(|(name, _)| operation.is_none() || name.map(Name::as_str) == operation);
    if let Some((_, asked)) = asked {
        let mut keys = Keys::default();
        keys.add(&asked.node.selection_set.node, &document.fragments);
        keys.order(answer);
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use async_graphql::value;

    use super::*;

    #[test]
    fn keys_follow_the_document_through_lists_and_fragments() {
        let document = parse_query(
            "query A { b a { d c ...More } ... on Query { e } b } query B { x } fragment More on Thing { f c g @skip(if: true) }",
        )
        .unwrap();
        let mut answer = value!({ "e": 1, "a": [{ "f": 1, "c": 2, "d": 3 }, { "c": 1, "f": 2, "d": 3 }], "b": 2 });
        put_in_order(&mut answer, &document, Some("A"));
        assert_eq!(answer.to_string(), "{b: 2, a: [{d: 3, c: 2, f: 1}, {d: 3, c: 1, f: 2}], e: 1}");
    }
}
