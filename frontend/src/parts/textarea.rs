//! Text areas: several lines of text, with a count of the characters left.

use leptos::prelude::*;

use super::field::{Draw, Field};
use super::raw;
use crate::form::Ask;

/// The input of several lines of text.
#[derive(Clone, Debug)]
pub struct Textarea {
    value: String,
    rows: u8,
    most: Option<u32>,
}

impl Ask<'_> {
    /// A field for several lines of text.
    pub fn textarea(self, name: &str, label: impl Into<String>) -> Field<Textarea> {
        let kind = Textarea { value: self.form.get(name).to_owned(), rows: 5, most: None };
        Field::new(self, name, label, kind)
    }
}

impl Field<Textarea> {
    /// Sets how many lines show at once, 5 otherwise.
    #[must_use]
    pub fn rows(mut self, rows: u8) -> Self {
        self.kind.rows = rows;
        self
    }

    /// Shows how many of this many characters are left. More can be typed and sent: the API refuses it.
    #[must_use]
    pub fn most(mut self, characters: u32) -> Self {
        self.kind.most = Some(characters);
        self
    }
}

impl Draw for Textarea {
    fn draw(field: Field<Self>) -> AnyView {
        let Self { value, rows, most } = field.kind.clone();
        let (id, name) = (field.id.clone(), field.name.clone());
        let mut class = field.marked("govuk-textarea");
        let mut described_by = field.described_by();
        if most.is_some() {
            class.push_str(" govuk-js-character-count");
            let counted = format!("{id}-info");
            described_by = Some(described_by.map_or(counted.clone(), |ids| format!("{counted} {ids}")));
        }
        let area = raw::textarea(raw::Attributes { class, id: id.clone(), name, rows, described_by }, &value);
        let inside = view! { {field.label_view()} {field.messages()} {area} }.into_any();
        let Some(most) = most else { return field.group(inside) };
        view! {
            <div
                class=format!("{} govuk-character-count", field.marked("govuk-form-group"))
                data-module="govuk-character-count"
                data-maxlength=most.to_string()
            >
                {inside}
                <div id=format!("{id}-info") class="govuk-hint govuk-character-count__message">
                    {format!("You can enter up to {most} characters")}
                </div>
            </div>
        }
        .into_any()
    }
}
