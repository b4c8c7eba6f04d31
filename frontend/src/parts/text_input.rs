//! Text inputs of one line.

use leptos::prelude::*;

use super::field::{Draw, Field};
use crate::form::Ask;

/// The input of one line of text.
#[derive(Clone, Debug, Default)]
pub struct TextInput {
    value: String,
    kind: &'static str,
    width: Option<&'static str>,
    inputmode: Option<&'static str>,
    autocomplete: Option<String>,
    spellcheck: Option<&'static str>,
    prefix: Option<String>,
    suffix: Option<String>,
}

impl Ask<'_> {
    /// A field for one line of text.
    pub fn text(self, name: &str, label: impl Into<String>) -> Field<TextInput> {
        let kind = TextInput { value: self.form.get(name).to_owned(), kind: "text", ..TextInput::default() };
        Field::new(self, name, label, kind)
    }

    /// A field for the name of a child or a contact. It is not spell-checked, and the browser does not offer the name
    /// of whoever is at the keyboard.
    pub fn name(self, name: &str, label: impl Into<String>) -> Field<TextInput> {
        self.text(name, label).autocomplete("off").unchecked()
    }

    /// A field for an email address, which the browser may fill in.
    pub fn email(self, name: &str, label: impl Into<String>) -> Field<TextInput> {
        self.text(name, label).kind("email").autocomplete("email").unchecked()
    }

    /// A field for a telephone number, which the browser may fill in.
    pub fn phone(self, name: &str, label: impl Into<String>) -> Field<TextInput> {
        self.text(name, label).kind("tel").autocomplete("tel").width(20)
    }

    /// A field for a whole number. Telephones show a keyboard of digits; the API decides whether it is a number.
    pub fn number(self, name: &str, label: impl Into<String>) -> Field<TextInput> {
        let mut field = self.text(name, label).width(5).unchecked();
        field.kind.inputmode = Some("numeric");
        field
    }

    /// A hidden field with the value of `name` in the form, such as the version that the form was made from.
    pub fn hidden(self, name: &str) -> AnyView {
        let (name, value) = (name.to_owned(), self.form.get(name).to_owned());
        view! { <input type="hidden" name=name value=value/> }.into_any()
    }
}

impl Field<TextInput> {
    /// Sets the width, in characters: the next of 2, 3, 4, 5, 10, 20 or 30 that is no less.
    #[must_use]
    pub fn width(mut self, characters: u8) -> Self {
        self.kind.width = Some(match characters {
            0..=2 => "govuk-input--width-2",
            3 => "govuk-input--width-3",
            4 => "govuk-input--width-4",
            5 => "govuk-input--width-5",
            6..=10 => "govuk-input--width-10",
            11..=20 => "govuk-input--width-20",
            _ => "govuk-input--width-30",
        });
        self
    }

    /// Says what the browser may fill in, as a value of `autocomplete`. Only for facts about the person at the
    /// keyboard.
    #[must_use]
    pub fn autocomplete(mut self, purpose: impl Into<String>) -> Self {
        self.kind.autocomplete = Some(purpose.into());
        self
    }

    /// Turns spell-checking off, for names, references and addresses.
    #[must_use]
    pub fn unchecked(mut self) -> Self {
        self.kind.spellcheck = Some("false");
        self
    }

    /// Puts a word or sign before the input, such as `£`. Screen readers skip it.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.kind.prefix = Some(prefix.into());
        self
    }

    /// Puts a word or sign after the input, such as `days`. Screen readers skip it.
    #[must_use]
    pub fn suffix(mut self, suffix: impl Into<String>) -> Self {
        self.kind.suffix = Some(suffix.into());
        self
    }

    pub(super) fn kind(mut self, kind: &'static str) -> Self {
        self.kind.kind = kind;
        self
    }
}

impl Draw for TextInput {
    fn draw(field: Field<Self>) -> AnyView {
        let (label, messages) = (field.label_view(), field.messages());
        let mut class = field.marked("govuk-input");
        let Self { value, kind, width, inputmode, autocomplete, spellcheck, prefix, suffix } = field.kind.clone();
        if let Some(width) = width {
            class = format!("{class} {width}");
        }
        let input = view! {
            <input
                class=class
                id=field.id.clone()
                name=field.name.clone()
                type=kind
                dir="auto"
                value=(!value.is_empty()).then_some(value)
                spellcheck=spellcheck
                inputmode=inputmode
                autocomplete=autocomplete
                aria-describedby=field.described_by()
            />
        };
        let input = if prefix.is_some() || suffix.is_some() {
            let prefix = prefix.map(|text| view! { <div class="govuk-input__prefix" aria-hidden="true">{text}</div> });
            let suffix = suffix.map(|text| view! { <div class="govuk-input__suffix" aria-hidden="true">{text}</div> });
            view! { <div class="govuk-input__wrapper">{prefix} {input} {suffix}</div> }.into_any()
        } else {
            input.into_any()
        };
        field.group(view! { {label} {messages} {input} }.into_any())
    }
}
