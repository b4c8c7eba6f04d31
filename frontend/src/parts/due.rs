//! When something is owed, and whether that is past.
//!
//! What must not live here: what is owed.

use chrono::NaiveDate;
use leptos::prelude::*;

use super::{Colour, tag};
use crate::documents::clock::Clock;
use crate::vocabulary::ClockKind;
use crate::when::{date, day_and_time};

/// A day by which something is owed, with a tag once it is late.
pub(crate) fn due(on: NaiveDate, late: bool) -> AnyView {
    by(date(on), late)
}

/// When a clock is late: a day, or where hours count a moment.
pub(crate) fn clock_due(clock: &Clock) -> AnyView {
    match clock.kind {
        ClockKind::FlaggedScreening | ClockKind::MashAcknowledgement | ClockKind::MashRed => {
            by(day_and_time(clock.late_at), clock.late)
        }
        _ => due(clock.due_on, clock.late),
    }
}

fn by(when: String, late: bool) -> AnyView {
    let late = late.then(|| tag("Overdue", Colour::Red));
    view! { <span class="app-line">{when}</span> " " {late} }.into_any()
}

/// Everything that is owed of one thing, each with its day. The end of compulsory school age, which the page tells with
/// the child, only once it is past.
pub(crate) fn all_due(clocks: &[Clock]) -> AnyView {
    let owed = |clock: &&Clock| clock.late || clock.kind != ClockKind::AgeEnds;
    let items: Vec<_> = clocks
        .iter()
        .filter(owed)
        .map(|clock| view! { <li>{clock.kind.label()} ": " {clock_due(clock)}</li> })
        .collect();
    if items.is_empty() {
        return "Nothing due".into_any();
    }
    view! { <ul class="govuk-list">{items}</ul> }.into_any()
}
