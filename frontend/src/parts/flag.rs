//! A flag raised with the MASH, alike on the page of a case, of a referral and of the hub.
//!
//! What must not live here: what is done to it (`journeys::mash`).

use leptos::prelude::*;

use super::content::{link, typed};
use super::due::all_due;
use super::{Colour, SummaryList, badge, phone_link, tag, warning_text};
use crate::documents::flag::{AlertDelivery, Escalation, EscalationRights, Relayed};
use crate::vocabulary::{EscalationStage, MashRating};
use crate::when::{date, day_and_time};

/// Where a flag has its page.
pub(crate) fn flag_home(id: &str) -> String {
    format!("/mash/{id}")
}

/// The rating as a badge.
pub(crate) fn rating_badge(rating: MashRating) -> AnyView {
    badge(
        rating.label(),
        match rating {
            MashRating::Red => Colour::Red,
            MashRating::Amber => Colour::Orange,
            MashRating::Green => Colour::Green,
        },
    )
}

/// The flags of a case or a referral, with what is to be done for those that wait. Nothing if there never was one.
pub(crate) fn flags<'a>(flags: impl Iterator<Item = &'a Escalation> + Clone, mash_phone: &str) -> Option<AnyView> {
    flags.clone().next()?;
    let waits = flags.clone().any(|flag| flag.answered_at.is_none());
    let warning = waits.then(|| warning_text("The MASH has not answered a flag."));
    let relayed = flags.clone().any(|flag| flag.stage == EscalationStage::Relayed);
    let relayed = relayed.then(|| {
        warning_text("An answer of the MASH was relayed. It counts once the MASH or a manager has confirmed it.")
    });
    let cards: Vec<_> = flags.map(|flag| flag_card(flag, mash_phone).view()).collect();
    Some(view! { <h2 class="govuk-heading-m">"MASH flags"</h2> {warning} {relayed} {cards} }.into_any())
}

/// One flag as a card: how far it has got, and what can be done next.
pub(crate) fn flag_card(flag: &Escalation, mash_phone: &str) -> SummaryList {
    let list = SummaryList::new()
        .card(format!("{}, raised {}", flag.level.label(), day_and_time(flag.raised_at)))
        .row("Concern", typed(flag.concern.as_str()))
        .row("Rationale", typed(flag.rationale.as_str()))
        .known("Alert", flag.alert.as_ref().map(|alert| delivery(alert, flag.speaks_for_mash, mash_phone)))
        .row("Acknowledged", acknowledged(flag, mash_phone));
    let list = match (flag.rating, flag.stage) {
        (Some(rating), _) => list.row("Rating", rating_badge(rating)),
        (None, EscalationStage::Answered | EscalationStage::Relayed) => list,
        (None, _) => list.row("Rating", "Not yet"),
    };
    let list = list.known("Why it was rated so", flag.rating_reason.clone().map(typed));
    let lowering = flag.lowering.as_ref().map(|lowering| {
        let by = lowering.by.as_ref().map_or_else(|| "the system of the MASH".to_owned(), |by| by.name.clone());
        let at = lowering.at.map(|at| format!(" on {}", day_and_time(at))).unwrap_or_default();
        let words = format!("{}, proposed by {by}{at}: ", lowering.rating.label());
        view! { {words} {typed(lowering.reason.clone().unwrap_or_default())} }.into_any()
    });
    let list = list.known("Lower rating to be agreed", lowering);
    let list = if flag.clocks.is_empty() { list } else { list.row("Due", all_due(&flag.clocks)) };
    let list = match flag.answered_at {
        None => list.row("Answer", tag("Waiting for the MASH", Colour::Red)),
        Some(at) => list
            .row("Answered", day_and_time(at))
            .row("Decision", flag.decision.map(crate::vocabulary::Word::label))
            .row("MASH reference", flag.mash_reference.clone())
            .row("Answer", typed(flag.answer.clone().unwrap_or_default())),
    };
    let list = match &flag.relayed {
        None => list,
        Some(relayed) => list.row("Heard from", heard(relayed)).row("Confirmed", confirmed(relayed)),
    };
    next(list, flag)
}

/// What can be done to the flag now, as links.
fn next(list: SummaryList, flag: &Escalation) -> SummaryList {
    let home = flag_home(flag.id.inner());
    let EscalationRights { may_acknowledge, may_rate, may_answer, may_confirm } = flag.may;
    let answer = if flag.stage == EscalationStage::Relayed { "Answer again" } else { "Record answer" };
    [
        (may_acknowledge, "Acknowledge", "acknowledge"),
        (may_rate, if flag.lowering.is_some() { "Rate or agree" } else { "Rate" }, "rate"),
        (may_confirm, "Confirm", "confirm"),
        (may_answer, answer, "answer"),
    ]
    .into_iter()
    .filter(|(may, ..)| *may)
    .fold(list, |list, (_, text, path)| list.card_action(text, format!("{home}/{path}")))
}

/// How far the alert has got. Whoever is of the MASH reads the flag here already, and need not be rung.
fn delivery(alert: &AlertDelivery, of_mash: bool, mash_phone: &str) -> AnyView {
    match (alert.sent_at, alert.in_trouble) {
        (Some(at), _) => format!("Handed over {}", day_and_time(at)).into_any(),
        (None, false) => format!("Queued {}", day_and_time(alert.queued_at)).into_any(),
        (None, true) if of_mash => view! {
            {tag("Not handed over", Colour::Red)} " Queued " {day_and_time(alert.queued_at)} ", and tried again."
        }
        .into_any(),
        (None, true) => view! {
            {tag("Not handed over", Colour::Red)} " Queued " {day_and_time(alert.queued_at)} ", and tried again. Ring the MASH on "
            {phone_link(mash_phone)} " and record who has it."
        }
        .into_any(),
    }
}

fn acknowledged(flag: &Escalation, mash_phone: &str) -> AnyView {
    match &flag.acknowledgement {
        Some(told) => {
            let how = told.by.label().to_lowercase();
            let name = told.name.clone().map(|name| view! { ": " {typed(name)} });
            view! { {day_and_time(told.at)} ", " {how} {name} }.into_any()
        }
        None if flag.stage == EscalationStage::Raised && flag.speaks_for_mash => {
            let here = flag.may.may_acknowledge.then(|| {
                let form = format!("{}/acknowledge", flag_home(flag.id.inner()));
                view! { " " {link(form, "Acknowledge it here")} " once it is with you." }
            });
            view! { {tag("Not yet", Colour::Red)} {here} }.into_any()
        }
        None if flag.stage == EscalationStage::Raised => view! {
            {tag("Not yet", Colour::Red)} " If it cannot wait, ring the MASH on " {phone_link(mash_phone)}
            " and record who has it."
        }
        .into_any(),
        None => "Not recorded".into_any(),
    }
}

fn heard(relayed: &Relayed) -> AnyView {
    let by = relayed.by.as_ref().map_or("somebody who has left", |by| by.name.as_str());
    let words = format!(", {} on {}; recorded by {by}", relayed.channel.label().to_lowercase(), date(relayed.said_on));
    view! { {typed(relayed.said_by.clone())} {words} }.into_any()
}

fn confirmed(relayed: &Relayed) -> AnyView {
    match relayed.confirmed_at {
        Some(at) => day_and_time(at).into_any(),
        None => view! { {tag("To be confirmed", Colour::Red)} " by the MASH or a manager" }.into_any(),
    }
}

/// A link to what a flag is on.
pub(crate) fn held_by(case: Option<&str>, referral: Option<&str>) -> AnyView {
    match (case, referral) {
        (Some(case), _) => link(format!("/cases/{case}"), format!("Case {case}")),
        (None, Some(referral)) => link(format!("/triage/{referral}"), format!("Referral {referral}")),
        (None, None) => ().into_any(),
    }
}
