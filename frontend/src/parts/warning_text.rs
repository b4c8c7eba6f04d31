//! Warning text.

use leptos::prelude::*;

use super::content::Content;

/// A warning with an exclamation mark: what happens if somebody does or does not do something.
pub fn warning_text(content: impl Into<Content>) -> AnyView {
    view! {
        <div class="govuk-warning-text">
            <span class="govuk-warning-text__icon" aria-hidden="true">"!"</span>
            <strong class="govuk-warning-text__text">
                <span class="govuk-visually-hidden">"Warning"</span> " " {content.into()}
            </strong>
        </div>
    }
    .into_any()
}
