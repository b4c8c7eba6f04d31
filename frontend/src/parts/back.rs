//! The way back: a back link on pages that ask one question, breadcrumbs elsewhere, never both.

use leptos::prelude::*;

use super::content::safe;

/// A back link to `href`. Each page names it itself, so that it leads to the same place however somebody came.
pub fn back_link(href: impl Into<String>) -> AnyView {
    view! { <a href=safe(href.into()) class="govuk-back-link">"Back"</a> }.into_any()
}

/// The place of a page in the site: pairs of text and address, from the top downwards, without the page itself.
pub fn breadcrumbs<T: Into<String>, H: Into<String>>(trail: impl IntoIterator<Item = (T, H)>) -> AnyView {
    let items: Vec<_> = trail
        .into_iter()
        .map(|(text, href)| {
            view! {
                <li class="govuk-breadcrumbs__list-item">
                    <a class="govuk-breadcrumbs__link" href=safe(href.into())>{text.into()}</a>
                </li>
            }
        })
        .collect();
    view! {
        <nav class="govuk-breadcrumbs" aria-label="Breadcrumb">
            <ol class="govuk-breadcrumbs__list">{items}</ol>
        </nav>
    }
    .into_any()
}
