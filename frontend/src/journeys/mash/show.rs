//! The flags at a stage, and one flag.

use axum::extract::Path;
use cynic::{Id, QueryBuilder};

use crate::api::Refusal;
use crate::documents::escalation::{
    AtStage, EscalationCount, Escalations, Flag, FlagRow, FlagVars, OneFlag, StageVars, Stages,
};
use crate::parts::case::{at_risk, bar, identity, risk_badge};
use crate::parts::due::all_due;
use crate::parts::flag::{flag_card, flag_home, held_by, rating_badge};
use crate::prelude::*;
use crate::reply::Reply;
use crate::visit::Visit;
use crate::vocabulary::EscalationStage;
use crate::when::day_and_time;
use crate::words::name;

/// `GET /mash`: the flags at one stage, first at the earliest at which any waits.
pub(super) async fn list(visit: Visit, Queried(query): Queried) -> Reply {
    visit.require(visit.may().list_escalations)?;
    let counts = visit.api.run(Stages::build(())).await?.escalation_counts;
    let first = || counts.iter().find(|one| one.count > 0).map_or(EscalationStage::Raised, |one| one.stage);
    let stage = EscalationStage::parse(query.get("stage")).unwrap_or_else(first);
    let flags = visit.api.run(AtStage::build(StageVars { stage })).await?.escalations;
    let drawn = day_and_time(flags.at);
    let chrome = visit.chrome().await;
    Ok(Page::new("MASH flags").wide().render(&chrome, || {
        let tabs = counts.iter().fold(SubNavigation::new("Flags by what they wait for"), |tabs, one| {
            tabs.item(tab(one), format!("/mash?stage={}", one.stage.code()), one.stage == stage)
        });
        view! {
            {h1("MASH flags")}
            {what_cannot_wait(&visit)}
            {tabs}
            {h2(stage.label())}
            {table(flags, stage)}
            <p class="govuk-body">{link(format!("/mash?stage={}", stage.code()), "Look again")} ". This is how it stood " {drawn} "."</p>
        }
        .into_any()
    }))
}

/// What to do with a flag that cannot wait. Whoever works no cases is the MASH itself, and has nobody there to ring.
fn what_cannot_wait(visit: &Visit) -> AnyView {
    let site = &visit.site;
    if !visit.may().work_cases {
        return view! {
            {paragraph("Acknowledge each flag here once it is with you, then rate and answer it.")}
            {call_paragraph("If something in a flag is not clear, ring the children missing education team on ", &site.team_phone, ".")}
        }
        .into_any();
    }
    view! {
        {call_paragraph("Ring the MASH on ", &site.mash_phone, " if a flag cannot wait.")}
        {call_paragraph("Outside office hours, ring ", &site.out_of_hours_phone, ".")}
    }
    .into_any()
}

fn tab(one: &EscalationCount) -> String {
    let count = if one.count > 100 { "more than 100".to_owned() } else { one.count.to_string() };
    format!("{} ({count})", one.stage.label())
}

fn table(flags: Escalations, stage: EscalationStage) -> AnyView {
    let Escalations { nodes, more, at: _ } = flags;
    if nodes.is_empty() {
        return paragraph("No flag waits here that you may read.");
    }
    let shown = nodes.len();
    let more = more.then(|| paragraph(format!("These are the first {shown}.")));
    let last = if stage == EscalationStage::Answered { "Answered" } else { "Due" };
    let table = Table::new(stage.label()).quiet().scrolls().columns(["Child", last, "Flag", "Raised"]);
    let table = nodes.into_iter().map(|flag| row(&flag, stage)).fold(table, Table::row);
    view! { {more} {table} }.into_any()
}

fn row(flag: &FlagRow, stage: EscalationStage) -> Vec<Content> {
    let (child, reference, risk) = match (&flag.case, &flag.referral) {
        (Some(case), _) => {
            let child = name(case.child.given_names.as_deref(), case.child.family_name.as_deref());
            (child, case.reference.clone(), case.risk)
        }
        (None, Some(referral)) => {
            let child = name(referral.given_names.as_deref(), referral.family_name.as_deref());
            (child, referral.reference.clone(), referral.risk)
        }
        (None, None) => (name(None, None), String::new(), None),
    };
    let rating = flag.rating.map(rating_badge);
    let child = view! {
        {link(flag_home(flag.id.inner()), child)} " " {risk.map(risk_badge)} <br/>
        <span class="app-reference">{reference}</span>
    };
    let what = view! { {flag.level.label()} " " {rating} };
    let last: Content = match stage {
        EscalationStage::Answered => {
            let at = flag.answered_at.map(day_and_time).unwrap_or_default();
            view! { {flag.decision.map(Word::label)} <br/> {at} }.into_any().into()
        }
        _ => all_due(&flag.clocks).into(),
    };
    vec![child.into_any().into(), last, what.into_any().into(), day_and_time(flag.raised_at).into()]
}

/// `GET /mash/{id}`: one flag.
pub(super) async fn one(visit: Visit, Path(id): Path<String>) -> Reply {
    let flag = load(&visit, &id).await?;
    let chrome = visit.chrome().await;
    let title = format!("Flag: {}", flag.told.level.label());
    Ok(Page::new(title.clone()).trail([("MASH flags", "/mash")]).wide().render(&chrome, || {
        let case = flag.case.as_ref().map(|case| case.reference.as_str());
        let referral = flag.referral.as_ref().map(|referral| referral.reference.as_str());
        view! {
            {whom(&flag)}
            {h1(title)}
            <p class="govuk-body">{held_by(case, referral)}</p>
            {flag_card(&flag.told, &visit.site.mash_phone).view()}
            {history(&flag)}
        }
        .into_any()
    }))
}

/// What happened to the flag, newest first; nothing while nothing did.
fn history(flag: &Flag) -> Option<AnyView> {
    let entries: Timeline = flag.history.iter().map(Entry::from).collect();
    (!flag.history.is_empty()).then(|| view! { {h2("What happened to it")} {entries} }.into_any())
}

/// A flag, for those who may see it.
pub(super) async fn load(visit: &Visit, id: &str) -> Result<Flag, Refusal> {
    visit.require(visit.may().list_escalations)?;
    let answer = visit.api.run(OneFlag::build(FlagVars { id: Id::new(id) })).await?;
    answer.escalation.ok_or(Refusal::NotFound)
}

/// The bar that says whom a flag is about.
pub(super) fn whom(flag: &Flag) -> AnyView {
    match (&flag.case, &flag.referral) {
        (Some(case), _) => identity(&case.child, &case.reference, case.risk).view(),
        (None, Some(referral)) => {
            let child = name(referral.given_names.as_deref(), referral.family_name.as_deref());
            let bar = bar(child, referral.date_of_birth, &referral.reference, referral.upn.as_deref());
            at_risk(bar, referral.risk).view()
        }
        (None, None) => ().into_any(),
    }
}
