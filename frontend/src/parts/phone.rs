//! Telephone numbers as links.

use leptos::prelude::*;

use super::content::link;

/// A telephone number as a link that dials it. It is never broken over two lines.
pub fn phone_link(number: &str) -> AnyView {
    let dial: String = number.chars().filter(|letter| letter.is_ascii_digit() || *letter == '+').collect();
    view! { <span class="app-phone">{link(format!("tel:{dial}"), number)}</span> }.into_any()
}

/// A paragraph with a telephone number in it: `before` the number, and `after` it.
pub fn call_paragraph(before: &str, number: &str, after: &str) -> AnyView {
    view! { <p class="govuk-body">{before.to_owned()} {phone_link(number)} {after.to_owned()}</p> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::to_html;

    #[test]
    fn a_number_can_be_dialled_and_stands_between_its_texts() {
        let html = to_html(|| call_paragraph("Call the team on ", "+44 1632 960 001", ", please."));
        assert!(html.contains("href=\"tel:+441632960001\""), "{html}");
        assert!(html.contains("Call the team on "), "{html}");
        assert!(html.contains(", please."), "{html}");
    }
}
