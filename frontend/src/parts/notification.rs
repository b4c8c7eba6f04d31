//! Notification banners, of which a page has at most one of each kind.

use leptos::prelude::*;

/// A green banner: something succeeded. [`Chrome::flash`](crate::page::Chrome::flash) is shown by it.
pub fn success(text: impl Into<String>) -> AnyView {
    banner("govuk-notification-banner govuk-notification-banner--success", "alert", "Success", text.into())
}

/// A blue banner: something that a reader must know and that is no success. [`Chrome::news`](crate::page::Chrome::news)
/// is shown by it.
pub fn important(text: impl Into<String>) -> AnyView {
    banner("govuk-notification-banner", "region", "Important", text.into())
}

fn banner(class: &'static str, role: &'static str, title: &'static str, text: String) -> AnyView {
    view! {
        <div
            class=class
            role=role
            aria-labelledby="govuk-notification-banner-title"
            data-module="govuk-notification-banner"
        >
            <div class="govuk-notification-banner__header">
                <h2 class="govuk-notification-banner__title" id="govuk-notification-banner-title">{title}</h2>
            </div>
            <div class="govuk-notification-banner__content">
                <p class="govuk-notification-banner__heading">{text}</p>
            </div>
        </div>
    }
    .into_any()
}
