//! A summary list: answers or facts, each with a link to change it.

use leptos::prelude::*;

use super::content::{Content, safe};

/// Pairs of key and value, as a builder. A value of `None` reads "Not provided".
#[derive(Debug, Default)]
pub struct SummaryList {
    card: Option<String>,
    card_actions: Vec<Action>,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    key: String,
    value: Content,
    actions: Vec<Action>,
}

#[derive(Debug)]
struct Action {
    text: String,
    href: String,
    hidden: String,
}

impl SummaryList {
    /// A list without rows.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts the list on a card with a title.
    #[must_use]
    pub fn card(mut self, title: impl Into<String>) -> Self {
        self.card = Some(title.into());
        self
    }

    /// Adds a link to the header of the card. It shows only if the list is on a card.
    #[must_use]
    pub fn card_action(mut self, text: impl Into<String>, href: impl Into<String>) -> Self {
        self.card_actions.push(Action { text: text.into(), href: safe(href.into()), hidden: String::new() });
        self
    }

    /// Adds a row. A value that is `None` reads "Not provided".
    #[must_use]
    pub fn row(mut self, key: impl Into<String>, value: impl Into<Content>) -> Self {
        self.rows.push(Row { key: key.into(), value: value.into(), actions: Vec::new() });
        self
    }

    /// Adds a row if there is a value: for what is not there yet, or does not apply, and so lacks nothing.
    #[must_use]
    pub fn known(self, key: impl Into<String>, value: Option<impl Into<Content>>) -> Self {
        match value {
            Some(value) => self.row(key, value),
            None => self,
        }
    }

    /// Adds a "Change" link to the row added last. `hidden` names the row for screen readers: "date of birth".
    #[must_use]
    pub fn change(self, href: impl Into<String>, hidden: impl Into<String>) -> Self {
        self.action("Change", href, hidden)
    }

    /// Adds a link to the row added last. `hidden` names the row for screen readers.
    #[must_use]
    pub fn action(mut self, text: impl Into<String>, href: impl Into<String>, hidden: impl Into<String>) -> Self {
        if let Some(row) = self.rows.last_mut() {
            row.actions.push(Action { text: text.into(), href: safe(href.into()), hidden: hidden.into() });
        }
        self
    }

    /// The list as HTML.
    pub fn view(self) -> AnyView {
        // The design system marks rows without actions only in lists in which other rows have some.
        let some_act = self.rows.iter().any(|row| !row.actions.is_empty());
        // Two cards of a page may hold the same keys, so each link also names its card.
        let card = self.card.as_ref().map(|title| format!("({title})"));
        let rows: Vec<_> = self.rows.into_iter().map(|row| row.view(some_act, card.as_deref())).collect();
        let list = view! { <dl class="govuk-summary-list">{rows}</dl> };
        let Some(title) = self.card else { return list.into_any() };
        let actions =
            actions(self.card_actions, card.as_deref(), "govuk-summary-card__actions", "govuk-summary-card__action");
        view! {
            <div class="govuk-summary-card">
                <div class="govuk-summary-card__title-wrapper">
                    <h2 class="govuk-summary-card__title">{title}</h2>
                    {actions.map(|(links, one)| {
                        if one {
                            view! { <div class="govuk-summary-card__actions">{links}</div> }.into_any()
                        } else {
                            links
                        }
                    })}
                </div>
                <div class="govuk-summary-card__content">{list}</div>
            </div>
        }
        .into_any()
    }
}

impl Row {
    fn view(self, some_act: bool, card: Option<&str>) -> AnyView {
        let alone = some_act && self.actions.is_empty();
        let class = if alone {
            "govuk-summary-list__row govuk-summary-list__row--no-actions"
        } else {
            "govuk-summary-list__row"
        };
        let actions =
            actions(self.actions, card, "govuk-summary-list__actions-list", "govuk-summary-list__actions-list-item");
        view! {
            <div class=class>
                <dt class="govuk-summary-list__key">{self.key}</dt>
                <dd class="govuk-summary-list__value">{self.value}</dd>
                {actions.map(|(links, _)| view! { <dd class="govuk-summary-list__actions">{links}</dd> })}
            </div>
        }
        .into_any()
    }
}

/// The links, and whether there is just one, which then stands without a list of its own.
fn actions(
    actions: Vec<Action>,
    card: Option<&str>,
    list: &'static str,
    item: &'static str,
) -> Option<(AnyView, bool)> {
    let alone = actions.len() == 1;
    let mut links: Vec<AnyView> = actions.into_iter().map(|action| action.view(card)).collect();
    if alone {
        return links.pop().map(|link| (link, true));
    }
    if links.is_empty() {
        return None;
    }
    let items: Vec<_> = links.into_iter().map(|link| view! { <li class=item>{link}</li> }).collect();
    Some((view! { <ul class=list>{items}</ul> }.into_any(), false))
}

impl Action {
    fn view(self, card: Option<&str>) -> AnyView {
        let hidden = [Some(self.hidden.as_str()).filter(|hidden| !hidden.is_empty()), card];
        let hidden: String = hidden.into_iter().flatten().flat_map(|words| [" ", words]).collect();
        let hidden = (!hidden.is_empty()).then(|| view! { <span class="govuk-visually-hidden">{hidden}</span> });
        view! { <a class="govuk-link" href=self.href>{self.text} {hidden}</a> }.into_any()
    }
}

super::stands_in_a_view!(SummaryList);
