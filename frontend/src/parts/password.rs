//! A password field, with a button that shows what is typed.

use leptos::prelude::*;

use super::field::{Draw, Field};
use crate::form::Ask;

/// The input of a password. What was typed is never sent back to the browser.
#[derive(Clone, Copy, Debug)]
pub struct PasswordInput {
    autocomplete: &'static str,
}

impl Ask<'_> {
    /// A field for the password that somebody has. Password managers may fill it in.
    pub fn password(self, name: &str, label: impl Into<String>) -> Field<PasswordInput> {
        Field::new(self, name, label, PasswordInput { autocomplete: "current-password" })
    }
}

impl Field<PasswordInput> {
    /// Marks it as a password that is being chosen, so that password managers offer a new one.
    #[must_use]
    pub fn fresh(mut self) -> Self {
        self.kind.autocomplete = "new-password";
        self
    }
}

impl Draw for PasswordInput {
    fn draw(field: Field<Self>) -> AnyView {
        let id = field.id.clone();
        view! {
            <div
                class=format!("{} govuk-password-input", field.marked("govuk-form-group"))
                data-module="govuk-password-input"
            >
                {field.label_view()}
                {field.messages()}
                <div class="govuk-input__wrapper govuk-password-input__wrapper">
                    <input
                        class=format!(
                            "{} govuk-password-input__input govuk-js-password-input-input",
                            if field.error.is_some() { "govuk-input govuk-input--error" } else { "govuk-input" },
                        )
                        id=id.clone()
                        name=field.name.clone()
                        type="password"
                        spellcheck="false"
                        autocomplete=field.kind.autocomplete
                        autocapitalize="none"
                        aria-describedby=field.described_by()
                    />
                    <button
                        type="button"
                        class="govuk-button govuk-button--secondary govuk-password-input__toggle govuk-js-password-input-toggle"
                        data-module="govuk-button"
                        aria-controls=id
                        aria-label="Show password"
                        hidden
                    >
                        "Show"
                    </button>
                </div>
            </div>
        }
        .into_any()
    }
}
