//! Reads `schema.graphql` and writes `vocabulary.rs`: one Rust enum for each enum of the schema, with its words.
//!
//! A value's description is what people read: its first line is the label, anything after that the hint.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{EnumType, EnumValueDefinition, TypeKind, TypeSystemDefinition};

/// Registers the schema for cynic and writes `vocabulary.rs`.
pub(crate) fn write(root: &Path, out: &Path) {
    let file = root.join("schema.graphql");
    let text = fs::read_to_string(&file).unwrap_or_else(|why| panic!("{} cannot be read: {why}", file.display()));
    cynic_codegen::register_schema("onroll")
        .from_sdl_file(&file)
        .and_then(cynic_codegen::registration::SchemaRegistration::as_default)
        .unwrap_or_else(|why| panic!("schema.graphql is not a schema cynic can use: {why:?}"));
    fs::write(out.join("vocabulary.rs"), generated(&text)).expect("OUT_DIR can be written");
}

fn generated(sdl: &str) -> String {
    let document = parse_schema(sdl).unwrap_or_else(|why| panic!("schema.graphql cannot be parsed: {why}"));
    let mut text = String::new();
    let mut wordless = Vec::new();
    for definition in document.definitions {
        if let TypeSystemDefinition::Type(definition) = definition
            && let TypeKind::Enum(values) = definition.node.kind
        {
            one(&mut text, &definition.node.name.node, &values, &mut wordless);
        }
    }
    assert!(
        wordless.is_empty(),
        "each value of an enum in schema.graphql needs a description, because that is the label people read; \
         these have none: {}",
        wordless.join(", ")
    );
    text
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

/// The label and the hint of a value.
fn words(value: &EnumValueDefinition) -> Option<(String, Option<String>)> {
    let description = value.description.as_ref()?.node.trim();
    let (label, rest) = description.split_once('\n').unwrap_or((description, ""));
    let hint = rest.split_whitespace().collect::<Vec<_>>().join(" ");
    (!label.is_empty()).then(|| (label.trim().to_owned(), (!hint.is_empty()).then_some(hint)))
}

/// `NOT_KNOWN` as Rust writes it: `NotKnown`; `dateOfBirth`: `DateOfBirth`.
fn variant(code: &str) -> String {
    if code.starts_with(|first: char| first.is_ascii_lowercase()) {
        return code[..1].to_ascii_uppercase() + &code[1..];
    }
    let mut variant = String::new();
    for word in code.split('_') {
        let mut letters = word.chars();
        variant.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        variant.extend(letters.map(|letter| letter.to_ascii_lowercase()));
    }
    // The one such word that Rust keeps for itself.
    if variant == "Self" { "Oneself".to_owned() } else { variant }
}
