//! Adds descriptions to the schema that are the same wherever they occur, such as that of `version`, and gives an
//! argument without a description that of its type.
//!
//! What must not live here: descriptions that belong to one type, which are written there.

use std::borrow::Cow;
use std::collections::BTreeMap;

use async_graphql::parser::types::Field;
use async_graphql::registry::{MetaType, MetaTypeName, Registry};
use async_graphql::{
    ContainerType, Context, ContextSelectionSet, ObjectType, OutputType, Positioned, ServerResult, Value,
};

/// Descriptions of arguments: name, type and text.
const ARGUMENTS: &[(&str, &str, &str)] = &[
    ("first", "Int!", "How many rows at most: 1 to 100."),
    ("after", "String", "The `endCursor` of a page: asks for the page that follows it. Not together with `before`."),
    ("before", "String", "The `startCursor` of a page: asks for the page ahead of it. Not together with `after`."),
];

/// Descriptions of fields of inputs: name, type and text.
const GIVEN: &[(&str, &str, &str)] = &[
    (
        "version",
        "Int!",
        "The `version` of the thing as you read it. If it has changed since, nothing is done and the answer is `CONFLICT`.",
    ),
    ("case", "String!", "The reference of the case, such as `C-7K3M-9QX4`."),
    ("agency", "ID!", "The `id` of the agency."),
    ("client", "ID!", "The `id` of the client."),
];

/// Descriptions of fields of objects: name, type (empty for any) and text.
const TOLD: &[(&str, &str, &str)] = &[
    ("id", "ID!", "What names it in other calls: an opaque text that stays the same for good."),
    ("version", "Int!", "How many facts it has. Hand it back with a change, so that nobody's work is overwritten."),
    ("nodes", "", "The rows of this page, in the order of the list."),
    ("pageInfo", "PageInfo!", "Where this page lies in its list."),
];

/// A root of the schema whose types get the missing descriptions when they are registered.
#[derive(Default)]
pub struct Described<T>(T);

impl<T: ObjectType> OutputType for Described<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        let name = T::create_type_info(registry);
        complete(registry);
        name
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        self.0.resolve(ctx, field).await
    }
}

impl<T: ObjectType> ContainerType for Described<T> {
    async fn resolve_field(&self, ctx: &Context<'_>) -> ServerResult<Option<Value>> {
        self.0.resolve_field(ctx).await
    }
}

impl<T: ObjectType> ObjectType for Described<T> {}

fn complete(registry: &mut Registry) {
    let of_types: BTreeMap<String, String> =
        registry.types.iter().filter_map(|(name, of)| own_words(name, of)).collect();
    for of in registry.types.values_mut() {
        match of {
            MetaType::Object { fields, .. } => {
                for (name, field) in fields {
                    say(&mut field.description, TOLD, name, &field.ty);
                    for (name, argument) in &mut field.args {
                        say(&mut argument.description, ARGUMENTS, name, &argument.ty);
                        let of_type = of_types.get(MetaTypeName::concrete_typename(&argument.ty));
                        argument.description = argument.description.take().or_else(|| of_type.cloned());
                    }
                }
            }
            MetaType::InputObject { input_fields, .. } => {
                for (name, field) in input_fields {
                    say(&mut field.description, GIVEN, name, &field.ty);
                }
            }
            _ => {}
        }
    }
}

/// The name and the description of an input or an enum; `None` for other types.
fn own_words(name: &str, of: &MetaType) -> Option<(String, String)> {
    match of {
        MetaType::InputObject { description, .. } | MetaType::Enum { description, .. } => {
            Some((name.to_owned(), description.clone()?))
        }
        _ => None,
    }
}

/// Sets the description of `name` if it has none and its type matches.
fn say(said: &mut Option<String>, words: &[(&str, &str, &str)], name: &str, of: &str) {
    let known = words.iter().find(|(known, its, _)| *known == name && (its.is_empty() || *its == of));
    if let (None, Some((_, _, words))) = (said.as_ref(), known) {
        *said = Some((*words).to_owned());
    }
}
