//! Notification banners: at most one on a page.

use leptos::prelude::*;

/// Something went well. [`Chrome::flash`](crate::page::Chrome::flash) shows one by itself.
pub fn success(text: impl Into<String>) -> AnyView {
    banner("govuk-notification-banner govuk-notification-banner--success", "alert", "Success", text.into())
}

/// News: for everybody who uses the service, or of what happened to somebody that is no success.
/// [`Chrome::news`](crate::page::Chrome::news) shows one by itself.
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
