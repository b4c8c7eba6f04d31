//! Panels: the green one that confirms, and the one that stops somebody to make sure.

use leptos::prelude::*;

use super::button::button;
use super::content::{Content, safe};

/// The panel of a confirmation page, whose title is the page's heading. The body is usually a reference.
pub fn panel(title: impl Into<String>, body: impl Into<Content>) -> AnyView {
    view! {
        <div class="govuk-panel govuk-panel--confirmation">
            <h1 class="govuk-panel__title">{title.into()}</h1>
            <div class="govuk-panel__body">{body.into()}</div>
        </div>
    }
    .into_any()
}

/// A panel that asks whether to go on. One button sends the form that it stands in, one link leaves.
#[derive(Debug)]
pub struct Interruption {
    title: String,
    body: Content,
    go_on: String,
    leave: (String, String),
}

impl Interruption {
    /// A panel with this heading and text. `go_on` is the text of the button, `leave` the address and text of the link.
    pub fn new(
        title: impl Into<String>,
        body: impl Into<Content>,
        go_on: impl Into<String>,
        leave: (impl Into<String>, impl Into<String>),
    ) -> Self {
        let leave = (safe(leave.0.into()), leave.1.into());
        Self { title: title.into(), body: body.into(), go_on: go_on.into(), leave }
    }

    /// The panel as HTML, to be put into the form that goes on.
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
