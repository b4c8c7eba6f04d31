//! What stands in a cell or a value (text, or a view), with links and paragraphs.

use leptos::prelude::*;

/// Text or a view, for the cell of a table or the value of a summary list.
#[derive(Debug)]
pub struct Content(AnyView);

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Self(text.to_owned().into_any())
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Self(text.into_any())
    }
}

impl From<Option<String>> for Content {
    /// `None` reads "Not provided".
    fn from(text: Option<String>) -> Self {
        Self(text.unwrap_or_else(|| "Not provided".to_owned()).into_any())
    }
}

impl From<Option<&str>> for Content {
    fn from(text: Option<&str>) -> Self {
        Self::from(text.map(str::to_owned))
    }
}

impl From<AnyView> for Content {
    fn from(view: AnyView) -> Self {
        Self(view)
    }
}

impl Content {
    /// The content as HTML.
    pub fn view(self) -> AnyView {
        self.0
    }
}

super::stands_in_a_view!(Content);

/// A link. An address that could run a script leads to the top of the page instead.
pub fn link(href: impl Into<String>, text: impl Into<String>) -> AnyView {
    view! { <a class="govuk-link" href=safe(href.into())>{text.into()}</a> }.into_any()
}

/// A link, with `hidden` words that only screen readers read. They tell apart links of the same text, such as "Change".
pub fn link_hidden(href: impl Into<String>, text: impl Into<String>, hidden: impl Into<String>) -> AnyView {
    let hidden = format!(" {}", hidden.into());
    view! {
        <a class="govuk-link" href=safe(href.into())>
            {text.into()} <span class="govuk-visually-hidden">{hidden}</span>
        </a>
    }
    .into_any()
}

/// A paragraph.
pub fn paragraph(text: impl Into<String>) -> AnyView {
    view! { <p class="govuk-body">{text.into()}</p> }.into_any()
}

/// A paragraph for each of the texts.
pub fn paragraphs<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> AnyView {
    texts.into_iter().map(paragraph).collect_view().into_any()
}

/// The texts as a list with bullets; nothing where there are none.
pub fn bullets<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Option<AnyView> {
    let items: Vec<_> = texts.into_iter().map(|text| view! { <li>{text.into()}</li> }).collect();
    (!items.is_empty()).then(|| view! { <ul class="govuk-list govuk-list--bullet">{items}</ul> }.into_any())
}

/// A paragraph of text that somebody typed, with its line breaks.
pub fn typed(text: impl Into<String>) -> AnyView {
    view! { <p class="govuk-body app-typed">{text.into()}</p> }.into_any()
}

/// The address, or `#` if its scheme is none that pages use, such as `javascript:`. Addresses may come from data.
pub(super) fn safe(href: String) -> String {
    let lower = href.trim_start().to_ascii_lowercase();
    let known = ["/", "#", "?", "https://", "http://", "mailto:", "tel:"];
    if known.iter().any(|start| lower.starts_with(start)) || !lower.contains(':') { href } else { "#".to_owned() }
}
