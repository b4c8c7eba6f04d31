//! The one place that prints HTML Leptos does not escape by itself.
//!
//! Leptos 0.8.23 prints what stands between the tags of a text area as it is, so `</textarea><script>` would break
//! out of it. The text is escaped here. The leading line break is dropped by every HTML parser; without it, a first
//! line break that somebody typed would be dropped instead, and an empty text would become one space.

use leptos::prelude::*;

/// The attributes of a text area.
pub(super) struct Attributes {
    pub(super) class: String,
    pub(super) id: String,
    pub(super) name: String,
    pub(super) rows: u8,
    pub(super) described_by: Option<String>,
}

/// A text under its label, to be copied and not changed.
pub fn to_copy(id: String, label: String, text: &str) -> AnyView {
    // About as many lines as the text takes, at 60 characters a line, so that most texts show whole.
    let rows = text.lines().map(|line| 1 + line.chars().count() / 60).sum::<usize>().clamp(1, 15);
    let escaped = format!("\n{}", html_escape::encode_text(text));
    view! {
        <div class="govuk-form-group">
            <label class="govuk-label" for=id.clone()>{label}</label>
            <textarea class="govuk-textarea" id=id rows=rows.to_string() readonly=true dir="auto" inner_html=escaped></textarea>
        </div>
    }
    .into_any()
}

/// A text area that holds exactly `text`.
pub(super) fn textarea(attributes: Attributes, text: &str) -> AnyView {
    let Attributes { class, id, name, rows, described_by } = attributes;
    let escaped = format!("\n{}", html_escape::encode_text(text));
    view! {
        <textarea
            class=class
            id=id
            name=name
            rows=rows.to_string()
            aria-describedby=described_by
            dir="auto"
            inner_html=escaped
        ></textarea>
    }
    .into_any()
}
