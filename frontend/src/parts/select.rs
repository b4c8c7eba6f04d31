//! A select: one of many options, in a list that folds away.

use leptos::prelude::*;

use super::field::{Draw, Field};
use crate::form::Ask;
use crate::vocabulary::Word;

/// The options of a select.
#[derive(Clone, Debug)]
pub struct Select {
    options: Vec<(String, String)>,
    chosen: String,
}

impl Ask<'_> {
    /// A select. Prefer radios for up to about seven options.
    pub fn select(self, name: &str, label: impl Into<String>) -> Field<Select> {
        let kind = Select { options: Vec::new(), chosen: self.form.get(name).to_owned() };
        Field::new(self, name, label, kind)
    }
}

impl Field<Select> {
    /// Adds an option, which is chosen if `value` is what was typed.
    #[must_use]
    pub fn option(mut self, value: impl Into<String>, text: impl Into<String>) -> Self {
        self.kind.options.push((value.into(), text.into()));
        self
    }

    /// Adds an option for each pair of value and text, in their order.
    #[must_use]
    pub fn options<V: Into<String>, T: Into<String>>(self, options: impl IntoIterator<Item = (V, T)>) -> Self {
        options.into_iter().fold(self, |field, (value, text)| field.option(value, text))
    }

    /// Adds an option for each code of the schema's enum `W`, in the schema's order.
    #[must_use]
    pub fn words<W: Word>(self) -> Self {
        self.options(W::ALL.iter().map(|word| (word.code(), word.label())))
    }
}

impl Draw for Select {
    fn draw(field: Field<Self>) -> AnyView {
        let Self { options, chosen } = field.kind.clone();
        let mut open = true;
        let options: Vec<_> = options
            .into_iter()
            .map(|(value, text)| {
                let selected = open && value == chosen;
                open &= !selected;
                view! { <option value=value selected=selected>{text}</option> }
            })
            .collect();
        let inside = view! {
            {field.label_view()}
            {field.messages()}
            <select
                class=field.marked("govuk-select")
                id=field.id.clone()
                name=field.name.clone()
                aria-describedby=field.described_by()
            >
                {options}
            </select>
        };
        field.group(inside.into_any())
    }
}
