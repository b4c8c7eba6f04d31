//! One referral: how risky it is and why, what was told, who the child may be, and what can be decided.

use axum::extract::Path;

use super::decide::{DECISIONS, JUDGE, LOOK_AGAIN, home, is_offered, key_of, unlisted};
use super::inbox::{WITHHELD, from, reasons};
use super::{identity, load, restricted_warning, tells_of_harm};
use crate::api::sentence;
use crate::documents::casework::Child;
use crate::documents::family::Sibling;
use crate::documents::form_of;
use crate::documents::referrals::{AlsoWaiting, Judged, Match, Referral, Waiting};
use crate::parts::absence::{age, found_tag, pupil_number, school_days, year_group};
use crate::parts::case::state_tag;
use crate::parts::due::all_due;
use crate::parts::family::siblings;
use crate::parts::flag::flags;
use crate::prelude::*;
use crate::questions::answers::{added, answers_summary, asked_for};
use crate::reply::Reply;
use crate::visit::Visit;
use crate::vocabulary::{AgeStanding, EscalationStage, ReferralOrigin, RiskReason};
use crate::when::{date, day_and_time};
use crate::words::name;

/// The page of a referral.
pub(super) async fn show(visit: Visit, Path(reference): Path<String>) -> Reply {
    let (referral, _) = load(&visit, &reference, false).await?;
    let title = format!("Referral {}", referral.reference);
    let chrome = visit.chrome().await;
    Ok(Page::new(title.clone()).trail([("Triage", "/triage")]).wide().render(&chrome, || {
        view! {
            {identity(&referral)}
            {h1(title)}
            {risk(&visit, &referral)}
            {found_tag(referral.found_at_address == Some(true)).map(|tag| view! { <p class="govuk-body">{tag}</p> })}
            {flags(referral.escalation.iter(), &visit.site.mash_phone)}
            {decided(&referral)}
            {decisions(&referral)}
            {also_waiting(&referral)}
            {matches(&referral)}
            {family(referral.siblings.as_deref())}
            {asked_for("To be asked for", TO_ASK, referral.to_ask.as_deref().unwrap_or_default())}
            {added("Added by the school since".to_owned(), referral.additions.as_deref().unwrap_or_default())}
            {referral
                .school_days
                .as_ref()
                .map(|days| view! { {h2("School days of absence")} {school_days(days)} })}
            {h2("What the referral says")}
            {answers_summary(
                &form_of(referral.answers.as_deref().unwrap_or_default()),
                referral.origin == ReferralOrigin::School,
                referral.to_ask.as_deref().unwrap_or_default(),
            )}
            {referral
                .timeline
                .as_deref()
                .map(|told| view! { <section id="timeline">{h2("What happened")} {told.iter().map(Entry::from).collect::<Timeline>().view()}</section> })}
        }
        .into_any()
    }))
}

const TO_ASK: &str =
    "It was accepted without these, because it points to harm. Whoever sent it was told that we ask for them.";

/// How risky it is and why, and where it came from.
fn risk(visit: &Visit, referral: &Referral) -> AnyView {
    let phone = &visit.site.mash_phone;
    let unheard = referral.escalation.as_ref().is_none_or(|flag| flag.stage == EscalationStage::Raised);
    let waits = referral.decided_at.is_none() && unheard;
    let warning = (tells_of_harm(referral) && waits).then(|| {
        let words = view! {
            "This referral points to harm. Make sure the MASH knows today: call " {phone_link(phone)}
            ". If a child is in immediate danger, call 999."
        };
        warning_text(words.into_any())
    });
    let call = lacks_call(referral)
        .then(|| warning_text("It is not confirmed that 999 was called. Ring the police before anything else."));
    let within = referral.age.as_ref().filter(|age| age.standing == AgeStanding::Within);
    let by_age = within.map(|age| age.year_group.as_str());
    let former = referral.upn.as_deref().zip(referral.upn_former_authority.as_deref());
    let list = SummaryList::new()
        .row("Risk", referral.risk.map_or(WITHHELD, Word::label))
        .row("Why", why(referral.risk_reasons.as_deref()))
        .row("From", from(referral.origin, referral.school.as_ref().map(|school| school.name.clone())))
        .row("Sent by", referral.sent_by.clone())
        .row("Age", age(referral.age.as_ref()))
        .known("Year group", year_group(by_age, referral.out_of_cohort.as_ref()))
        .known("Unique pupil number (UPN)", former.map(|(number, former)| pupil_number(number, Some(former))))
        .row("Received", day_and_time(referral.received_at));
    let clocks = referral.clocks.as_deref().unwrap_or_default();
    let list = if clocks.is_empty() { list } else { list.row("Due", all_due(clocks)) };
    view! { {call} {warning} {list} }.into_any()
}

/// The reasons for the risk, that there are none, or that they are not for this person: never the one for the other.
fn why(told: Option<&[RiskReason]>) -> AnyView {
    match told {
        None => paragraph(WITHHELD),
        Some(told) => reasons(told).unwrap_or_else(|| paragraph("No signs of risk were reported")),
    }
}

/// Whether a child is in immediate danger and nobody confirmed the call to 999.
fn lacks_call(referral: &Referral) -> bool {
    referral.risk_reasons.iter().flatten().any(|reason| *reason == RiskReason::CallNotConfirmed)
}

/// What became of it.
fn decided(referral: &Referral) -> Option<AnyView> {
    let at = referral.decided_at?;
    let mut list = SummaryList::new().row("Decision", referral.state.label()).row("Decided", day_and_time(at));
    if let Some(case) = &referral.case {
        list = list.row("Case", link(format!("/cases/{}", case.reference), case.reference.as_str()));
    }
    if let Some(to) = referral.redirect_to {
        list = list.row("Sent to", to.label());
    }
    if let Some(authority) = referral.authority.clone() {
        list = list.row("Authority", typed(authority));
    }
    if let Some(on) = referral.ask_again_on {
        let overdue = referral.ask_again_overdue.then(|| tag("Overdue", Colour::Red));
        let on = format!("Not yet: ask them again on {}", date(on));
        list = list.row("Acknowledged", view! { {on} " " {overdue} }.into_any());
    }
    if let Some(told) = referral.acknowledged_as.clone() {
        list = list.row("Their reference, and who acknowledged it", typed(told));
    }
    if let Some(reason) = referral.reason.clone() {
        list = list.row("Reason", typed(reason));
    }
    Some(view! { {h2("What was decided")} {list} }.into_any())
}

/// The ways on, the first of them as a button.
fn decisions(referral: &Referral) -> Option<AnyView> {
    let offered = DECISIONS.iter().filter(|act| is_offered(act, referral));
    let ways: Vec<AnyView> = offered
        .enumerate()
        .map(|(place, act)| {
            let href = act.href(&home(referral), "");
            if place == 0 { button_link(href, act.link(referral)) } else { link(href, act.link(referral)) }
        })
        .collect();
    (!ways.is_empty()).then(|| view! { {h2("Decide")} {buttons(ways)} }.into_any())
}

/// Children already known who may be this child. Nothing is said to those who may not see it.
fn matches(referral: &Referral) -> Option<AnyView> {
    let matches = referral.matches.as_deref()?;
    let table = Table::new("Children already known").quiet().scrolls().columns([
        "Child",
        "Date of birth",
        "Unique pupil number (UPN)",
        "Match",
        "Why",
        "Cases",
    ]);
    let table = matches.iter().fold(table, |table, one| table.row(match_row(referral, one)));
    let content = if table.is_empty() {
        paragraph("No child already known looks like this child.")
    } else {
        let other = unlisted(referral).map(|(href, text)| view! { <p class="govuk-body">{link(href, text)}</p> });
        view! { {table} {other} }.into_any()
    };
    let warning = matches
        .iter()
        .filter(|one| one.judged.is_none())
        .find_map(|one| one.restricted.as_ref())
        .map(restricted_warning);
    Some(view! { {h2("Children already known who may be this child")} {warning} {content} }.into_any())
}

/// Other referrals that wait and may be of this child: to open one without the other would make two cases of one child.
fn also_waiting(referral: &Referral) -> Option<AnyView> {
    let others: &[AlsoWaiting] = referral.also_waiting.as_deref().unwrap_or_default();
    let columns = ["Child", "Date of birth", "Match", "Why", "Waiting since"];
    let table = Table::new("Referrals that also wait").quiet().scrolls().columns(columns);
    let table = others.iter().fold(table, |table, one| {
        let Waiting { reference, family_name, given_names, date_of_birth, received_at } = &one.referral;
        let child = name(given_names.as_deref(), family_name.as_deref());
        let child = view! {
            {link(format!("/triage/{reference}"), child)}
            <br/>
            <span class="app-reference">{reference.clone()}</span>
        };
        let row: [Content; 5] = [
            child.into_any().into(),
            date_of_birth.map_or_else(|| "Not known".to_owned(), date).into(),
            how_like(one.likely),
            why_like(referral, reference, &one.reasons, one.judged.as_ref()),
            day_and_time(*received_at).into(),
        ];
        table.row(row)
    });
    (!others.is_empty()).then(|| {
        let heading = "Also waiting: this may be the same child";
        let heading = if others.iter().all(|one| one.judged.is_some()) { "Also waiting" } else { heading };
        let what = "Open one of them as a case, then add those of the same child to it.";
        view! { {h2(heading)} {paragraph(what)} {table} }.into_any()
    })
}

/// How likely two are one child.
fn how_like(likely: bool) -> Content {
    if likely { tag("Likely", Colour::Green) } else { tag("Possible", Colour::Yellow) }.into()
}

/// What speaks for and against two being one child, that somebody judged they are not, and the way to judge or to look
/// again.
fn why_like(referral: &Referral, other: &str, reasons: &[String], judged: Option<&Judged>) -> Content {
    let (act, said) = match judged {
        Some(Judged { by, at }) => {
            let said = format!("Judged another child by {by} on {}.", day_and_time(*at));
            (&LOOK_AGAIN, Some(typed(said)))
        }
        None => (&JUDGE, None),
    };
    let may = referral.may_triage == Some(true);
    let way = may.then(|| link(act.href(&home(referral), other), act.link(referral)));
    view! { {bullets(reasons.iter().map(|reason| sentence(reason)))} {said} {way} }.into_any().into()
}

/// The brothers and sisters whom the referral names, or who name its child; nothing if nobody is known.
fn family(known: Option<&[Sibling]>) -> Option<AnyView> {
    let known = siblings(known?, "/triage")?;
    Some(view! { {h2("Brothers and sisters")} {known} }.into_any())
}

fn match_row(referral: &Referral, one: &Match) -> [Content; 6] {
    let cases: Vec<_> = one
        .cases
        .iter()
        .map(|case| {
            let href = format!("/cases/{}", case.reference);
            view! { <li>{link(href, case.reference.as_str())} " " {state_tag(case.state)}</li> }
        })
        .collect();
    let cases: Content =
        if cases.is_empty() { "None".into() } else { view! { <ul class="govuk-list">{cases}</ul> }.into_any().into() };
    let match_tag = how_like(one.likely);
    let why = why_like(referral, &key_of(one), &one.reasons, one.judged.as_ref());
    let Some(Child { given_names, family_name, date_of_birth, upn, .. }) = &one.child else {
        let case = one.restricted.as_ref().map(|case| case.reference.clone()).unwrap_or_default();
        let case = link(format!("/cases/{case}"), case).into();
        return ["Restricted".into(), "".into(), "".into(), match_tag, why, case];
    };
    [
        name(given_names.as_deref(), family_name.as_deref()).into(),
        date_of_birth.map_or_else(|| "Not known".to_owned(), date).into(),
        upn.clone().unwrap_or_else(|| "None".to_owned()).into(),
        match_tag,
        why,
        cases,
    ]
}
