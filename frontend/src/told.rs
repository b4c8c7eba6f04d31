//! Bidirectional text: what people typed is shown as it was typed, and cannot reorder the words beside it.
//!
//! Texts of the API that hold right-to-left letters or characters that reverse direction are marked as they come in
//! ([`told`]). The marks stay in whatever sentence the text becomes part of, and become `<bdi>` when the page is
//! written ([`isolate`]), so no page has to think of it. Reversing characters that are not marked are written as
//! `U+FFFD`, because nobody can tell where they end. Inputs and text areas get exactly what was typed, because browsers
//! isolate these by themselves.
//!
//! The two marks are noncharacters, which Unicode reserves for use within a program; no text may hold them when it
//! leaves this one.

use std::borrow::Cow;

use async_graphql::Value;

const BEGINS: char = '\u{FDD0}';
const ENDS: char = '\u{FDD1}';

/// The text, marked if it could reorder the words beside it. Text that is marked as a whole already comes back as it
/// is.
pub(crate) fn told(text: String) -> String {
    if text.is_ascii() || is_told(&text) || !text.contains(|c| turns(c) || is_mark(c)) {
        return text;
    }
    format!("{BEGINS}{}{ENDS}", text.replace(is_mark, "\u{FFFD}"))
}

/// The text without marks, exactly as it was typed.
pub(crate) fn as_typed(text: &str) -> Cow<'_, str> {
    if text.contains(is_mark) { Cow::Owned(text.replace(is_mark, "")) } else { Cow::Borrowed(text) }
}

/// An answer of the API with each of its texts marked.
pub(crate) fn all_told(answer: Value) -> Value {
    each_text(answer, &told)
}

/// Variables for the API with the marks taken out of each text.
pub(crate) fn all_as_typed(sent: Value) -> Value {
    each_text(sent, &|text| as_typed(&text).into_owned())
}

fn each_text(value: Value, change: &impl Fn(String) -> String) -> Value {
    match value {
        Value::String(text) => Value::String(change(text)),
        Value::List(list) => Value::List(list.into_iter().map(|one| each_text(one, change)).collect()),
        Value::Object(map) => {
            Value::Object(map.into_iter().map(|(name, one)| (name, each_text(one, change))).collect())
        }
        other => other,
    }
}

/// The text for places that hold no elements, such as a page's title: without marks, and with `U+FFFD` for each
/// reversing character.
pub(crate) fn plain(text: &str) -> String {
    as_typed(text).replace(reverses, "\u{FFFD}")
}

/// Finished HTML in which marked text stands in `<bdi>`. Attributes and text areas get the text exactly as it was
/// typed.
pub(crate) fn isolate(html: String) -> String {
    if html.is_ascii() || !html.contains(|c| reverses(c) || is_mark(c)) {
        return html;
    }
    let mut written = String::with_capacity(html.len() + 64);
    let mut within = "";
    let mut rest = html.as_str();
    while !rest.is_empty() {
        let (text, tags) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
        match within {
            "textarea" | "bdi" => written.push_str(&as_typed(text)),
            // An option element may hold no other element.
            "option" => written.push_str(&plain(text)),
            _ => write_isolated(text, &mut written),
        }
        let (tag, after) = tags.split_at(length_of_tag(tags));
        written.push_str(&as_typed(tag));
        within = tag.trim_start_matches('<').split([' ', '>']).next().unwrap_or_default();
        rest = after;
    }
    written
}

fn write_isolated(text: &str, written: &mut String) {
    let mut open = false;
    for c in text.chars() {
        match c {
            BEGINS if !open => {
                open = true;
                written.push_str("<bdi>");
            }
            ENDS if open => {
                open = false;
                written.push_str("</bdi>");
            }
            BEGINS | ENDS => {}
            c if reverses(c) && !open => written.push(char::REPLACEMENT_CHARACTER),
            c => written.push(c),
        }
    }
    if open {
        written.push_str("</bdi>");
    }
}

/// The length in bytes of the tag that `html` begins with. An attribute may hold `>`, but no unescaped quotation mark.
fn length_of_tag(html: &str) -> usize {
    let mut quoted = false;
    for (at, byte) in html.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return at + 1,
            _ => {}
        }
    }
    html.len()
}

/// Whether the text is marked already, from its first character to its last.
fn is_told(text: &str) -> bool {
    let inside = text.strip_prefix(BEGINS).and_then(|text| text.strip_suffix(ENDS));
    inside.is_some_and(|inside| !inside.contains(is_mark))
}

fn is_mark(c: char) -> bool {
    matches!(c, BEGINS | ENDS)
}

/// Whether the character can reorder the words beside it: it reverses direction, or is a right-to-left letter.
fn turns(c: char) -> bool {
    reverses(c)
        || matches!(c, '\u{590}'..='\u{8FF}' | '\u{200F}' | '\u{FB1D}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FDFF}'
            | '\u{FE70}'..='\u{FEFC}' | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}

/// Whether the character is an embedding, an override or an isolate of direction, which act on all that follows.
/// Direction marks such as `U+200F` are not among them, because they act only where they stand.
fn reverses(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{206A}'..='\u{206F}')
}

#[cfg(test)]
mod tests {
    use leptos::prelude::*;

    use super::*;
    use crate::form::{Ask, Faults, Form};
    use crate::page::to_html;
    use crate::parts::{SummaryList, paragraph};

    #[test]
    fn text_is_isolated_as_it_was_typed_within_whatever_sentence_it_stands() {
        let html = |text: String| to_html(|| paragraph(text));
        for (row, text, written) in [
            ("override", format!("{}, born 3 May", told("Kh\u{202E}an".into())), "<bdi>Kh\u{202E}an</bdi>, born 3 May"),
            ("it ends isolates", told("a\u{2069}\u{202C}b".into()), "<bdi>a\u{2069}\u{202C}b</bdi>"),
            ("Arabic", format!("by {} (2)", told("علی\u{200C}رضا".into())), "by <bdi>علی\u{200C}رضا</bdi> (2)"),
            ("Hindi", told("क\u{94D}\u{200D}ष".into()), "क\u{94D}\u{200D}ष"),
            ("nothing turns", told("Zoë <b>".into()), "Zoë &lt;b&gt;"),
            ("told twice", told(told("\u{202E}a".into())), "<bdi>\u{202E}a</bdi>"),
            ("marks that were typed", told("a\u{FDD1}\u{202E}b".into()), "<bdi>a\u{FFFD}\u{202E}b</bdi>"),
            ("not told", "Kh\u{202E}an \u{2067}x\u{200F}".into(), "Kh\u{FFFD}an \u{FFFD}x\u{200F}"),
            ("cut off", "\u{FDD0}\u{202E}a".into(), "<bdi>\u{202E}a</bdi>"),
        ] {
            assert_eq!(html(text), format!("<p class=\"govuk-body\">{written}</p>"), "{row}");
        }
    }

    #[test]
    fn what_goes_back_into_a_form_is_exactly_what_was_typed() {
        let typed = "a > b \u{202E}x\u{2067} \"علی\" \u{200F}";
        for form in [Form::new().with("a", typed), Form::new().with("a", told(typed.into()))] {
            let (faults, escaped) = (Faults::new(), typed.replace('>', "&gt;"));
            let area = to_html(|| Ask::new(&form, &faults).textarea("a", "A").view());
            assert!(area.contains("dir=\"auto\"") && area.contains(&format!(">\n{escaped}</textarea>")), "{area}");
            let quoted = typed.replace('"', "&quot;");
            for input in [
                to_html(|| Ask::new(&form, &faults).text("a", "A").view()),
                to_html(|| Ask::new(&form, &faults).hidden("a")),
            ] {
                let kept = |text: &str| input.contains(&format!("value=\"{text}\""));
                assert!(kept(&quoted) || kept(&quoted.replace('>', "&gt;")), "{input}");
            }
            assert!(to_html(|| Ask::new(&form, &faults).text("a", "A").view()).contains("dir=\"auto\""));
        }
    }

    #[test]
    fn an_option_and_a_title_hold_no_elements_and_reverse_nothing() {
        let name = told("Kh\u{202E}an".into());
        assert_eq!(plain(&name), "Kh\u{FFFD}an");
        let html = to_html(|| view! { <select><option value=name.clone()>{name.clone()}</option></select> }.into_any());
        assert!(html.ends_with("value=\"Kh\u{202E}an\">Kh\u{FFFD}an</option></select>"), "{html}");
    }

    #[test]
    fn what_comes_from_the_api_is_told_and_goes_back_as_it_was_typed() {
        let answer = async_graphql::value!({ "a": ["\u{202E}x", "plain"], "b": { "c": "علی" } });
        let marked = all_told(answer.clone());
        assert_ne!(marked, answer);
        assert_eq!(all_as_typed(marked), answer);
        let list = SummaryList::new().row("Name", told("\u{202E}x".into()));
        assert!(to_html(|| list.view()).contains("<bdi>\u{202E}x</bdi>"));
    }
}
