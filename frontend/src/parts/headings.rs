//! The headings of a page.

use leptos::prelude::*;

/// The page's heading. Each page has one, which may be a label or legend instead.
pub fn h1(text: impl Into<String>) -> AnyView {
    view! { <h1 class="govuk-heading-l">{text.into()}</h1> }.into_any()
}

/// The page's heading, with a line above it that names what the page is part of.
pub fn h1_captioned(caption: impl Into<String>, text: impl Into<String>) -> AnyView {
    view! {
        <span class="govuk-caption-l">{caption.into()}</span>
        <h1 class="govuk-heading-l">{text.into()}</h1>
    }
    .into_any()
}

/// The heading of a section.
pub fn h2(text: impl Into<String>) -> AnyView {
    view! { <h2 class="govuk-heading-m">{text.into()}</h2> }.into_any()
}

/// The heading of a part of a section.
pub fn h3(text: impl Into<String>) -> AnyView {
    view! { <h3 class="govuk-heading-s">{text.into()}</h3> }.into_any()
}
