//! One case: who it is about, what is owed, all that was done, and what can be done next.

use axum::extract::Path;
use cynic::QueryBuilder;

use super::act::{ACTS, home, is_offered};
use super::{break_glass, history, roll, sections};
use crate::api::{Refusal, sentence};
use crate::documents::casework::{Case, WholeCase, WholeVars};
use crate::parts::case::{identity, state_tag, whereabouts_tag};
use crate::parts::due::all_due;
use crate::parts::flag::flags;
use crate::prelude::*;
use crate::reply::Reply;
use crate::visit::Visit;
use crate::when::{date, day};

/// The page of a case.
pub(super) async fn show(visit: Visit, Path(reference): Path<String>, Queried(query): Queried) -> Reply {
    let before = query.some("before").and_then(|seq| seq.parse().ok());
    let found = visit.api.run(WholeCase::build(WholeVars { reference: reference.clone(), before })).await?;
    let case = match found.case {
        Some(case) => case,
        None if visit.who.is_none() => return Err(Refusal::Unauthenticated),
        None => return break_glass::stub(&visit, &reference, Form::new(), &Faults::new()).await,
    };
    let title = format!("Case {}", case.reference);
    let chrome = visit.chrome().await;
    Ok(Page::new(title.clone()).trail([("Cases", "/cases")]).wide().render(&chrome, || {
        view! {
            {identity(&case.child.child, &case.reference, case.risk)}
            {h1(title)}
            {break_glass::banner(&case)}
            {sections::unconfirmed_call(&case)}
            {sections::unsafe_home(&case)}
            {sections::found_at_address(&case)}
            {standing(&case)}
            {flags(case.escalations.iter().flatten(), &visit.site.mash_phone)}
            {actions(&case)}
            {sections::child(&case)}
            {sections::family(&case)}
            {sections::school(&case)}
            {sections::enquiries(&case)}
            {sections::placements(&case)}
            {roll::section(&case)}
            {sections::referrals(&visit, &case)}
            {history::timeline(&case, before)}
        }
        .into_any()
    }))
}

/// Where the case stands, and what is owed next.
fn standing(case: &Case) -> AnyView {
    let items = case.open_items.as_deref().unwrap_or_default();
    let items: Vec<_> = items.iter().map(|item| view! { <li>{sentence(item)}</li> }).collect();
    let open = (!items.is_empty()).then(|| {
        view! {
            {h2("Still unanswered")}
            <ul class="govuk-list govuk-list--bullet">{items}</ul>
        }
    });
    let mut list = SummaryList::new()
        .row("State", state_tag(case.state))
        .row("Whereabouts", view! { {case.whereabouts.map(whereabouts_tag)} }.into_any())
        .row("Due", all_due(case.clocks.as_deref().unwrap_or_default()))
        .row("Officer", case.officer.as_ref().map_or_else(|| "Nobody yet".to_owned(), |officer| officer.name.clone()))
        .row("Statutory status", case.statutory_status.map(Word::label))
        .row("Worked by", case.service_route.map(Word::label))
        .row("Opened", case.opened_at.map(day).unwrap_or_default());
    if let Some(since) = case.missing_since {
        list = list.row("Missing education since", date(since));
    }
    if let Some(restriction) = case.restriction {
        let readers = case.readers.as_deref().unwrap_or_default();
        let readers: Vec<&str> = readers.iter().map(|reader| reader.name.as_str()).collect();
        list =
            list.row("Restricted", tag(restriction.label(), Colour::Purple)).row("Can be read by", readers.join(", "));
    }
    if let Some(closed) = case.closed_at {
        list = list.row("Closed", day(closed));
    }
    if let Some(outcome) = case.outcome {
        list = list.row("Outcome", outcome.label());
    }
    let proposed = case.proposed_outcome.map(|outcome| {
        warning_text(format!("An outcome was proposed and waits for a second person: {}", outcome.label()))
    });
    view! { {proposed} {list} {open} }.into_any()
}

/// Everything this person can do to the case as a whole.
fn actions(case: &Case) -> Option<AnyView> {
    let links: Vec<_> = ACTS
        .iter()
        .filter(|act| !act.is_of_item() && is_offered(act, case))
        .map(|act| view! { <li>{link(act.href(&home(&case.reference), ""), act.link(case))}</li> })
        .collect();
    let list = (!links.is_empty()).then(|| {
        view! {
            {h2("What you can do")}
            <ul class="govuk-list govuk-list--spaced">{links}</ul>
        }
    });
    list.map(IntoAny::into_any)
}
