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
                view! { <li>{with_cases(&message)}</li> }.into_any()
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

/// A message with a link to the page of each case that it names, because what stands in the way is there.
fn with_cases(message: &str) -> AnyView {
    let words = message.split_inclusive(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
    let words = words.map(|word| {
        let reference = word.trim_end_matches(|letter: char| !letter.is_ascii_alphanumeric());
        if !is_case(reference) {
            return word.to_owned().into_any();
        }
        let (reference, rest) = (reference.to_owned(), word[reference.len()..].to_owned());
        // Written out, so that nothing stands between the link and the comma after it.
        (view! { <a href=format!("/cases/{reference}")>{reference.clone()}</a> }, rest).into_any()
    });
    words.collect_view().into_any()
}

/// Whether this is the reference of a case, such as C-7K3M-9QX4.
fn is_case(word: &str) -> bool {
    let part = |part: &str| {
        part.len() == 4 && part.chars().all(|letter| letter.is_ascii_digit() || letter.is_ascii_uppercase())
    };
    let mut parts = word.split('-');
    parts.next() == Some("C")
        && parts.next().is_some_and(part)
        && parts.next().is_some_and(part)
        && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_that_is_named_is_a_link() {
        let shown = with_cases("This child has another case, C-7K3M-9QX4, which is open: work that one").to_html();
        let shown = shown.replace("<!>", "");
        assert!(shown.contains("<a href=\"/cases/C-7K3M-9QX4\">C-7K3M-9QX4</a>"), "{shown}");
        assert!(!with_cases("Ring C-1 on 01582 000000, or R-7K3M-9QX4").to_html().contains("href"));
    }
}
