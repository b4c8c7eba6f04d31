//! The navigation between the pages of one thing: overview, timeline, contacts of a case.

use leptos::prelude::*;

use super::content::safe;

/// Links to the pages of one thing. Each is a page of its own, so this needs no scripting.
#[derive(Clone, Debug)]
pub struct SubNavigation {
    label: String,
    items: Vec<(String, String, bool)>,
}

impl SubNavigation {
    /// A navigation without links. `label` names it for screen readers: "Case".
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), items: Vec::new() }
    }

    /// Adds a link; `current` says that the person is on that page.
    #[must_use]
    pub fn item(mut self, text: impl Into<String>, href: impl Into<String>, current: bool) -> Self {
        self.items.push((text.into(), safe(href.into()), current));
        self
    }

    /// The navigation as HTML.
    pub fn view(self) -> AnyView {
        let items: Vec<_> = self
            .items
            .into_iter()
            .map(|(text, href, current)| {
                view! {
                    <li class="moj-sub-navigation__item">
                        <a class="moj-sub-navigation__link" aria-current=current.then_some("page") href=href>{text}</a>
                    </li>
                }
            })
            .collect();
        view! {
            <nav class="moj-sub-navigation" aria-label=self.label>
                <ul class="moj-sub-navigation__list">{items}</ul>
            </nav>
        }
        .into_any()
    }
}

super::stands_in_a_view!(SubNavigation);
