//! The filter of a list. It is a form sent by GET, so that a filtered list has an address; text that names people does
//! not belong in it (`search`).

use leptos::prelude::*;

use super::button::button;
use super::content::safe;

/// The id of the list that is filtered.
const RESULTS: &str = "results";

/// A filter, as a builder: its inputs, and what is selected now.
#[derive(Debug)]
pub struct Filter {
    controls: AnyView,
    selected: Vec<(String, Vec<(String, String)>)>,
    clear: String,
}

impl Filter {
    /// A filter with these inputs. `clear` is the address of the unfiltered list.
    pub fn new(controls: AnyView, clear: impl Into<String>) -> Self {
        Self { controls, selected: Vec::new(), clear: safe(clear.into()) }
    }

    /// Adds a selected value under its category. `without` is the address of the list without it.
    #[must_use]
    pub fn selected(
        mut self,
        category: impl Into<String>,
        text: impl Into<String>,
        without: impl Into<String>,
    ) -> Self {
        let category = category.into();
        let value = (text.into(), safe(without.into()));
        match self.selected.iter_mut().find(|(named, _)| *named == category) {
            Some((_, values)) => values.push(value),
            None => self.selected.push((category, vec![value])),
        }
        self
    }

    /// The filter beside the list, folded away until something is selected, so that the list comes first on a small screen
    /// too. The selected values stand above the list. Sending the filter leads to the list, which on a small screen is far
    /// below the inputs.
    pub fn beside(mut self, list: AnyView) -> AnyView {
        let selected = std::mem::take(&mut self.selected);
        let open = !selected.is_empty();
        let selected = open.then(|| chosen(selected, self.clear.clone()));
        view! {
            <div class="moj-filter-layout">
                <div class="moj-filter-layout__filter">{self.view(open)}</div>
                <div class="moj-filter-layout__content" id=RESULTS>
                    {selected}
                    {list}
                </div>
            </div>
        }
        .into_any()
    }

    /// The inputs as a form, which folds without scripting.
    fn view(self, open: bool) -> AnyView {
        view! {
            <details class="govuk-details app-filter" open=open>
                <summary class="govuk-details__summary">
                    <span class="govuk-details__summary-text">"Filter this list"</span>
                </summary>
                <form method="get" action=format!("#{RESULTS}") novalidate=true>
                    <div class="moj-filter">
                        <div class="moj-filter__content">
                            <div class="moj-filter__options">{button("Apply filters")} {self.controls}</div>
                        </div>
                    </div>
                </form>
            </details>
        }
        .into_any()
    }
}

fn chosen(selected: Vec<(String, Vec<(String, String)>)>, clear: String) -> AnyView {
    let categories: Vec<_> = selected
        .into_iter()
        .map(|(category, values)| {
            let tags: Vec<_> = values
                .into_iter()
                .map(|(text, without)| {
                    view! {
                        <li>
                            <a class="moj-filter__tag" href=without>
                                <span class="govuk-visually-hidden">"Remove this filter"</span> " " {text}
                            </a>
                        </li>
                    }
                })
                .collect();
            view! {
                <h3 class="govuk-heading-s govuk-!-margin-bottom-0">{category}</h3>
                <ul class="moj-filter-tags">{tags}</ul>
            }
        })
        .collect();
    view! {
        <div class="moj-filter__selected">
            <div class="moj-filter__selected-heading">
                <div class="moj-filter__heading-title">
                    <h2 class="govuk-heading-m">"Selected filters"</h2>
                </div>
                " "
                <div class="moj-filter__heading-action">
                    <p>
                        <a class="govuk-link govuk-link--no-visited-state" href=clear>"Clear filters"</a>
                    </p>
                </div>
            </div>
            {categories}
        </div>
    }
    .into_any()
}
