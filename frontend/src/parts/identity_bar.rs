//! The identity bar: whom a page is about, at the top of every page of a case or referral.

use leptos::prelude::*;

use super::tag::{Colour, badge};

/// The name of a child, the facts that tell two children apart, and the risks that nobody may overlook.
#[derive(Clone, Debug)]
pub struct IdentityBar {
    name: String,
    facts: Vec<(String, String)>,
    badges: Vec<(String, Colour)>,
}

impl IdentityBar {
    /// A bar with this name and nothing more.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), facts: Vec::new(), badges: Vec::new() }
    }

    /// Adds a fact: "Date of birth", "27 March 2014".
    #[must_use]
    pub fn fact(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.facts.push((key.into(), value.into()));
        self
    }

    /// Adds a badge for a risk.
    #[must_use]
    pub fn badge(mut self, text: impl Into<String>, colour: Colour) -> Self {
        self.badges.push((text.into(), colour));
        self
    }

    /// The bar as HTML.
    pub fn view(self) -> AnyView {
        let facts: Vec<_> = self
            .facts
            .into_iter()
            .map(|(key, value)| {
                view! {
                    <div>
                        <dt>{key}</dt>
                        <dd>{value}</dd>
                    </div>
                }
            })
            .collect();
        let facts = (!facts.is_empty()).then(|| view! { <dl class="govuk-body-s app-identity__facts">{facts}</dl> });
        let mut badges = Vec::new();
        for (text, colour) in self.badges {
            badges.push(badge(text, colour));
            badges.push(" ".into_any());
        }
        let badges = (!badges.is_empty()).then(|| view! { <p class="app-identity__badges">{badges}</p> });
        view! {
            <section class="app-identity" aria-label="Child">
                <p class="govuk-heading-m govuk-!-margin-bottom-1">{self.name}</p>
                {facts}
                {badges}
            </section>
        }
        .into_any()
    }
}

super::stands_in_a_view!(IdentityBar);
