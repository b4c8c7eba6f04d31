//! Buttons. Each guards against a double click; the idempotency key of the form does so on the server.

use leptos::prelude::*;

use super::content::safe;

/// A button that sends its form.
#[derive(Clone, Debug)]
pub struct Button {
    text: String,
    class: &'static str,
    sends: Option<(String, String)>,
    action: Option<String>,
}

/// A button that sends its form.
pub fn button(text: impl Into<String>) -> Button {
    Button { text: text.into(), class: "govuk-button", sends: None, action: None }
}

impl Button {
    /// For what is not the page's main action.
    #[must_use]
    pub fn secondary(mut self) -> Self {
        self.class = "govuk-button govuk-button--secondary";
        self
    }

    /// For what cannot be undone.
    #[must_use]
    pub fn warning(mut self) -> Self {
        self.class = "govuk-button govuk-button--warning";
        self
    }

    /// On an interruption panel.
    #[must_use]
    pub fn inverse(mut self) -> Self {
        self.class = "govuk-button govuk-button--inverse";
        self
    }

    /// Sends this name and value too, where a form has more than one button.
    #[must_use]
    pub fn sends(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.sends = Some((name.into(), value.into()));
        self
    }

    /// Sends the form to another address.
    #[must_use]
    pub fn to(mut self, action: impl Into<String>) -> Self {
        self.action = Some(safe(action.into()));
        self
    }

    /// The button as a view.
    pub fn view(self) -> AnyView {
        let (name, value) = self.sends.unzip();
        view! {
            <button
                type="submit"
                name=name
                value=value
                formaction=self.action
                data-prevent-double-click="true"
                class=self.class
                data-module="govuk-button"
            >
                {self.text}
            </button>
        }
        .into_any()
    }
}

super::stands_in_a_view!(Button);

/// A link that looks like a button, for going on without sending anything.
pub fn button_link(href: impl Into<String>, text: impl Into<String>) -> AnyView {
    view! {
        <a href=safe(href.into()) role="button" draggable="false" class="govuk-button" data-module="govuk-button">
            {text.into()}
        </a>
    }
    .into_any()
}

/// The large button of a start page.
pub fn start_button(href: impl Into<String>, text: impl Into<String>) -> AnyView {
    view! {
        <a
            href=safe(href.into())
            role="button"
            draggable="false"
            class="govuk-button govuk-button--start"
            data-module="govuk-button"
        >
            {text.into()}
            <svg
                class="govuk-button__start-icon"
                xmlns="http://www.w3.org/2000/svg"
                width="17.5"
                height="19"
                viewBox="0 0 33 40"
                aria-hidden="true"
                focusable="false"
            >
                <path fill="currentColor" d="M0 0h13l20 20-20 20H0l20-20z"></path>
            </svg>
        </a>
    }
    .into_any()
}

/// Buttons and links side by side.
pub fn buttons(items: impl IntoIterator<Item = AnyView>) -> AnyView {
    view! { <div class="govuk-button-group">{items.into_iter().collect_view()}</div> }.into_any()
}
