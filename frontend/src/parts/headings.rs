//! Headings.

use leptos::prelude::*;

/// The page's heading, where no label or legend is it.
pub fn h1(text: impl Into<String>) -> AnyView {
    view! { <h1 class="govuk-heading-l">{text.into()}</h1> }.into_any()
}

/// The page's heading with a line above it that says what it is part of.
pub fn h1_captioned(caption: impl Into<String>, text: impl Into<String>) -> AnyView {
    view! {
        <span class="govuk-caption-l">{caption.into()}</span>
        <h1 class="govuk-heading-l">{text.into()}</h1>
    }
    .into_any()
}

/// A heading of the second level.
pub fn h2(text: impl Into<String>) -> AnyView {
    view! { <h2 class="govuk-heading-m">{text.into()}</h2> }.into_any()
}

/// A heading of the third level.
pub fn h3(text: impl Into<String>) -> AnyView {
    view! { <h3 class="govuk-heading-s">{text.into()}</h3> }.into_any()
}
