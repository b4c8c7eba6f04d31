//! Writes `vocabulary.rs`: a Rust enum for each enum of the schema, with the words for its codes.
//!
//! The description of a value is what people read: its first line is the label, the rest is the hint.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use async_graphql::parser::types::{EnumType, EnumValueDefinition, TypeKind};

use super::names::variant;
use super::schema::Schema;

/// Writes `vocabulary.rs`. Panics if a value of an enum has no description.
pub(crate) fn write(schema: &Schema, out: &Path) {
    let mut text = String::new();
    let mut wordless = Vec::new();
    for (name, kind) in schema.types() {
        if let TypeKind::Enum(values) = kind {
            one(&mut text, name, values, &mut wordless);
        }
    }
    assert!(
        wordless.is_empty(),
        "each value of an enum in schema.graphql needs a description, because that is the label people read; \
         these have none: {}",
        wordless.join(", ")
    );
    fs::write(out.join("vocabulary.rs"), text).expect("OUT_DIR can be written");
}

fn one(text: &mut String, name: &str, values: &EnumType, wordless: &mut Vec<String>) {
    let (mut variants, mut all, mut codes, mut labels, mut hints) =
        <(String, String, String, String, String)>::default();
    for value in &values.values {
        let code = value.node.value.node.as_str();
        let variant = variant(code);
        let Some((label, hint)) = words(&value.node) else {
            wordless.push(format!("{name}.{code}"));
            continue;
        };
        let _ = writeln!(variants, "        /// `{code}`\n        #[cynic(rename = {code:?})]\n        {variant},");
        let _ = write!(all, "Self::{variant}, ");
        let _ = write!(codes, "{code:?}, ");
        let _ = write!(labels, "{label:?}, ");
        let _ = write!(hints, "{hint:?}, ");
    }
    let _ = write!(
        text,
        "words! {{\n    /// The codes of `{name}` in the schema.\n    pub enum {name} {{\n{variants}    }}\n    \
         all: [{all}]\n    codes: [{codes}]\n    labels: [{labels}]\n    hints: [{hints}]\n}}\n\n"
    );
}

/// The label and the hint in a value's description; `None` if it has none.
fn words(value: &EnumValueDefinition) -> Option<(String, Option<String>)> {
    let description = value.description.as_ref()?.node.trim();
    let (label, rest) = description.split_once('\n').unwrap_or((description, ""));
    let hint = rest.split_whitespace().collect::<Vec<_>>().join(" ");
    (!label.is_empty()).then(|| (label.trim().to_owned(), (!hint.is_empty()).then_some(hint)))
}
