//! Says once what an argument or a field means that means the same wherever it stands, such as the version that comes
//! back with a change, and gives an argument that has no words of its own those of its type.
//!
//! What must not live here: what one noun alone has, which is said where that noun is.

use std::borrow::Cow;
use std::collections::BTreeMap;

use async_graphql::parser::types::Field;
use async_graphql::registry::{MetaType, MetaTypeName, Registry};
use async_graphql::{
    ContainerType, Context, ContextSelectionSet, ObjectType, OutputType, Positioned, ServerResult, Value,
};

/// What an argument is called, of which type it is, and what it means.
const ARGUMENTS: &[(&str, &str, &str)] = &[
    ("first", "Int!", "How many rows at most: 1 to 100."),
    ("after", "String", "The `endCursor` of a page: asks for the page that follows it. Not together with `before`."),
    ("before", "String", "The `startCursor` of a page: asks for the page ahead of it. Not together with `after`."),
];

/// The same of the fields of an input.
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

/// The same of the fields that are answered.
const TOLD: &[(&str, &str, &str)] = &[
    ("id", "ID!", "What names it in other calls: an opaque text that stays the same for good."),
    ("version", "Int!", "How many facts it has. Hand it back with a change, so that nobody's work is overwritten."),
    ("nodes", "", "The rows of this page, in the order of the list."),
    ("pageInfo", "PageInfo!", "Where this page lies in its list."),
];

/// The root of the schema, with what its registry says completed.
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

/// What an input or an enum says of itself.
fn own_words(name: &str, of: &MetaType) -> Option<(String, String)> {
    match of {
        MetaType::InputObject { description, .. } | MetaType::Enum { description, .. } => {
            Some((name.to_owned(), description.clone()?))
        }
        _ => None,
    }
}

/// Says what `name` means, unless it is said already or means something else in another type.
fn say(said: &mut Option<String>, words: &[(&str, &str, &str)], name: &str, of: &str) {
    let known = words.iter().find(|(known, its, _)| *known == name && (its.is_empty() || *its == of));
    if let (None, Some((_, _, words))) = (said.as_ref(), known) {
        *said = Some((*words).to_owned());
    }
}
