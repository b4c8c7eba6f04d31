//! Tests of the parts: they match the examples of the design system, and no text breaks out of them.

mod golden;
mod hostile;

use std::fmt::Write as _;

use scraper::{ElementRef, Html, Node};

/// The HTML with a line for each element and text, without what does not matter: comments, white space, and the order
/// of attributes and classes.
fn outline(html: &str) -> String {
    let mut lines = String::new();
    branch(Html::parse_fragment(html).root_element(), 0, &mut lines);
    lines
}

fn branch(element: ElementRef<'_>, depth: usize, lines: &mut String) {
    for child in element.children() {
        let indent = "  ".repeat(depth);
        match child.value() {
            Node::Text(text) => {
                let words: Vec<_> = text.split_whitespace().collect();
                if !words.is_empty() {
                    let _ = writeln!(lines, "{indent}{}", words.join(" "));
                }
            }
            Node::Element(element) => {
                let mut attributes: Vec<_> = element
                    .attrs()
                    .map(|(name, value)| {
                        let mut words: Vec<_> = value.split_whitespace().collect();
                        if name == "class" {
                            words.sort_unstable();
                        }
                        format!(" {name}={:?}", words.join(" "))
                    })
                    .collect();
                attributes.sort();
                let _ = writeln!(lines, "{indent}<{}{}>", element.name(), attributes.concat());
            }
            _ => {}
        }
        if let Some(child) = ElementRef::wrap(child) {
            branch(child, depth + 1, lines);
        }
    }
}
