//! Reads `schema.graphql` for everything that is made from it, and registers it for cynic.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{TypeDefinition, TypeKind, TypeSystemDefinition};

/// The types of the API, by name.
pub(crate) struct Schema(BTreeMap<String, TypeDefinition>);

impl Schema {
    pub(crate) fn read(root: &Path) -> Self {
        let file = root.join("schema.graphql");
        let text = fs::read_to_string(&file).unwrap_or_else(|why| panic!("{} cannot be read: {why}", file.display()));
        cynic_codegen::register_schema("onroll")
            .from_sdl_file(&file)
            .and_then(cynic_codegen::registration::SchemaRegistration::as_default)
            .unwrap_or_else(|why| panic!("schema.graphql is not a schema cynic can use: {why:?}"));
        let document = parse_schema(&text).unwrap_or_else(|why| panic!("schema.graphql cannot be parsed: {why}"));
        let types = document.definitions.into_iter().filter_map(|definition| match definition {
            TypeSystemDefinition::Type(definition) => Some((definition.node.name.node.to_string(), definition.node)),
            _ => None,
        });
        Self(types.collect())
    }

    /// Every type, by name.
    pub(crate) fn types(&self) -> impl Iterator<Item = (&str, &TypeKind)> {
        self.0.iter().map(|(name, definition)| (name.as_str(), &definition.kind))
    }

    /// The type with this name; `None` for the five scalars that every schema has, and for names it does not define.
    pub(crate) fn kind(&self, name: &str) -> Option<&TypeKind> {
        self.0.get(name).map(|definition| &definition.kind)
    }
}
