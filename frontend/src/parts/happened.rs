//! What happened in a case or to a referral, with who and when. What must not live here: how a timeline looks (`timeline`).

use chrono::SecondsFormat;

use crate::documents::casework::TimelineEntry;
use crate::prelude::*;
use crate::when::day_and_time;

/// These facts, in the order in which they are given.
pub(crate) fn happened(entries: &[TimelineEntry]) -> AnyView {
    entries.iter().map(entry).collect::<Timeline>().view()
}

fn entry(entry: &TimelineEntry) -> Entry {
    let details: Vec<_> = entry
        .details
        .iter()
        .map(|detail| {
            view! {
                <li class="app-typed"><strong>{detail.label.clone()} ":"</strong> " " {detail.value.clone()}</li>
            }
        })
        .collect();
    Entry {
        title: entry.title.clone(),
        by: Some(entry.by.clone()).filter(|by| !by.is_empty()),
        datetime: entry.at.to_rfc3339_opts(SecondsFormat::Secs, true),
        when: day_and_time(entry.at),
        body: (!details.is_empty()).then(|| view! { <ul class="govuk-list">{details}</ul> }.into_any()),
    }
}
