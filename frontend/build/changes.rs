//! Writes `inputs.rs`, with a struct for each input object of the schema, and `changes.rs`, with a function for each
//! mutation.
//!
//! What a page reads of an answer is decided by hand: a mutation that returns `Case` asks for the fragment
//! `changed::Case`, and without that fragment the crate does not compile.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use async_graphql::Positioned;
use async_graphql::parser::types::{BaseType, FieldDefinition, InputValueDefinition, Type, TypeKind};

use super::names::snake;
use super::schema::Schema;

type Values = [Positioned<InputValueDefinition>];

/// The root fields that only other programs ask for. Nothing is written for them, because unused code is a warning.
const NOT_ON_PAGES: &[&str] = &["childLookup"];

/// Writes `inputs.rs` and `changes.rs`.
pub(crate) fn write(schema: &Schema, out: &Path) {
    let mutations = fields(schema, "Mutation");
    let mut inputs = BTreeMap::new();
    for field in fields(schema, "Query").iter().chain(&mutations) {
        reach(schema, &field.arguments, &mut inputs);
    }
    let inputs: String = inputs.into_iter().map(|(name, values)| input(schema, name, values)).collect();
    fs::write(out.join("inputs.rs"), inputs).expect("OUT_DIR can be written");
    let changes: String = mutations.into_iter().map(|mutation| change(schema, mutation)).collect();
    fs::write(out.join("changes.rs"), changes).expect("OUT_DIR can be written");
}

/// The fields of this root type that pages may ask for.
fn fields<'a>(schema: &'a Schema, root: &str) -> Vec<&'a FieldDefinition> {
    let Some(TypeKind::Object(root)) = schema.kind(root) else { panic!("schema.graphql has no type {root}") };
    let fields = root.fields.iter().map(|field| &field.node);
    fields.filter(|field| !NOT_ON_PAGES.contains(&field.name.node.as_str())).collect()
}

/// Adds the input objects among these arguments or fields to `inputs`, with those within them.
fn reach<'a>(schema: &'a Schema, values: &'a Values, inputs: &mut BTreeMap<&'a str, &'a Values>) {
    for value in values {
        let name = innermost(&value.node.ty.node);
        if let Some(TypeKind::InputObject(input)) = schema.kind(name)
            && inputs.insert(name, &input.fields).is_none()
        {
            reach(schema, &input.fields, inputs);
        }
    }
}

fn innermost(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(inner) => innermost(inner),
    }
}

/// The struct of an input object. If all its fields are optional it is a filter: it can be made empty, and empty fields
/// are not sent.
fn input(schema: &Schema, name: &str, values: &Values) -> String {
    let narrows = values.iter().all(|value| value.node.ty.node.nullable);
    let default = if narrows { ", Default" } else { "" };
    let mut text = format!("#[derive(cynic::InputObject, Clone, Debug{default})]\npub(crate) struct {name} {{\n");
    for InputValueDefinition { name, ty, .. } in values.iter().map(|value| &value.node) {
        let name = name.node.as_str();
        let skip = if narrows { ", skip_serializing_if = \"Option::is_none\"" } else { "" };
        let (field, ty) = (snake(name), rust(schema, &ty.node, ""));
        let _ = writeln!(text, "    #[cynic(rename = {name:?}{skip})]\n    pub(crate) {field}: {ty},");
    }
    text + "}\n\n"
}

/// The function that asks for a mutation. It takes the mutation's arguments.
fn change(schema: &Schema, mutation: &FieldDefinition) -> String {
    let name = mutation.name.node.as_str();
    let function = snake(name);
    let answer = rust(schema, &mutation.ty.node, "changed::");
    let (mut takes, mut variables, mut arguments, mut values) = <(String, String, String, String)>::default();
    for InputValueDefinition { name, ty, .. } in mutation.arguments.iter().map(|argument| &argument.node) {
        let (name, field, ty) = (name.node.as_str(), snake(name.node.as_str()), rust(schema, &ty.node, "inputs::"));
        let _ = write!(takes, ", {field}: {ty}");
        let _ = writeln!(variables, "        #[cynic(rename = {name:?})]\n        {field}: {ty},");
        let _ = write!(arguments, "{name}: ${}, ", field.trim_start_matches("r#"));
        let _ = write!(values, "{field}, ");
    }
    let mut text = format!("pub(crate) fn {function}(api: &Api{takes}) -> Asked<{answer}> {{\n");
    let given = if values.is_empty() {
        "()".to_owned()
    } else {
        let _ = write!(text, "    #[derive(cynic::QueryVariables)]\n    struct Variables {{\n{variables}    }}\n\n");
        format!("Variables {{ {values}}}")
    };
    let of = if values.is_empty() { "" } else { ", variables = \"Variables\"" };
    let arguments = if values.is_empty() { String::new() } else { format!("        #[arguments({arguments})]\n") };
    let _ = write!(
        text,
        "    #[derive(cynic::QueryFragment)]\n    #[cynic(graphql_type = \"Mutation\"{of})]\n    struct Document {{\n        \
         #[cynic(rename = {name:?})]\n{arguments}        answer: {answer},\n    }}\n\n    \
         ask(api, Document::build({given}), |document| document.answer)\n}}\n\n"
    );
    text
}

/// The Rust type for a type of the schema. Objects and input objects stand in `module`; it panics on a scalar that it
/// does not know.
fn rust(schema: &Schema, ty: &Type, module: &str) -> String {
    let inner = match &ty.base {
        BaseType::List(inner) => format!("Vec<{}>", rust(schema, inner, module)),
        BaseType::Named(name) => match (name.as_str(), schema.kind(name)) {
            ("ID", _) => "cynic::Id".to_owned(),
            ("String", _) => "String".to_owned(),
            ("Int", _) => "i32".to_owned(),
            ("Float", _) => "f64".to_owned(),
            ("Boolean", _) => "bool".to_owned(),
            ("Date", _) => "chrono::NaiveDate".to_owned(),
            ("DateTime", _) => "chrono::DateTime<chrono::Utc>".to_owned(),
            (name, Some(TypeKind::Enum(_))) => format!("crate::vocabulary::{name}"),
            (name, Some(TypeKind::InputObject(_) | TypeKind::Object(_))) => format!("{module}{name}"),
            (name, _) => panic!(
                "schema.graphql has the scalar {name}, which pages cannot read yet: say in frontend/build/changes.rs \
                 which type of Rust it is, and in frontend/src/documents/mod.rs that cynic may take it"
            ),
        },
    };
    if ty.nullable { format!("Option<{inner}>") } else { inner }
}
