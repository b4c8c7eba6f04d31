//! A timeline: what happened, in the order it is given, newest first on every page.

use chrono::SecondsFormat;
use leptos::prelude::*;

use crate::documents::casework::TimelineEntry;
use crate::when::day_and_time;

/// Entries in time, as a builder.
#[derive(Debug, Default)]
pub struct Timeline {
    entries: Vec<Entry>,
}

/// A thing that happened.
#[derive(Debug)]
pub struct Entry {
    /// What happened, in a few words.
    pub title: String,
    /// The name of whoever did it; `None` if it happened by itself, as when a date passed.
    pub by: Option<String>,
    /// The time as ISO 8601, for the `datetime` attribute.
    pub datetime: String,
    /// The time in words: "4 June 2026 at 9:32am".
    pub when: String,
    /// Further details; `None` if the title says it all.
    pub body: Option<AnyView>,
}

impl Timeline {
    /// A timeline without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an entry after those before it.
    #[must_use]
    pub fn entry(mut self, entry: Entry) -> Self {
        self.entries.push(entry);
        self
    }

    /// The timeline as HTML.
    pub fn view(self) -> AnyView {
        let items: Vec<_> = self.entries.into_iter().map(Entry::view).collect();
        view! { <div class="moj-timeline">{items}</div> }.into_any()
    }
}

impl From<&TimelineEntry> for Entry {
    fn from(entry: &TimelineEntry) -> Self {
        let details: Vec<_> = entry
            .details
            .iter()
            .map(|detail| {
                view! {
                    <li class="app-typed"><strong>{detail.label.clone()} ":"</strong> " " {detail.value.clone()}</li>
                }
            })
            .collect();
        Self {
            title: entry.title.clone(),
            by: Some(entry.by.clone()).filter(|by| !by.is_empty()),
            datetime: entry.at.to_rfc3339_opts(SecondsFormat::Secs, true),
            when: day_and_time(entry.at),
            body: (!details.is_empty()).then(|| view! { <ul class="govuk-list">{details}</ul> }.into_any()),
        }
    }
}

impl Entry {
    fn view(self) -> AnyView {
        let by = self.by.map(|by| view! { <p class="moj-timeline__byline">{format!("by {by}")}</p> });
        let body = self.body.map(|body| view! { <div class="moj-timeline__description">{body}</div> });
        view! {
            <div class="moj-timeline__item">
                <div class="moj-timeline__header">
                    <h2 class="moj-timeline__title">{self.title}</h2>
                    " "
                    {by}
                </div>
                <p class="moj-timeline__date">
                    <time datetime=self.datetime>{self.when}</time>
                </p>
                {body}
            </div>
        }
        .into_any()
    }
}

super::stands_in_a_view!(Timeline);

impl FromIterator<Entry> for Timeline {
    fn from_iter<I: IntoIterator<Item = Entry>>(entries: I) -> Self {
        Self { entries: entries.into_iter().collect() }
    }
}
