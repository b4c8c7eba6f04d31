//! What happened, newest first.

use leptos::prelude::*;

/// Events in time.
#[derive(Debug, Default)]
pub struct Timeline {
    entries: Vec<Entry>,
}

/// One event.
#[derive(Debug)]
pub struct Entry {
    /// What happened, in a few words.
    pub title: String,
    /// Who did it; nobody for what a clock did.
    pub by: Option<String>,
    /// The time for machines, as ISO 8601.
    pub datetime: String,
    /// The time in words: "4 June 2026 at 9:32am".
    pub when: String,
    /// More about it.
    pub body: Option<AnyView>,
}

impl Timeline {
    /// An empty timeline.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an event.
    #[must_use]
    pub fn entry(mut self, entry: Entry) -> Self {
        self.entries.push(entry);
        self
    }

    /// The timeline as a view.
    pub fn view(self) -> AnyView {
        let items: Vec<_> = self.entries.into_iter().map(Entry::view).collect();
        view! { <div class="moj-timeline">{items}</div> }.into_any()
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
