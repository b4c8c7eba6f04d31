//! When something is owed, and whether that is past.
//!
//! What must not live here: what is owed.

use chrono::NaiveDate;
use leptos::prelude::*;

use super::{Colour, tag};
use crate::documents::desk::Clock;
use crate::when::date;

/// A day by which something is owed, with a tag once it is late.
pub(crate) fn due(on: NaiveDate, late: bool) -> AnyView {
    let late = late.then(|| tag("Overdue", Colour::Red));
    view! { <span class="app-line">{date(on)}</span> " " {late} }.into_any()
}

/// Everything that is owed of one thing, each with its day.
pub(crate) fn all_due(clocks: &[Clock]) -> AnyView {
    if clocks.is_empty() {
        return "Nothing due".into_any();
    }
    let items: Vec<_> = clocks
        .iter()
        .map(|clock| view! { <li>{clock.kind.label()} ": " {due(clock.due_on, clock.late)}</li> })
        .collect();
    view! { <ul class="govuk-list">{items}</ul> }.into_any()
}
