//! Text that stands apart.

use leptos::prelude::*;

use super::content::Content;

/// Text that stands apart from what is around it.
pub fn inset(content: impl Into<Content>) -> AnyView {
    view! { <div class="govuk-inset-text">{content.into()}</div> }.into_any()
}
