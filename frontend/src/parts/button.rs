//! Buttons, and links that look like them. A script stops double clicks; the idempotency key of the form makes sure on
//! the server.

use leptos::prelude::*;

use super::content::safe;

/// A submit button, as a builder.
#[derive(Clone, Debug)]
pub struct Button {
    text: String,
    class: &'static str,
    sends: Option<(String, String)>,
    action: Option<String>,
}

/// A submit button in the colour of the page's main action.
pub fn button(text: impl Into<String>) -> Button {
    Button { text: text.into(), class: "govuk-button", sends: None, action: None }
}

impl Button {
    /// Makes it grey, for an action that is not the page's main one.
    #[must_use]
    pub fn secondary(mut self) -> Self {
        self.class = "govuk-button govuk-button--secondary";
        self
    }

    /// Makes it red, for an action that cannot be undone.
    #[must_use]
    pub fn warning(mut self) -> Self {
        self.class = "govuk-button govuk-button--warning";
        self
    }

    /// Makes it white, for the coloured background of an [`Interruption`](super::Interruption).
    #[must_use]
    pub fn inverse(mut self) -> Self {
        self.class = "govuk-button govuk-button--inverse";
        self
    }

    /// Sends this name and value with the form, to tell which of several buttons was pressed.
    #[must_use]
    pub fn sends(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.sends = Some((name.into(), value.into()));
        self
    }

    /// Sends the form to `action` instead of the form's own address.
    #[must_use]
    pub fn to(mut self, action: impl Into<String>) -> Self {
        self.action = Some(safe(action.into()));
        self
    }

    /// The button as HTML.
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

/// A link that looks like a button, to go on without sending a form.
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

/// A row of buttons and links.
pub fn buttons(items: impl IntoIterator<Item = AnyView>) -> AnyView {
    view! { <div class="govuk-button-group">{items.into_iter().collect_view()}</div> }.into_any()
}
