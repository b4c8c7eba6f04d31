//! Acts on where the child is to be educated: a place is offered, its first day is confirmed, and it may end.

use cynic::Id;

use super::act::{ACT, About, Act};
use super::tracing::{DATE_HINT, PROSE};
use crate::acts::done;
use crate::documents::casework::Placement;
use crate::documents::changes;
use crate::documents::inputs::{ConfirmAttendanceInput, EndPlacementInput, RecordPlacementInput};
use crate::prelude::*;
use crate::vocabulary::PlacementKind;
use crate::when::date;

pub(super) const PLACEMENT: Act = Act {
    path: "placement",
    title: "Record a placement",
    questions: |_, ask| {
        let offer =
            "Until the first day attended is confirmed, a place is an offer and the child is missing education.";
        view! {
            {inset(paragraph(offer))}
            {ask.radios("kind", "What kind of education is it?").bold().words::<PlacementKind>()}
            {ask.text("provider", "School or provider")}
            {ask
                .number("schoolUrn", "School URN")
                .optional()
                .width(10)
                .hint("The 6-digit number of the school, if it has one")}
            {ask.date("startsOn", "When does the child start?").hint(DATE_HINT)}
        }
        .into_any()
    },
    send: |api, to, form| {
        let input = RecordPlacementInput {
            case: to.id,
            version: to.version,
            kind: PlacementKind::parse(form.get("kind")),
            provider: form.text("provider"),
            school_urn: form.some("schoolUrn"),
            starts_on: form.day("startsOn"),
        };
        done(changes::record_placement(api, input), "Placement recorded")
    },
    ..ACT
};

pub(super) const ATTENDANCE: Act = Act {
    path: "placement/{item}/attendance",
    title: "Confirm the first day attended",
    of_item: |about| running(about).is_some_and(|place| place.attended_on.is_none()),
    button: |_| button("Confirm attendance"),
    questions: |about, ask| {
        view! {
            {running(about).map(summary)}
            {ask.date("attendedOn", "What was the first day the child attended?").hint(DATE_HINT)}
            {ask.text("source", "Who confirmed it?").hint("The person at the school or provider")}
        }
        .into_any()
    },
    send: |api, to, form| {
        let input = ConfirmAttendanceInput {
            case: to.id,
            version: to.version,
            placement: Id::new(to.item),
            attended_on: form.day("attendedOn"),
            source: form.text("source"),
        };
        done(changes::confirm_attendance(api, input), "Attendance confirmed")
    },
    ..ACT
};

pub(super) const END: Act = Act {
    path: "placement/{item}/end",
    title: "End the placement",
    of_item: |about| running(about).is_some(),
    button: |_| button("End the placement"),
    questions: |about, ask| {
        view! {
            {running(about).map(summary)}
            {ask
                .date("endedOn", "When did it end?")
                .hint("The first day on which the child had it no more. From that day the child is missing education, unless there is another place.")}
            {ask.textarea("reason", "Why did it end?").most(PROSE)}
        }
        .into_any()
    },
    send: |api, to, form| {
        let input = EndPlacementInput {
            case: to.id,
            version: to.version,
            placement: Id::new(to.item),
            ended_on: form.day("endedOn"),
            reason: form.text("reason"),
        };
        done(changes::end_placement(api, input), "Placement ended")
    },
    ..ACT
};

/// The placement that a form is about, if it has not ended.
fn running(about: &About) -> Option<&Placement> {
    let places = about.case.placements.as_deref().unwrap_or_default();
    places.iter().find(|place| place.id.inner() == about.item && place.ended_on.is_none())
}

fn summary(place: &Placement) -> AnyView {
    SummaryList::new()
        .row("Kind of education", place.kind.label())
        .row("School or provider", place.provider.as_str())
        .row("Starts", date(place.starts_on))
        .row("First day attended", place.attended_on.map_or_else(|| "Not confirmed".to_owned(), date))
        .view()
}
