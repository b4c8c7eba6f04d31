//! Finds what in a request does not fit the schema of its viewer's audience, and where. It runs only when the request
//! was refused already: it makes the refusal useful, and decides nothing.
//!
//! A name outside the audience's schema is answered alike, whether it exists for others or not. What must not live
//! here: what a viewer is allowed (`domain::policy`).

use std::collections::BTreeMap;
use std::sync::OnceLock;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{
    BaseType, DocumentOperations, ExecutableDocument, Field, InputValueDefinition, Selection, SelectionSet, Type,
    TypeKind, TypeSystemDefinition,
};
use async_graphql::parser::{Positioned, parse_schema};
use async_graphql::{Name, Pos, Value, Variables};
use chrono::NaiveDate;
use entity::vocabulary::{Scope, StaffRole};

use super::audience::{Audience, sdl_for};
use crate::domain::viewer::Viewer;

/// The most faults that are reported for one request, and the most letters of a name.
const MOST: usize = 10;
const LETTERS: usize = 60;

/// Something in a request that does not fit, and its position.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) message: String,
    pub(super) at: Pos,
}

/// The arguments of a field, or the fields of an input: each with its type, and whether it has a default.
type Inputs = BTreeMap<String, (Type, bool)>;

/// A type of the schema, with what a request is checked against.
enum Kind {
    Object(BTreeMap<String, (Inputs, String)>),
    Input(Inputs),
    Enum(Vec<String>),
    Other,
}

/// The types of the schemas of one or two audiences.
struct InputTypes(BTreeMap<String, Kind>);

/// Viewers who share a schema: an audience, or the programs that belong to two. The schema is read when the first of
/// their requests is refused, and then kept.
struct Group {
    audiences: &'static [Audience],
    told: OnceLock<InputTypes>,
}

static PUBLIC: Group = Group::of(&[Audience::Public]);
static SCHOOL: Group = Group::of(&[Audience::School]);
static PARTNER: Group = Group::of(&[Audience::Partner]);
static ANALYST: Group = Group::of(&[Audience::Analyst]);
static PARTNER_AND_ANALYST: Group = Group::of(&[Audience::Partner, Audience::Analyst]);
static STAFF: Group = Group::of(&[Audience::Staff]);

impl Group {
    const fn of(audiences: &'static [Audience]) -> Self {
        Self { audiences, told: OnceLock::new() }
    }

    /// The group of a viewer.
    fn with(viewer: &Viewer) -> &'static Self {
        match viewer {
            Viewer::Anonymous => &PUBLIC,
            Viewer::SchoolContact(_) => &SCHOOL,
            Viewer::Partner(partner) if partner.scopes.iter().eq([&Scope::StatisticsRead]) => &ANALYST,
            Viewer::Partner(_) if viewer.has_scope(Scope::StatisticsRead) => &PARTNER_AND_ANALYST,
            Viewer::Partner(_) => &PARTNER,
            Viewer::Staff(staff) if staff.roles.iter().eq([&StaffRole::Analyst]) => &ANALYST,
            Viewer::Staff(_) | Viewer::System(_) => &STAFF,
        }
    }

    fn told(&self) -> &InputTypes {
        self.told.get_or_init(|| InputTypes::to(self.audiences))
    }
}

/// Everything in `document` that does not fit the viewer's schema. If this is empty, the errors that the library found
/// name only what the viewer may know of.
pub(super) fn faults(viewer: &Viewer, document: &ExecutableDocument, variables: &Variables) -> Vec<Fault> {
    let told = Group::with(viewer).told();
    let mut look = Look { told, document, variables, faults: Vec::new(), fragments: Vec::new() };
    let operations: Vec<_> = match &document.operations {
        DocumentOperations::Single(operation) => vec![operation],
        DocumentOperations::Multiple(operations) => operations.values().collect(),
    };
    for operation in operations {
        for variable in &operation.node.variable_definitions {
            look.type_is_told(innermost(&variable.node.var_type.node), variable.node.var_type.pos);
        }
        let root = operation.node.ty.to_string();
        let root = if root == "mutation" { "Mutation" } else { "Query" };
        look.selections(root, &operation.node.selection_set.node);
    }
    look.faults.truncate(MOST);
    look.faults
}

impl InputTypes {
    fn to(audiences: &[Audience]) -> Self {
        let mut types: BTreeMap<String, Kind> = BTreeMap::new();
        for audience in audiences {
            let Ok(document) = parse_schema(sdl_for(*audience)) else { continue };
            for definition in document.definitions {
                let TypeSystemDefinition::Type(definition) = definition else { continue };
                let kind = kind_of(definition.node.kind);
                match (types.get_mut(definition.node.name.node.as_str()), kind) {
                    (Some(Kind::Object(known)), Kind::Object(more)) => known.extend(more),
                    (Some(_), _) => {}
                    (None, kind) => {
                        types.insert(definition.node.name.node.to_string(), kind);
                    }
                }
            }
        }
        Self(types)
    }
}

fn kind_of(kind: TypeKind) -> Kind {
    match kind {
        TypeKind::Object(object) => {
            let field = |field: Positioned<async_graphql::parser::types::FieldDefinition>| {
                let of = innermost(&field.node.ty.node).to_owned();
                (field.node.name.node.to_string(), (inputs(field.node.arguments), of))
            };
            Kind::Object(object.fields.into_iter().map(field).collect())
        }
        TypeKind::InputObject(input) => Kind::Input(inputs(input.fields)),
        TypeKind::Enum(of) => {
            Kind::Enum(of.values.into_iter().map(|value| value.node.value.node.to_string()).collect())
        }
        TypeKind::Scalar | TypeKind::Interface(_) | TypeKind::Union(_) => Kind::Other,
    }
}

fn inputs(definitions: Vec<Positioned<InputValueDefinition>>) -> Inputs {
    let input = |input: Positioned<InputValueDefinition>| {
        let InputValueDefinition { name, ty, default_value, .. } = input.node;
        (name.node.to_string(), (ty.node, default_value.is_some()))
    };
    definitions.into_iter().map(input).collect()
}

/// The name of a type without list brackets.
fn innermost(of: &Type) -> &str {
    match &of.base {
        BaseType::Named(name) => name.as_str(),
        BaseType::List(of) => innermost(of),
    }
}

struct Look<'a> {
    told: &'a InputTypes,
    document: &'a ExecutableDocument,
    variables: &'a Variables,
    faults: Vec<Fault>,
    fragments: Vec<&'a str>,
}

impl<'a> Look<'a> {
    fn fault(&mut self, at: Pos, message: String) {
        let fault = Fault { message, at };
        if self.faults.len() < MOST && !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    fn is_no_part(&mut self, name: &str, at: Pos) {
        let name: String = name.chars().take(LETTERS).collect();
        self.fault(at, format!("\"{name}\" is not part of the schema for you"));
    }

    fn type_is_told(&mut self, name: &str, at: Pos) {
        const BUILT_IN: [&str; 5] = ["Boolean", "Float", "ID", "Int", "String"];
        if !BUILT_IN.contains(&name) && !self.told.0.contains_key(name) {
            self.is_no_part(name, at);
        }
    }

    fn selections(&mut self, of: &str, set: &'a SelectionSet) {
        let document = self.document;
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => self.field(of, &field.node),
                Selection::FragmentSpread(spread) => {
                    let name = spread.node.fragment_name.node.as_str();
                    let Some(fragment) = document.fragments.get(name).filter(|_| !self.fragments.contains(&name))
                    else {
                        continue;
                    };
                    self.fragments.push(name);
                    let on = &fragment.node.type_condition.node.on;
                    self.type_is_told(on.node.as_str(), on.pos);
                    self.selections(on.node.as_str(), &fragment.node.selection_set.node);
                }
                Selection::InlineFragment(fragment) => {
                    let on = fragment.node.type_condition.as_ref().map(|condition| &condition.node.on);
                    if let Some(on) = on {
                        self.type_is_told(on.node.as_str(), on.pos);
                    }
                    let of = on.map_or(of, |on| on.node.as_str()).to_owned();
                    self.selections(&of, &fragment.node.selection_set.node);
                }
            }
        }
    }

    fn field(&mut self, of: &str, field: &'a Field) {
        let told = self.told;
        let name = field.name.node.as_str();
        if name.starts_with("__") {
            return;
        }
        let Some(Kind::Object(fields)) = told.0.get(of) else { return };
        let Some((arguments, shows)) = fields.get(name) else { return self.is_no_part(name, field.name.pos) };
        for (argument, value) in &field.arguments {
            match arguments.get(argument.node.as_str()) {
                Some((of, _)) => {
                    let written = value.node.to_string();
                    let variable = written.strip_prefix('$');
                    // A value in a variable is called by the variable's name, because that is what the client sent.
                    let called = variable.map_or_else(
                        || format!("argument \"{}\"", argument.node),
                        |name| format!("variable \"${name}\""),
                    );
                    let variables = self.variables;
                    let given = |name: Name| Ok::<_, ()>(variables.get(&name).cloned().unwrap_or_default());
                    let is_given = variable.is_none_or(|name| variables.contains_key(&Name::new(name)));
                    if let (true, Ok(given)) = (is_given, value.node.clone().into_const_with(given)) {
                        self.value(&called, of, &given, value.pos);
                    }
                }
                None => self.is_no_part(argument.node.as_str(), argument.pos),
            }
        }
        self.selections(shows, &field.selection_set.node);
    }

    fn value(&mut self, called: &str, of: &Type, value: &Value, at: Pos) {
        let told = self.told;
        if *value == Value::Null {
            if !of.nullable {
                self.fault(at, format!("{called} must not be null: {of} is wanted"));
            }
            return;
        }
        match (&of.base, value) {
            (BaseType::List(of), Value::List(items)) => {
                for item in items {
                    self.value(called, of, item, at);
                }
            }
            // GraphQL takes a single value for a list of that value.
            (BaseType::List(of), value) => self.value(called, of, value, at),
            (BaseType::Named(name), value) => match (told.0.get(name.as_str()), value) {
                (Some(Kind::Input(fields)), Value::Object(given)) => self.object(called, fields, given, at),
                (Some(Kind::Enum(codes)), Value::Enum(code)) if codes.iter().any(|known| known == code.as_str()) => {}
                (Some(Kind::Enum(codes)), Value::String(code)) if codes.contains(code) => {}
                (Some(Kind::Enum(codes)), _) => {
                    self.fault(at, format!("{called} must be one of {}", codes.join(", ")));
                }
                (Some(Kind::Input(_)), _) => self.fault(at, format!("{called} must be an object: {name} is wanted")),
                _ if is_scalar(name.as_str(), value) => {}
                _ => self.fault(at, format!("{called} is of the wrong type: {name} is wanted")),
            },
        }
    }

    fn object(&mut self, called: &str, fields: &Inputs, given: &IndexMap<Name, Value>, at: Pos) {
        for name in given.keys().filter(|name| !fields.contains_key(name.as_str())) {
            let name: String = name.chars().take(LETTERS).collect();
            self.fault(at, format!("{called}, field \"{name}\" is not part of the schema for you"));
        }
        for (name, (of, has_default)) in fields {
            let called = format!("{called}, field \"{name}\"");
            match given.get(name.as_str()) {
                Some(value) => self.value(&called, of, value, at),
                None if of.nullable || *has_default => {}
                None => self.fault(at, format!("{called} is missing: {of} is wanted")),
            }
        }
    }
}

/// Whether `value` can be a value of the scalar `name`; unknown scalars are left to their own parser.
fn is_scalar(name: &str, value: &Value) -> bool {
    match (name, value) {
        ("String" | "ID", Value::String(_)) | ("Boolean", Value::Boolean(_)) | ("Float", Value::Number(_)) => true,
        ("Int", Value::Number(number)) => number.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
        ("ID", Value::Number(number)) => !number.is_f64(),
        ("Date", Value::String(day)) => day.parse::<NaiveDate>().is_ok(),
        ("Boolean" | "Date" | "Float" | "ID" | "Int" | "String", _) => false,
        _ => true,
    }
}
