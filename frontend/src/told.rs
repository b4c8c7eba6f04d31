//! Text that people typed, on pages of ours: shown as it was typed, and unable to turn around the words beside it.
//!
//! Whatever the API answers is marked here as it comes in, where it has letters that run to the left or characters that
//! reverse the text ([`told`]). The marks go with the text into whatever sentence it becomes part of, and become `<bdi>`
//! when the page is written ([`isolate`]), so no page has to think of it. Nothing reverses beyond the element it stands
//! in. Whatever reverses and is not marked is written as `U+FFFD`, because nobody can tell where it ends. What goes back
//! into an input or a text area is exactly what was typed: browsers lay these out by themselves.
//!
//! The marks are two characters that Unicode keeps for use within a program, and that no text may hold when it leaves.

use std::borrow::Cow;

use async_graphql::Value;

const BEGINS: char = '\u{FDD0}';
const ENDS: char = '\u{FDD1}';

/// Text that somebody typed, marked if it could change how the words beside it read.
pub(crate) fn told(text: String) -> String {
    if text.is_ascii() || is_told(&text) || !text.contains(|c| turns(c) || is_mark(c)) {
        return text;
    }
    format!("{BEGINS}{}{ENDS}", text.replace(is_mark, "\u{FFFD}"))
}

/// The text as it was typed, without marks.
pub(crate) fn as_typed(text: &str) -> Cow<'_, str> {
    if text.contains(is_mark) { Cow::Owned(text.replace(is_mark, "")) } else { Cow::Borrowed(text) }
}

/// An answer of the API with its texts marked.
pub(crate) fn all_told(answer: Value) -> Value {
    each_text(answer, &told)
}

/// What is sent to the API, without marks.
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

/// Text where there can be no elements, such as a page's title: whatever reverses is written as `U+FFFD`.
pub(crate) fn plain(text: &str) -> String {
    as_typed(text).replace(reverses, "\u{FFFD}")
}

/// Finished HTML with marked text in `<bdi>`. Tags keep their values as they were typed, and so do text areas.
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
            // Elements may not stand in an option.
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

/// How long the tag is that `html` begins with. A value may hold `>`, but no quotation mark.
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

/// Whether the text is marked already, as a whole.
fn is_told(text: &str) -> bool {
    let inside = text.strip_prefix(BEGINS).and_then(|text| text.strip_suffix(ENDS));
    inside.is_some_and(|inside| !inside.contains(is_mark))
}

fn is_mark(c: char) -> bool {
    matches!(c, BEGINS | ENDS)
}

/// What changes how the words beside it read: what reverses, and letters that run to the left.
fn turns(c: char) -> bool {
    reverses(c)
        || matches!(c, '\u{590}'..='\u{8FF}' | '\u{200F}' | '\u{FB1D}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FDFF}'
            | '\u{FE70}'..='\u{FEFC}' | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}

/// Embeddings, overrides and isolates of direction. Direction marks stay, because they act only where they stand.
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
