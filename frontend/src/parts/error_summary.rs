//! The error summary: what is wrong with a form, at the top of the page.

use leptos::prelude::*;

use crate::form::Ask;

/// The faults of the form, each with a link to its field; `None` if there are none.
/// [`Page::ask`](crate::page::Page::ask) puts it on the page.
pub fn error_summary(ask: Ask<'_>) -> Option<AnyView> {
    if ask.faults.is_empty() {
        return None;
    }
    let items: Vec<_> = ask
        .faults
        .iter()
        .map(|(field, message)| {
            let message = message.to_owned();
            if field.is_empty() {
                view! { <li>{message}</li> }.into_any()
            } else {
                view! { <li><a href=ask.target(field)>{message}</a></li> }.into_any()
            }
        })
        .collect();
    let summary = view! {
        <div class="govuk-error-summary" data-module="govuk-error-summary">
            <div role="alert">
                <h2 class="govuk-error-summary__title">"There is a problem"</h2>
                <div class="govuk-error-summary__body">
                    <ul class="govuk-list govuk-error-summary__list">{items}</ul>
                </div>
            </div>
        </div>
    };
    Some(summary.into_any())
}
