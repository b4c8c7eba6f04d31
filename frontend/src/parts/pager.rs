//! The way through a long list: by cursor, or by number where the number of pages is known.

use leptos::prelude::*;

use super::content::safe;

/// Links to the previous and the next page of a list read by cursor.
#[derive(Clone, Debug, Default)]
pub struct Pager {
    showing: Option<String>,
    previous: Option<String>,
    next: Option<String>,
}

impl Pager {
    /// No links yet; a list of a single page shows none.
    pub fn new() -> Self {
        Self::default()
    }

    /// What is shown: "Showing 1 to 25 of 312".
    #[must_use]
    pub fn showing(mut self, showing: impl Into<String>) -> Self {
        self.showing = Some(showing.into());
        self
    }

    /// Where the page before this is, if there is one.
    #[must_use]
    pub fn previous(mut self, href: Option<String>) -> Self {
        self.previous = href.map(safe);
        self
    }

    /// Where the page after this is, if there is one.
    #[must_use]
    pub fn next(mut self, href: Option<String>) -> Self {
        self.next = href.map(safe);
        self
    }

    /// The links as a view.
    pub fn view(self) -> AnyView {
        let showing = self.showing.map(|showing| view! { <p class="govuk-body">{showing}</p> });
        let links = (self.previous.is_some() || self.next.is_some()).then(|| {
            view! {
                <nav class="govuk-pagination" aria-label="Pagination">
                    {self.previous.map(previous)} {self.next.map(next)}
                </nav>
            }
        });
        view! { {showing} {links} }.into_any()
    }
}

super::stands_in_a_view!(Pager);

fn previous(href: String) -> AnyView {
    view! {
        <div class="govuk-pagination__prev">
            <a class="govuk-link govuk-pagination__link" href=href rel="prev">
                <svg
                    class="govuk-pagination__icon govuk-pagination__icon--prev"
                    xmlns="http://www.w3.org/2000/svg"
                    height="13"
                    width="15"
                    aria-hidden="true"
                    focusable="false"
                    viewBox="0 0 15 13"
                >
                    <path d="m6.5938-0.0078125-6.7266 6.7266 6.7441 6.4062 1.377-1.449-4.1856-3.9768h12.896v-2h-12.984l4.2931-4.293-1.414-1.414z"></path>
                </svg>
                <span class="govuk-pagination__link-title">
                    "Previous" <span class="govuk-visually-hidden">" page"</span>
                </span>
            </a>
        </div>
    }
    .into_any()
}

fn next(href: String) -> AnyView {
    view! {
        <div class="govuk-pagination__next">
            <a class="govuk-link govuk-pagination__link" href=href rel="next">
                <span class="govuk-pagination__link-title">
                    "Next" <span class="govuk-visually-hidden">" page"</span>
                </span>
                <svg
                    class="govuk-pagination__icon govuk-pagination__icon--next"
                    xmlns="http://www.w3.org/2000/svg"
                    height="13"
                    width="15"
                    aria-hidden="true"
                    focusable="false"
                    viewBox="0 0 15 13"
                >
                    <path d="m8.107-0.0078125-1.4136 1.414 4.2926 4.293h-12.986v2h12.896l-4.1855 3.9766 1.377 1.4492 6.7441-6.4062-6.7246-6.7266z"></path>
                </svg>
            </a>
        </div>
    }
    .into_any()
}

/// Numbered pages: the first, the last, and those beside the current one. Nothing for a single page.
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
        let class = if here { "govuk-pagination__item govuk-pagination__item--current" } else { "govuk-pagination__item" };
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
    let before = (current > 1).then(|| previous(safe(href(current - 1))));
    let after = (current < total).then(|| next(safe(href(current + 1))));
    let nav = view! {
        <nav class="govuk-pagination" aria-label="Pagination">
            {before} <ul class="govuk-pagination__list">{items}</ul> {after}
        </nav>
    };
    Some(nav.into_any())
}
