//! The panel of a confirmation page, and the one that stops somebody to make sure.

use leptos::prelude::*;

use super::button::button;
use super::content::{Content, safe};

/// Something is done: its title, and usually a reference.
pub fn panel(title: impl Into<String>, body: impl Into<Content>) -> AnyView {
    view! {
        <div class="govuk-panel govuk-panel--confirmation">
            <h1 class="govuk-panel__title">{title.into()}</h1>
            <div class="govuk-panel__body">{body.into()}</div>
        </div>
    }
    .into_any()
}

/// Stops somebody before they go on: the page's form is sent with a button, or they leave by a link.
#[derive(Debug)]
pub struct Interruption {
    title: String,
    body: Content,
    go_on: String,
    leave: (String, String),
}

impl Interruption {
    /// Asks "are you sure". `leave` is the address and text of the way out.
    pub fn new(
        title: impl Into<String>,
        body: impl Into<Content>,
        go_on: impl Into<String>,
        leave: (impl Into<String>, impl Into<String>),
    ) -> Self {
        let leave = (safe(leave.0.into()), leave.1.into());
        Self { title: title.into(), body: body.into(), go_on: go_on.into(), leave }
    }

    /// The panel as a view; put it in the form that goes on.
    pub fn view(self) -> AnyView {
        let (href, text) = self.leave;
        view! {
            <div class="govuk-panel govuk-panel--interruption">
                <h1 class="govuk-panel__title">{self.title}</h1>
                <div class="govuk-panel__body">{self.body}</div>
                <div class="govuk-panel__actions">
                    <div class="govuk-button-group">
                        {button(self.go_on).inverse()}
                        <a class="govuk-link govuk-link--inverse" href=href>{text}</a>
                    </div>
                </div>
            </div>
        }
        .into_any()
    }
}

super::stands_in_a_view!(Interruption);
