//! Checks every answer to every user of a [`TestApp`](crate::app::TestApp): what it shows of a case, a child or a
//! referral must have left its access note before the answer came.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet, Type, TypeKind, TypeSystemDefinition};
use async_graphql::parser::{Positioned, parse_query, parse_schema};
use backend::db::Db;
use entity::{access_note, case, referral};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::Value;

use crate::page::Page;

/// The fields of a record that are shown without an access note. Every other field counts as guarded, so a new one is
/// guarded until it is listed here.
const OPEN: [(&str, &[&str]); 3] = [
    // What the viewer may do tells nothing of the child.
    (
        "Case",
        &[
            "reference",
            "version",
            "state",
            "child",
            "glass",
            "mayAssign",
            "mayWork",
            "mayAnswerEnquiry",
            "mayEscalate",
            "mayAnswerEscalation",
            "mayClose",
            "mayReopen",
            "mayRestrict",
        ],
    ),
    ("Child", &[]),
    (
        "Referral",
        &[
            "reference",
            "version",
            "origin",
            "state",
            "ground",
            "receivedAt",
            "school",
            "sentBy",
            "decidedAt",
            "redirectTo",
            "mayTriage",
        ],
    ),
];

/// For each type of the schema, its fields with their types.
type Types = BTreeMap<String, BTreeMap<String, String>>;

/// Reads the access notes from the database and compares them with what was shown.
#[derive(Clone, Debug)]
pub struct NoteAudit {
    db: Db,
    statements: Arc<AtomicU32>,
}

/// What an answer showed: guarded fields, and references of records.
#[derive(Debug, Default)]
struct Shown {
    /// The type of record, the field, and which record it is if the answer names it.
    fields: BTreeSet<(&'static str, String, Option<String>)>,
    references: BTreeSet<String>,
}

impl NoteAudit {
    /// An audit that reads from `db`. Its own statements are subtracted from the count in `statements`.
    pub fn new(db: Db, statements: Arc<AtomicU32>) -> Self {
        Self { db, statements }
    }

    /// Checks a page of somebody who is signed in.
    pub async fn see(&self, page: &Page) {
        let is_page = page.header("content-type").starts_with("text/html");
        if is_page && page.body.contains("action=\"/sign-out\"") {
            self.demand(page, Shown { references: references(&page.body), ..Shown::default() }).await;
        }
    }

    /// Checks an answer of the API.
    pub async fn hear(&self, page: &Page, query: &str, answer: &Value) {
        let (Ok(document), Some(data)) = (parse_query(query), answer["data"].as_object()) else { return };
        let mut shown = Shown::default();
        let data = Value::Object(data.clone());
        for (_, operation) in document.operations.iter() {
            let root = match operation.node.ty {
                async_graphql::parser::types::OperationType::Mutation => "Mutation",
                _ => "Query",
            };
            walk(&document, &operation.node.selection_set.node, root, &data, &mut shown);
        }
        self.demand(page, shown).await;
    }

    #[expect(clippy::disallowed_methods, reason = "a test looks at what is stored")]
    async fn demand(&self, page: &Page, shown: Shown) {
        let Shown { fields, references } = shown;
        if fields.is_empty() && references.is_empty() {
            return;
        }
        let id = page.header("x-request-id");
        let notes = access_note::Entity::find().filter(access_note::Column::RequestId.eq(id));
        let notes = notes.all(&self.db.read).await.expect("access notes can be read");
        let cases = case::Entity::find().filter(case::Column::Reference.is_in(&references));
        let cases = cases.all(&self.db.read).await.expect("cases can be read");
        let referrals = referral::Entity::find().filter(referral::Column::Reference.is_in(&references));
        let referrals = referrals.all(&self.db.read).await.expect("referrals can be read");
        self.statements.fetch_sub(3, Ordering::Relaxed);
        // The lists of access notes and of events show references of other records; one note with the subject of the
        // list covers them all.
        let audit = notes.iter().any(|note| ["access_notes", "events"].contains(&note.subject.as_str()));
        let subjects: BTreeSet<&str> = notes.iter().map(|note| note.subject.as_str()).collect();
        let records = cases.iter().map(|row| (&row.reference, format!("case:{}", row.id)));
        let records = records.chain(referrals.iter().map(|row| (&row.reference, format!("referral:{}", row.id))));
        let records: BTreeMap<&String, String> = records.collect();
        for (kind, field, which) in fields {
            let subject = which.as_ref().and_then(|which| records.get(which));
            let of_it = |note: &&access_note::Model| match subject {
                Some(subject) => note.subject == *subject,
                None => note.subject.starts_with(&format!("{}:", kind.to_lowercase())),
            };
            let noted = notes.iter().filter(of_it).any(|note| note.fields.split(',').any(|noted| noted == field));
            assert!(noted, "{} shows {kind}.{field} of {which:?} without a note: {notes:#?}", page.path);
        }
        for (reference, subject) in &records {
            let noted = audit || subjects.contains(subject.as_str());
            assert!(noted, "{} shows {reference} without a note: {notes:#?}", page.path);
        }
    }
}

fn walk(document: &ExecutableDocument, selections: &SelectionSet, of: &str, value: &Value, shown: &mut Shown) {
    if let Value::Array(items) = value {
        for item in items {
            walk(document, selections, of, item, shown);
        }
        return;
    }
    let Some(fields) = types().get(of).filter(|_| value.is_object()) else { return };
    for Positioned { node: selection, .. } in &selections.items {
        match selection {
            Selection::Field(Positioned { node: field, .. }) => {
                let (name, key) = (field.name.node.as_str(), field.response_key().node.as_str());
                let shows = &value[key];
                if shows.is_null() || name.starts_with("__") {
                    continue;
                }
                if let Some((kind, open)) = OPEN.iter().find(|(kind, _)| *kind == of) {
                    if !open.contains(&name) {
                        let which = value["reference"].as_str().map(str::to_owned);
                        shown.fields.insert((*kind, name.to_owned(), which));
                    }
                    if name == "reference" {
                        shown.references.extend(shows.as_str().map(str::to_owned));
                    }
                }
                if let Some(inner) = fields.get(name) {
                    walk(document, &field.selection_set.node, inner, shows, shown);
                }
            }
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                    walk(document, &fragment.node.selection_set.node, of, value, shown);
                }
            }
            Selection::InlineFragment(inline) => {
                walk(document, &inline.node.selection_set.node, of, value, shown);
            }
        }
    }
}

fn types() -> &'static Types {
    static TYPES: OnceLock<Types> = OnceLock::new();
    TYPES.get_or_init(|| {
        let document = parse_schema(backend::graphql::sdl()).expect("the schema can be parsed");
        let mut types = Types::new();
        for definition in document.definitions {
            if let TypeSystemDefinition::Type(definition) = definition
                && let TypeKind::Object(object) = &definition.node.kind
            {
                let fields = object
                    .fields
                    .iter()
                    .map(|field| (field.node.name.node.to_string(), innermost(&field.node.ty.node)));
                types.insert(definition.node.name.node.to_string(), fields.collect());
            }
        }
        types
    })
}

/// The name of a type without list brackets and exclamation marks.
fn innermost(ty: &Type) -> String {
    ty.to_string().chars().filter(|c| !matches!(c, '[' | ']' | '!')).collect()
}

const LENGTH: usize = "C-0000-0000".len();

/// Every word of a text that looks like a reference. The action of a form is left out: whoever is shown it already had
/// the reference in the address.
fn references(text: &str) -> BTreeSet<String> {
    let mut parts = text.split(" action=\"");
    let before = parts.next().unwrap_or_default().to_owned();
    let text = parts.filter_map(|part| part.split_once('"')).fold(before, |text, (_, rest)| text + rest);
    let bytes = text.as_bytes();
    let is_symbol = |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
    let looks = |word: &[u8]| {
        matches!(word[0], b'C' | b'R')
            && word[1] == b'-'
            && word[6] == b'-'
            && word[2..6].iter().chain(&word[7..]).all(is_symbol)
    };
    let starts = (0..bytes.len().saturating_sub(LENGTH - 1)).filter(|at| looks(&bytes[*at..*at + LENGTH]));
    starts.map(|at| String::from_utf8_lossy(&bytes[at..at + LENGTH]).into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_found_wherever_they_stand() {
        let found = references(
            "<p><form action=\"/cases/C-9999-9999\"><a href=\"/cases/C-0V2D-HT61/close\">R-7K3M-9QXC</a> C-0V2D-HT6",
        );
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["C-0V2D-HT61", "R-7K3M-9QXC"]);
    }
}
