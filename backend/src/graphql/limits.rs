//! Limits on what a GraphQL document may cost, checked before anything is resolved.
//!
//! Three checks, in this order: [`scan`] counts brackets in the text before it is parsed, [`check`] measures the parsed
//! document before it is validated, and [`variables`] measures the values sent with it.
//!
//! What must not live here: the schema, the viewer and the transport. No refusal repeats a word of what was sent.

use std::collections::HashMap;

use async_graphql::parser::types::{Directive, ExecutableDocument, OperationType, Selection, SelectionSet};
use async_graphql::{Name, Positioned};
use serde_json::{Map, Value};

/// Refuses text that the parser must not be given.
///
/// The library's parser recurses on every nested list, object, type and selection, without a
/// limit of its own: some two thousand opening brackets overflow the stack, which ends the
/// process. Nesting can never exceed the number of opening brackets, so counting those is
/// enough, and the count needs no notion of strings or comments that could be fooled.
pub fn scan(query: &str) -> Result<(), Refusal> {
    if query.len() > LIMITS.query_bytes {
        return Err(Refusal::QueryTooLong);
    }
    let brackets = query.bytes().filter(|byte| matches!(byte, b'[' | b'{' | b'(')).count();
    if brackets > LIMITS.brackets {
        return Err(Refusal::TooManyBrackets);
    }
    // PostgreSQL cannot store NUL and SQLite cuts text short at it, so it is refused in both
    // spellings: the character, and the escape that a string literal would turn into it.
    if query.contains('\0') || query.contains("\\u0000") {
        return Err(Refusal::NulCharacter);
    }
    Ok(())
}

/// Refuses a document that would cost too much to validate or to run.
///
/// The library's own limits are found by expanding every fragment wherever it is used, which a
/// kilobyte of nested fragments turns into seconds of work. Here each fragment is measured
/// once and remembered, so the work grows with the text and not with what it expands to.
pub fn check(document: &ExecutableDocument) -> Result<(), Refusal> {
    let limits = if only_introspects(document) { &INTROSPECTION } else { &LIMITS };
    Survey::of(document, limits).judge()
}

/// Whether a document asks only for the schema itself. Who may do that is decided elsewhere.
fn only_introspects(document: &ExecutableDocument) -> bool {
    document.operations.iter().all(|(_, operation)| {
        operation.node.selection_set.node.items.iter().all(|item| match &item.node {
            Selection::Field(field) => matches!(field.node.name.node.as_str(), "__schema" | "__type" | "__typename"),
            Selection::FragmentSpread(_) | Selection::InlineFragment(_) => false,
        })
    })
}

/// Refuses variables that hold too many values, too much text, or a name with a NUL character: only a program at fault
/// sends one. In a value it is made storable, because people's words are never refused for a character.
///
/// Depth needs no limit here: `serde_json` refuses to read past 128 levels.
pub fn variables(variables: &Map<String, Value>) -> Result<(), Refusal> {
    let (mut values, mut bytes) = (0_usize, 0_usize);
    let mut text = |text: &str| {
        bytes = bytes.saturating_add(text.len());
        if bytes > LIMITS.variable_bytes { Err(Refusal::VariablesTooLarge) } else { Ok(()) }
    };
    let named = |name: &str| if name.contains('\0') { Err(Refusal::NulCharacter) } else { Ok(()) };

    let mut waiting = Vec::new();
    for (name, value) in variables {
        named(name)?;
        text(name)?;
        waiting.push(value);
    }
    while let Some(value) = waiting.pop() {
        values += 1;
        if values > LIMITS.variable_values {
            return Err(Refusal::VariablesTooLarge);
        }
        match value {
            Value::String(string) => text(string)?,
            Value::Array(items) => waiting.extend(items),
            Value::Object(members) => {
                for (name, member) in members {
                    named(name)?;
                    text(name)?;
                    waiting.push(member);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    Ok(())
}

/// Why a document was refused. The text is for the caller and repeats nothing that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The text is longer than [`Limits::query_bytes`].
    #[error("the query is longer than this service accepts")]
    QueryTooLong,
    /// The text opens more brackets than [`Limits::brackets`].
    #[error("the query opens more brackets than this service accepts")]
    TooManyBrackets,
    /// The text or the name of a variable holds a NUL character.
    #[error("the request holds a character this service does not accept")]
    NulCharacter,
    /// The text is not a GraphQL document.
    #[error("the query is not a valid document")]
    Malformed,
    /// The document holds more than one operation.
    #[error("a document may hold one operation only")]
    TooManyOperations,
    /// The operation named in the request is not in the document.
    #[error("the document does not hold the operation that was named")]
    UnknownOperation,
    /// The operation is a subscription.
    #[error("subscriptions are not offered")]
    Subscription,
    /// The document defines more fragments than [`Limits::fragments`].
    #[error("the document defines too many fragments")]
    TooManyFragments,
    /// A fragment reaches itself.
    #[error("a fragment may not contain itself")]
    FragmentCycle,
    /// A fragment is used that the document does not define.
    #[error("the document uses a fragment that it does not define")]
    UnknownFragment,
    /// Fragments are used more often than [`Limits::spreads`].
    #[error("the document uses fragments too often")]
    TooManySpreads,
    /// The document expands to more selections than [`Limits::nodes`].
    #[error("the document selects too much")]
    TooManyNodes,
    /// More fields are renamed than [`Limits::aliases`].
    #[error("the document uses too many aliases")]
    TooManyAliases,
    /// The operation asks for more than [`Limits::root_fields`].
    #[error("the operation asks for too many things at once")]
    TooManyRootFields,
    /// A mutation asks for more than [`Limits::mutation_fields`].
    #[error("a mutation may hold one field only")]
    TooManyMutations,
    /// Fields are nested deeper than [`Limits::depth`], or selections than [`Limits::nesting`].
    #[error("the document is nested too deeply")]
    TooDeep,
    /// Directives are used more often than [`Limits::directives_each`] in one place or
    /// [`Limits::directives`] in all.
    #[error("the document uses too many directives")]
    TooManyDirectives,
    /// The variables pass [`Limits::variable_values`] or [`Limits::variable_bytes`].
    #[error("the variables are larger than this service accepts")]
    VariablesTooLarge,
}

/// The limits on one request.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of query text.
    pub query_bytes: usize,
    /// Opening brackets of any kind in the query text, wherever they stand.
    pub brackets: usize,
    /// Operations in one document.
    pub operations: usize,
    /// Fragments defined in one document, used or not.
    pub fragments: usize,
    /// Places where a fragment is used, as written.
    pub spreads: usize,
    /// Selections once every fragment is expanded: fields, spreads and inline fragments.
    pub nodes: usize,
    /// Renamed fields once every fragment is expanded.
    pub aliases: usize,
    /// Fields at the root of a query once every fragment is expanded.
    pub root_fields: usize,
    /// Fields at the root of a mutation: there is no rolling back across two of them.
    pub mutation_fields: usize,
    /// Fields within fields.
    pub depth: usize,
    /// Selections within selections, where fragments count as levels too.
    pub nesting: usize,
    /// Directives in one place.
    pub directives_each: usize,
    /// Directives in the whole document, as written.
    pub directives: usize,
    /// Values in the variables, counting lists and objects and all they hold.
    pub variable_values: usize,
    /// Bytes of text in the variables, names included.
    pub variable_bytes: usize,
}

/// The limits in force.
pub const LIMITS: Limits = Limits {
    query_bytes: 8 * 1024,
    brackets: 128,
    operations: 1,
    fragments: 10,
    spreads: 30,
    nodes: 500,
    aliases: 20,
    root_fields: 10,
    mutation_fields: 1,
    depth: 10,
    nesting: 16,
    directives_each: 5,
    directives: 20,
    variable_values: 2_000,
    variable_bytes: 48 * 1024,
};

/// The limits for a document that asks only for the schema itself: the one that every tool sends is deep, and costs
/// little.
const INTROSPECTION: Limits = Limits { depth: 16, nesting: 24, ..LIMITS };

/// One measuring of a document.
struct Survey<'a> {
    document: &'a ExecutableDocument,
    limits: &'a Limits,
    fragments: HashMap<&'a str, Progress>,
    spreads: usize,
    directives: usize,
    /// The selections visited so far, which bound the work of measuring.
    visited: usize,
}

/// Whether a fragment is being measured or has been; one that is met while being measured uses itself.
enum Progress {
    Underway,
    Done(Cost),
}

/// The size of a selection set with its fragments expanded.
#[derive(Clone, Copy, Default)]
struct Cost {
    nodes: usize,
    aliases: usize,
    /// Fields on the set's own level.
    fields: usize,
    depth: usize,
    nesting: usize,
}

impl<'a> Survey<'a> {
    fn of(document: &'a ExecutableDocument, limits: &'a Limits) -> Self {
        Self { document, limits, fragments: HashMap::new(), spreads: 0, directives: 0, visited: 0 }
    }

    fn judge(&mut self) -> Result<(), Refusal> {
        let document = self.document;
        if document.operations.iter().len() > self.limits.operations {
            return Err(Refusal::TooManyOperations);
        }
        if document.fragments.len() > self.limits.fragments {
            return Err(Refusal::TooManyFragments);
        }
        // Validation also walks fragments that nothing uses, so each is measured.
        for name in document.fragments.keys() {
            let cost = self.fragment(name, 0)?;
            self.size(cost)?;
        }
        for (_, operation) in document.operations.iter() {
            let operation = &operation.node;
            self.mark(&operation.directives)?;
            for variable in &operation.variable_definitions {
                self.mark(&variable.node.directives)?;
            }
            let cost = self.set(&operation.selection_set.node, 0)?;
            self.size(cost)?;
            match operation.ty {
                OperationType::Subscription => return Err(Refusal::Subscription),
                OperationType::Mutation if cost.fields > self.limits.mutation_fields => {
                    return Err(Refusal::TooManyMutations);
                }
                _ if cost.fields > self.limits.root_fields => {
                    return Err(Refusal::TooManyRootFields);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn size(&self, cost: Cost) -> Result<(), Refusal> {
        if cost.depth > self.limits.depth || cost.nesting > self.limits.nesting {
            Err(Refusal::TooDeep)
        } else if cost.nodes > self.limits.nodes {
            Err(Refusal::TooManyNodes)
        } else if cost.aliases > self.limits.aliases {
            Err(Refusal::TooManyAliases)
        } else {
            Ok(())
        }
    }

    /// Measures a selection set that is nested `level` deep.
    fn set(&mut self, set: &'a SelectionSet, level: usize) -> Result<Cost, Refusal> {
        // A leaf has an empty set below it, which is no level.
        if level > self.limits.nesting || (level == self.limits.nesting && !set.items.is_empty()) {
            return Err(Refusal::TooDeep);
        }
        let mut total = Cost::default();
        for selection in &set.items {
            self.visited += 1;
            self.mark(selection.node.directives())?;
            total = total.beside(match &selection.node {
                Selection::Field(field) => {
                    let within = self.set(&field.node.selection_set.node, level + 1)?;
                    within.under_field(field.node.alias.is_some())
                }
                Selection::InlineFragment(inline) => {
                    self.set(&inline.node.selection_set.node, level + 1)?.under_fragment()
                }
                Selection::FragmentSpread(spread) => {
                    self.spreads += 1;
                    if self.spreads > self.limits.spreads {
                        return Err(Refusal::TooManySpreads);
                    }
                    self.fragment(&spread.node.fragment_name.node, level + 1)?.under_fragment()
                }
            });
        }
        Ok(total)
    }

    /// Measures a fragment when it is first met, and remembers the result.
    fn fragment(&mut self, name: &'a Name, level: usize) -> Result<Cost, Refusal> {
        match self.fragments.get(name.as_str()) {
            Some(Progress::Done(cost)) => return Ok(*cost),
            Some(Progress::Underway) => return Err(Refusal::FragmentCycle),
            None => {}
        }
        let definition = match self.document.fragments.get(name) {
            Some(definition) => &definition.node,
            None => return Err(Refusal::UnknownFragment),
        };
        self.fragments.insert(name.as_str(), Progress::Underway);
        self.mark(&definition.directives)?;
        let cost = self.set(&definition.selection_set.node, level)?;
        self.fragments.insert(name.as_str(), Progress::Done(cost));
        Ok(cost)
    }

    fn mark(&mut self, directives: &[Positioned<Directive>]) -> Result<(), Refusal> {
        self.directives += directives.len();
        if directives.len() > self.limits.directives_each || self.directives > self.limits.directives {
            return Err(Refusal::TooManyDirectives);
        }
        Ok(())
    }
}

impl Cost {
    // Sums saturate, because expanded fragments can exceed any integer.
    fn beside(self, other: Self) -> Self {
        Self {
            nodes: self.nodes.saturating_add(other.nodes),
            aliases: self.aliases.saturating_add(other.aliases),
            fields: self.fields.saturating_add(other.fields),
            depth: self.depth.max(other.depth),
            nesting: self.nesting.max(other.nesting),
        }
    }

    fn under_field(self, renamed: bool) -> Self {
        Self {
            nodes: self.nodes.saturating_add(1),
            aliases: self.aliases.saturating_add(usize::from(renamed)),
            fields: 1,
            depth: self.depth + 1,
            nesting: self.nesting + 1,
        }
    }

    fn under_fragment(self) -> Self {
        Self { nodes: self.nodes.saturating_add(1), nesting: self.nesting + 1, ..self }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::thread;

    use async_graphql::parser::parse_query;
    use proptest::prelude::*;
    use proptest::test_runner::{Config, TestRunner};
    use serde_json::json;

    use super::*;

    /// The stack that both the test harness and tokio's workers give a thread.
    const STACK: usize = 2 * 1024 * 1024;

    const NO_LIMITS: Limits = Limits {
        query_bytes: usize::MAX,
        brackets: usize::MAX,
        operations: usize::MAX,
        fragments: usize::MAX,
        spreads: usize::MAX,
        nodes: usize::MAX,
        aliases: usize::MAX,
        root_fields: usize::MAX,
        mutation_fields: usize::MAX,
        depth: usize::MAX,
        nesting: usize::MAX,
        directives_each: usize::MAX,
        directives: usize::MAX,
        variable_values: usize::MAX,
        variable_bytes: usize::MAX,
    };

    fn checked(query: &str) -> Result<(), Refusal> {
        check(&parse_query(query).unwrap())
    }

    fn numbered(count: usize, each: impl Fn(usize) -> String) -> String {
        (0..count).map(each).collect::<Vec<_>>().join(" ")
    }

    fn nested(levels: usize) -> String {
        format!("{}{}", "{a".repeat(levels), "}".repeat(levels))
    }

    fn wrapped(levels: usize) -> String {
        format!("{{{}a{}}}", "...{".repeat(levels), "}".repeat(levels))
    }

    /// Fragments where each uses the next `width` times, and the last one is a field.
    fn fan_out(levels: usize, width: usize) -> String {
        let mut text = String::from("{...f0}");
        for level in 0..levels {
            let next = format!("...f{} ", level + 1).repeat(width);
            write!(text, " fragment f{level} on Q{{{next}}}").unwrap();
        }
        write!(text, " fragment f{levels} on Q{{a}}").unwrap();
        text
    }

    #[test]
    fn text_of_eight_kibibytes_passes_and_one_byte_more_does_not() {
        let text = |length: usize| format!("{{a}}{}", " ".repeat(length - 3));
        assert_eq!(scan(&text(8 * 1024)), Ok(()));
        assert_eq!(scan(&text(8 * 1024 + 1)), Err(Refusal::QueryTooLong));
    }

    #[test]
    fn a_hundred_and_twenty_eight_brackets_pass_and_one_more_does_not() {
        for bracket in ["[", "{", "("] {
            assert_eq!(scan(&bracket.repeat(128)), Ok(()));
            assert_eq!(scan(&bracket.repeat(129)), Err(Refusal::TooManyBrackets));
        }
        assert_eq!(scan(&"[{(".repeat(43)), Err(Refusal::TooManyBrackets));
    }

    #[test]
    fn brackets_count_inside_strings_and_comments_too() {
        let quoted = format!("{{f(a:\"{}\")}}", "[".repeat(127));
        let remark = format!("# {}\n{{a}}", "{".repeat(128));
        assert_eq!(scan(&quoted), Err(Refusal::TooManyBrackets));
        assert_eq!(scan(&remark), Err(Refusal::TooManyBrackets));
    }

    #[test]
    fn every_text_known_to_overflow_the_parser_stops_at_the_scan() {
        let closed =
            |open: &str, close: &str, times: usize| format!("{{f(a:{}{})}}", open.repeat(times), close.repeat(times));
        for payload in [
            closed("[", "]", 2_000),
            closed("[", "]", 4_000),
            closed("{a:", "}", 1_500),
            closed("[{a:", "}]", 1_000),
            format!("{{f(a:{}", "[".repeat(2_000)),
            format!("{{f(a:{}", "{a:".repeat(1_500)),
            format!("{{f @d(a:{}", "[".repeat(2_000)),
            format!("query($v:{}Int{}){{a}}", "[".repeat(2_000), "]".repeat(2_000)),
            format!("query($v:I={}", "[".repeat(2_000)),
            nested(2_000),
            wrapped(2_000),
        ] {
            assert!(scan(&payload).is_err(), "{} bytes passed", payload.len());
        }
    }

    #[test]
    fn the_nul_character_is_refused_in_both_spellings() {
        assert_eq!(scan("{a(b:\"\0\")}"), Err(Refusal::NulCharacter));
        assert_eq!(scan("{a(b:\"\\u0000\")}"), Err(Refusal::NulCharacter));
        assert_eq!(scan("{a(b:\"\\u0001\")}"), Ok(()));
    }

    #[test]
    fn the_deepest_text_that_passes_the_scan_fits_the_stack_of_a_worker() {
        let deepest = |open: &str, times: usize, close: &str| {
            let open_only = format!("{{f(a:{}", open.repeat(times));
            let closed = format!("{{f(a:{}1{})}}", open.repeat(times), close.repeat(times));
            [open_only, closed]
        };
        let mut texts = Vec::new();
        texts.extend(deepest("[", 126, "]"));
        texts.extend(deepest("{a:", 126, "}"));
        texts.extend(deepest("[{a:", 63, "}]"));
        texts.push(nested(128));
        texts.push(wrapped(127));
        texts.push(format!("query($v:{}I{}){{a}}", "[".repeat(126), "]".repeat(126)));
        let walked = thread::Builder::new().stack_size(STACK).spawn(move || {
            for text in texts {
                assert_eq!(scan(&text), Ok(()));
                if let Ok(document) = parse_query(&text) {
                    let _ = check(&document);
                }
            }
        });
        walked.unwrap().join().unwrap();
    }

    #[test]
    fn whatever_passes_the_scan_can_be_parsed_and_checked() {
        let pieces = prop::sample::select(vec![
            "{",
            "}",
            "[",
            "]",
            "(",
            ")",
            "{f(a:",
            "[{a:",
            "...",
            "... on Q{",
            "...f ",
            "a",
            "a:",
            ":",
            "$",
            "$v:",
            "@d",
            "@d(a:",
            "!",
            "=",
            "1",
            "-1.5e3",
            "\"",
            "\"\"\"",
            "\\",
            "#",
            "\n",
            " ",
            ",",
            "query ",
            "mutation ",
            "fragment f on Q{",
            "on ",
            "null",
            "\u{feff}",
        ]);
        let soup = prop::collection::vec(pieces, 0..400).prop_map(|pieces| pieces.concat());
        let runs = (
            prop::sample::select(vec!["{", "{f(a:", "query($v:", "{f @d(a:", "query($v:I="]),
            prop::collection::vec(
                (prop::sample::select(vec!["[", "{a:", "{a", "...{", "[{a:", "@d("]), 1_usize..3_000),
                1..4,
            ),
        )
            .prop_map(|(start, runs)| {
                runs.iter().fold(start.to_owned(), |text, (piece, times)| text + &piece.repeat(*times))
            });
        let anything = prop_oneof![4 => soup, 2 => runs, 1 => any::<String>()];

        let ran = thread::Builder::new().stack_size(STACK).spawn(move || {
            let config = Config { failure_persistence: None, ..Config::with_cases(512) };
            TestRunner::new(config).run(&anything, |text| {
                if scan(&text).is_ok()
                    && let Ok(document) = parse_query(&text)
                {
                    let _ = check(&document);
                }
                Ok(())
            })
        });
        ran.unwrap().join().unwrap().unwrap();
    }

    #[test]
    fn one_operation_passes_and_two_do_not() {
        assert_eq!(checked("query a{a}"), Ok(()));
        assert_eq!(checked("query a{a} query b{a}"), Err(Refusal::TooManyOperations));
    }

    #[test]
    fn subscriptions_are_refused() {
        assert_eq!(checked("subscription{a}"), Err(Refusal::Subscription));
    }

    #[test]
    fn ten_fragments_pass_and_eleven_do_not() {
        let document = |count: usize| {
            let defined = numbered(count, |index| format!("fragment f{index} on Q{{a}}"));
            format!("{{a}} {defined}")
        };
        assert_eq!(checked(&document(10)), Ok(()));
        assert_eq!(checked(&document(11)), Err(Refusal::TooManyFragments));
    }

    #[test]
    fn thirty_spreads_pass_and_thirty_one_do_not() {
        let document = |count: usize| format!("{{a{{{}}}}} fragment f on Q{{b}}", "...f ".repeat(count));
        assert_eq!(checked(&document(30)), Ok(()));
        assert_eq!(checked(&document(31)), Err(Refusal::TooManySpreads));
    }

    #[test]
    fn five_hundred_selections_pass_and_one_more_does_not() {
        let document = |count: usize| format!("{{a{{{}}}}}", "b ".repeat(count - 1));
        assert_eq!(checked(&document(500)), Ok(()));
        assert_eq!(checked(&document(501)), Err(Refusal::TooManyNodes));
    }

    #[test]
    fn selections_are_counted_as_expanded() {
        // The field, and ten spreads of a fragment: 1 + 10 * (1 + fields).
        let document = |fields: usize, beside: usize| {
            format!("{{a{{{}{}}}}} fragment f on Q{{{}}}", "...f ".repeat(10), "c ".repeat(beside), "b ".repeat(fields))
        };
        assert_eq!(checked(&document(48, 9)), Ok(()));
        assert_eq!(checked(&document(48, 10)), Err(Refusal::TooManyNodes));
    }

    #[test]
    fn a_fragment_that_nothing_uses_is_measured_all_the_same() {
        let document = |count: usize| format!("{{a}} fragment f on Q{{{}}}", "b ".repeat(count));
        assert_eq!(checked(&document(500)), Ok(()));
        assert_eq!(checked(&document(501)), Err(Refusal::TooManyNodes));
    }

    #[test]
    fn twenty_aliases_pass_and_twenty_one_do_not() {
        let document = |count: usize| {
            let renamed = numbered(count, |index| format!("b{index}:b"));
            format!("{{a{{{renamed}}}}}")
        };
        assert_eq!(checked(&document(20)), Ok(()));
        assert_eq!(checked(&document(21)), Err(Refusal::TooManyAliases));
    }

    #[test]
    fn aliases_are_counted_as_expanded() {
        let document = |spreads: usize| format!("{{a{{{}}}}} fragment f on Q{{x:b y:b}}", "...f ".repeat(spreads));
        assert_eq!(checked(&document(10)), Ok(()));
        assert_eq!(checked(&document(11)), Err(Refusal::TooManyAliases));
    }

    #[test]
    fn ten_root_fields_pass_and_eleven_do_not() {
        assert_eq!(checked(&format!("{{{}}}", "a ".repeat(10))), Ok(()));
        assert_eq!(checked(&format!("{{{}}}", "a ".repeat(11))), Err(Refusal::TooManyRootFields));
    }

    #[test]
    fn root_fields_are_counted_through_fragments() {
        let document =
            |more: &str| format!("{{a ...{{b c ...f}} ...f {more}}} fragment f on Q{{d ...g}} fragment g on Q{{e g}}");
        assert_eq!(checked(&document("h")), Ok(()));
        assert_eq!(checked(&document("h i")), Err(Refusal::TooManyRootFields));
    }

    #[test]
    fn one_mutation_passes_and_two_do_not() {
        assert_eq!(checked("mutation{a{b c}}"), Ok(()));
        assert_eq!(checked("mutation{...f} fragment f on M{a}"), Ok(()));
        for two in [
            "mutation{a b}",
            "mutation{x:a y:a}",
            "mutation{a ...{b}}",
            "mutation{a ...f} fragment f on M{b}",
            "mutation{...f ...f} fragment f on M{a}",
        ] {
            assert_eq!(checked(two), Err(Refusal::TooManyMutations), "{two}");
        }
    }

    #[test]
    fn ten_levels_pass_and_eleven_do_not() {
        assert_eq!(checked(&nested(10)), Ok(()));
        assert_eq!(checked(&nested(11)), Err(Refusal::TooDeep));
    }

    #[test]
    fn what_only_asks_for_the_schema_may_be_deeper() {
        let deep = |root: &str, levels: usize| format!("{{{root}{}}}", nested(levels));
        assert_eq!(checked(&deep("__schema", 15)), Ok(()));
        assert_eq!(checked(&deep("__schema", 16)), Err(Refusal::TooDeep));
        assert_eq!(checked(&deep("viewer", 15)), Err(Refusal::TooDeep));
        assert_eq!(checked(&format!("{{__schema{{a}} viewer{}}}", nested(12))), Err(Refusal::TooDeep));
    }

    #[test]
    fn depth_is_counted_through_fragments() {
        let document = |levels: usize| format!("{{a{{b{{...f}}}}}} fragment f on Q{}", nested(levels));
        assert_eq!(checked(&document(8)), Ok(()));
        assert_eq!(checked(&document(9)), Err(Refusal::TooDeep));
    }

    #[test]
    fn sixteen_levels_of_any_kind_pass_and_seventeen_do_not() {
        assert_eq!(checked(&wrapped(15)), Ok(()));
        assert_eq!(checked(&wrapped(16)), Err(Refusal::TooDeep));
    }

    #[test]
    fn levels_are_counted_through_fragments_that_were_measured_before() {
        let document = |levels: usize| {
            let deep = wrapped(levels);
            format!("{{...f ...{{...{{...f}}}}}} fragment f on Q{deep}")
        };
        assert_eq!(checked(&document(12)), Ok(()));
        assert_eq!(checked(&document(13)), Err(Refusal::TooDeep));
    }

    #[test]
    fn five_directives_in_one_place_pass_and_six_do_not() {
        for place in [
            "{a DIRECTIVES}",
            "{...f DIRECTIVES} fragment f on Q{a}",
            "{... DIRECTIVES{a}}",
            "{...f} fragment f on Q DIRECTIVES{a}",
            "query DIRECTIVES{a}",
            "query($v:I DIRECTIVES){a}",
        ] {
            let document = |count: usize| place.replace("DIRECTIVES", &"@d ".repeat(count));
            assert_eq!(checked(&document(5)), Ok(()), "{place}");
            assert_eq!(checked(&document(6)), Err(Refusal::TooManyDirectives), "{place}");
        }
    }

    #[test]
    fn twenty_directives_pass_and_twenty_one_do_not() {
        let document = |more: &str| format!("{{a{{{}{more}}}}}", "b @d @d @d @d @d ".repeat(4));
        assert_eq!(checked(&document("")), Ok(()));
        assert_eq!(checked(&document("c @d")), Err(Refusal::TooManyDirectives));
    }

    #[test]
    fn a_fragment_that_reaches_itself_is_refused() {
        for circle in [
            "{...f} fragment f on Q{...f}",
            "{...f} fragment f on Q{a{...g}} fragment g on Q{...f}",
            "{a} fragment f on Q{...g} fragment g on Q{...{...f}}",
        ] {
            assert_eq!(checked(circle), Err(Refusal::FragmentCycle), "{circle}");
        }
    }

    #[test]
    fn a_fragment_used_twice_is_no_circle() {
        let diamond = "{...f ...g} fragment f on Q{...h} fragment g on Q{...h} fragment h on Q{a}";
        assert_eq!(checked(diamond), Ok(()));
    }

    #[test]
    fn a_fragment_that_is_not_there_is_refused() {
        assert_eq!(checked("{...f}"), Err(Refusal::UnknownFragment));
    }

    #[test]
    fn fan_out_is_refused() {
        let bomb = fan_out(5, 40);
        assert_eq!(scan(&bomb), Ok(()));
        assert_eq!(checked(&bomb), Err(Refusal::TooManySpreads));
        // Within the spreads that are allowed, the expanded size is what stops it.
        assert_eq!(checked(&fan_out(4, 7)), Err(Refusal::TooManyNodes));
    }

    #[test]
    fn fan_out_is_measured_in_as_many_steps_as_it_has_selections() {
        for levels in [5, 50] {
            let document = parse_query(fan_out(levels, 40)).unwrap();
            let mut survey = Survey::of(&document, &NO_LIMITS);
            assert_eq!(survey.judge(), Ok(()));
            // The operation's spread, forty on each level, and the field at the end.
            assert_eq!(survey.visited, 1 + 40 * levels + 1);
        }
    }

    #[test]
    fn fan_out_is_refused_no_later_than_the_spread_that_is_too_many() {
        let document = parse_query(fan_out(5, 40)).unwrap();
        let mut survey = Survey::of(&document, &LIMITS);
        assert_eq!(survey.judge(), Err(Refusal::TooManySpreads));
        assert!(survey.visited <= 32, "{} visited", survey.visited);
    }

    #[test]
    fn two_thousand_variable_values_pass_and_one_more_does_not() {
        let list = |count: usize| json!({ "v": vec![0; count - 1] });
        assert_eq!(variables(list(2_000).as_object().unwrap()), Ok(()));
        assert_eq!(variables(list(2_001).as_object().unwrap()), Err(Refusal::VariablesTooLarge));
    }

    #[test]
    fn variable_text_is_limited_names_included() {
        let text = |length: usize| json!({ "v": { "w": "x".repeat(length - 2) } });
        assert_eq!(variables(text(48 * 1024).as_object().unwrap()), Ok(()));
        assert_eq!(variables(text(48 * 1024 + 1).as_object().unwrap()), Err(Refusal::VariablesTooLarge));
    }

    #[test]
    fn names_may_not_hold_nul_and_texts_may() {
        for held in [json!({"a": {"\0": 1}}), json!({"\0": 1})] {
            assert_eq!(variables(held.as_object().unwrap()), Err(Refusal::NulCharacter));
        }
        assert_eq!(variables(json!({"a": ["\0"]}).as_object().unwrap()), Ok(()));
    }
}
