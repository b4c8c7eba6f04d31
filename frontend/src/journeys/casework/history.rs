//! Everything that happened in a case, with who and when.

use crate::documents::casework::Case;
use crate::prelude::*;

/// As many as the document asks for.
const AT_ONCE: usize = 50;

/// The timeline, newest first; `before` says that newer events were left out.
pub(super) fn timeline(case: &Case, before: Option<i32>) -> AnyView {
    let entries = case.timeline.as_deref().unwrap_or_default();
    let home = format!("/cases/{}", case.reference);
    let newest = before.map(|_| paragraph_link(format!("{home}#timeline"), "Newest events"));
    let oldest = entries.last().filter(|oldest| entries.len() >= AT_ONCE && oldest.seq > 1);
    let older = oldest.map(|entry| paragraph_link(format!("{home}?before={}#timeline", entry.seq), "Older events"));
    let content = if entries.is_empty() {
        paragraph("Nothing to show.")
    } else {
        entries.iter().map(Entry::from).collect::<Timeline>().view()
    };
    view! {
        <section id="timeline">
            {h2("Timeline")}
            {newest}
            {content}
            {older}
        </section>
    }
    .into_any()
}

fn paragraph_link(href: String, text: &str) -> AnyView {
    view! { <p class="govuk-body">{link(href, text)}</p> }.into_any()
}
