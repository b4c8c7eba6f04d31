//! Details: a line that opens to show more.

use leptos::prelude::*;

use super::content::Content;

/// A line that shows `content` when it is opened. It is closed at first and needs no scripting.
pub fn details(summary: impl Into<String>, content: impl Into<Content>) -> AnyView {
    view! {
        <details class="govuk-details">
            <summary class="govuk-details__summary">
                <span class="govuk-details__summary-text">{summary.into()}</span>
            </summary>
            <div class="govuk-details__text">{content.into()}</div>
        </details>
    }
    .into_any()
}
