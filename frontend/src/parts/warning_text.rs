//! Warning text.

use leptos::prelude::*;

/// A warning with an exclamation mark: what happens if somebody does or does not do something.
pub fn warning_text(text: impl Into<String>) -> AnyView {
    view! {
        <div class="govuk-warning-text">
            <span class="govuk-warning-text__icon" aria-hidden="true">"!"</span>
            <strong class="govuk-warning-text__text">
                <span class="govuk-visually-hidden">"Warning"</span> " " {text.into()}
            </strong>
        </div>
    }
    .into_any()
}
