//! Inset text.

use leptos::prelude::*;

use super::content::Content;

/// Text that is set apart from what is around it by a line at its side.
pub fn inset(content: impl Into<Content>) -> AnyView {
    view! { <div class="govuk-inset-text">{content.into()}</div> }.into_any()
}
