//! The acts that record when the child was seen or at school, and strike out what is wrong of it.

use std::cmp::Reverse;

use super::act::{ACT, Act, always};
use super::tracing::DATE_HINT;
use crate::acts::done;
use crate::documents::casework::Sighting;
use crate::documents::changes;
use crate::documents::inputs::{RecordSightingInput, StrikeSightingInput};
use crate::prelude::*;
use crate::vocabulary::SightingKind;
use crate::when::date;

pub(super) const RECORD: Act = Act {
    path: "sighting",
    title: "Record when the child was seen or at school",
    in_state: always,
    questions: |_, ask| {
        view! {
            {ask.radios("kind", "What are you recording?").bold().words::<SightingKind>()}
            {ask.date("on", "On which day?").hint(DATE_HINT)}
            {ask
                .text("account", "Where, and who saw the child")
                .optional()
                .hint("For a day at school, which school it was")}
            {ask.text("source", "Who told us?")}
        }
        .into_any()
    },
    send: |api, to, form| {
        let input = RecordSightingInput {
            case: to.id,
            kind: SightingKind::parse(form.get("kind")),
            on: form.day("on"),
            account: form.some("account"),
            source: form.text("source"),
        };
        done(changes::record_sighting(api, input), "Sighting recorded")
    },
    ..ACT
};

pub(super) const STRIKE: Act = Act {
    path: "strike-sighting",
    title: "Strike out a day that is wrong",
    in_state: always,
    on_page: |case| standing(case.sightings.as_ref()).next().is_some(),
    questions: |about, ask| {
        let told: Vec<_> = standing(about.case.sightings.as_ref()).collect();
        let mut days: Vec<_> = told.iter().map(|one| (one.kind, one.on)).collect();
        days.sort_by_key(|(kind, on)| (Reverse(*on), kind.code()));
        days.dedup();
        let field = days.iter().fold(ask.radios("on", "Which day is wrong?").bold(), |field, (kind, on)| {
            let of_day = told.iter().filter(|one| (one.kind, one.on) == (*kind, *on)).map(|one| said(one));
            let words = format!("{}, {}: {}", kind.label(), date(*on), of_day.collect::<Vec<_>>().join("; "));
            field.option(format!("{} {on}", kind.code()), words)
        });
        view! {
            {inset(paragraph("The timeline keeps who told of it, and that you struck it out. Everything that is told of that day is struck out: record again what is right of it."))}
            {field}
            {ask.textarea("reason", "Why is it wrong?").most(4_000)}
        }
        .into_any()
    },
    send: |api, to, form| {
        let chosen = form.text("on");
        let (kind, on) = chosen.split_once(' ').unwrap_or_default();
        let input = StrikeSightingInput {
            case: to.id,
            kind: SightingKind::parse(kind),
            on: on.to_owned(),
            reason: form.text("reason"),
        };
        done(changes::strike_sighting(api, input), "Sighting struck out")
    },
    ..ACT
};

/// What is told, and by whom.
fn said(one: &Sighting) -> String {
    match &one.account {
        Some(account) => format!("{account} (told by {})", one.source),
        None => format!("told by {}", one.source),
    }
}

/// What was not struck out.
fn standing(told: Option<&Vec<Sighting>>) -> impl Iterator<Item = &Sighting> {
    told.into_iter().flatten().filter(|one| one.struck.is_none())
}
