//! The pages of a long list: by cursor, or by number where the number of pages is known.

use leptos::prelude::*;

use super::content::safe;
use crate::documents::PageInfo;

/// Links to the previous and the next page of a list that is read by cursor.
#[derive(Clone, Debug, Default)]
pub struct Pager {
    showing: Option<String>,
    previous: Option<String>,
    next: Option<String>,
}

impl Pager {
    /// A pager without links, which shows nothing. That is also the pager of a list of a single page.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a line that says what is shown: "Showing 1 to 25 of 312".
    #[must_use]
    pub fn showing(mut self, showing: impl Into<String>) -> Self {
        self.showing = Some(showing.into());
        self
    }

    /// Sets the address of the previous page; `None` on the first.
    #[must_use]
    pub fn previous(mut self, href: Option<String>) -> Self {
        self.previous = href.map(safe);
        self
    }

    /// Sets the address of the next page; `None` on the last.
    #[must_use]
    pub fn next(mut self, href: Option<String>) -> Self {
        self.next = href.map(safe);
        self
    }

    /// The links as HTML.
    pub fn view(self) -> AnyView {
        let showing = self.showing.map(|showing| view! { <p class="govuk-body">{showing}</p> });
        let links = (self.previous.is_some() || self.next.is_some()).then(|| {
            view! {
                <nav class="govuk-pagination govuk-pagination--block" aria-label="Pagination">
                    {self.previous.map(|href| previous(href, Stand::Alone))}
                    {self.next.map(|href| next(href, Stand::Alone))}
                </nav>
            }
        });
        view! { {showing} {links} }.into_any()
    }
}

super::stands_in_a_view!(Pager);

/// Whether the links to the previous and the next page stand alone, or at both ends of page numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stand {
    Alone,
    BesideNumbers,
}

impl Stand {
    fn title(self, text: &'static str) -> AnyView {
        let class = match self {
            Self::Alone => "govuk-pagination__link-title govuk-pagination__link-title--decorated",
            Self::BesideNumbers => "govuk-pagination__link-title",
        };
        view! { <span class=class>{text} <span class="govuk-visually-hidden">" page"</span></span> }.into_any()
    }
}

fn previous(href: String, stand: Stand) -> AnyView {
    let arrow = arrow(
        "govuk-pagination__icon govuk-pagination__icon--prev",
        "m6.5938-0.0078125-6.7266 6.7266 6.7441 6.4062 1.377-1.449-4.1856-3.9768h12.896v-2h-12.984l4.2931-4.293-1.414-1.414z",
    );
    view! {
        <div class="govuk-pagination__prev">
            <a class="govuk-link govuk-pagination__link" href=href rel="prev">{arrow} {stand.title("Previous")}</a>
        </div>
    }
    .into_any()
}

fn next(href: String, stand: Stand) -> AnyView {
    let arrow = arrow(
        "govuk-pagination__icon govuk-pagination__icon--next",
        "m8.107-0.0078125-1.4136 1.414 4.2926 4.293h-12.986v2h12.896l-4.1855 3.9766 1.377 1.4492 6.7441-6.4062-6.7246-6.7266z",
    );
    let title = stand.title("Next");
    let inside = match stand {
        Stand::Alone => view! { {arrow} {title} }.into_any(),
        Stand::BesideNumbers => view! { {title} {arrow} }.into_any(),
    };
    view! {
        <div class="govuk-pagination__next">
            <a class="govuk-link govuk-pagination__link" href=href rel="next">{inside}</a>
        </div>
    }
    .into_any()
}

fn arrow(class: &'static str, path: &'static str) -> AnyView {
    view! {
        <svg
            class=class
            xmlns="http://www.w3.org/2000/svg"
            height="13"
            width="15"
            aria-hidden="true"
            focusable="false"
            viewBox="0 0 15 13"
        >
            <path d=path></path>
        </svg>
    }
    .into_any()
}

/// Numbered pages: the first, the last, and the current one with its neighbours; an ellipsis stands for those left out.
/// `None` for a single page.
pub fn pages(current: u32, total: u32, href: impl Fn(u32) -> String) -> Option<AnyView> {
    if total < 2 {
        return None;
    }
    let shown: Vec<u32> =
        (1..=total).filter(|page| *page == 1 || *page == total || page.abs_diff(current) <= 1).collect();
    let mut items = Vec::new();
    let mut last = 0;
    for page in shown {
        if page > last + 1 {
            items.push(
                view! { <li class="govuk-pagination__item govuk-pagination__item--ellipsis">"⋯"</li> }.into_any(),
            );
        }
        last = page;
        let here = page == current;
        let class =
            if here { "govuk-pagination__item govuk-pagination__item--current" } else { "govuk-pagination__item" };
        items.push(
            view! {
                <li class=class>
                    <a
                        class="govuk-link govuk-pagination__link"
                        href=safe(href(page))
                        aria-label=format!("Page {page}")
                        aria-current=here.then_some("page")
                    >
                        {page.to_string()}
                    </a>
                </li>
            }
            .into_any(),
        );
    }
    let before = (current > 1).then(|| previous(safe(href(current - 1)), Stand::BesideNumbers));
    let after = (current < total).then(|| next(safe(href(current + 1)), Stand::BesideNumbers));
    let nav = view! {
        <nav class="govuk-pagination" aria-label="Pagination">
            {before} <ul class="govuk-pagination__list">{items}</ul> {after}
        </nav>
    };
    Some(nav.into_any())
}

/// The pager of a list of the API. `href` makes an address of "after" or "before" and a cursor.
pub(crate) fn pager(info: &PageInfo, href: impl Fn(&str, &str) -> String) -> Pager {
    let cursor = |has: bool, cursor: &Option<String>| cursor.clone().filter(|_| has);
    Pager::new()
        .previous(cursor(info.has_previous_page, &info.start_cursor).map(|cursor| href("before", &cursor)))
        .next(cursor(info.has_next_page, &info.end_cursor).map(|cursor| href("after", &cursor)))
}
