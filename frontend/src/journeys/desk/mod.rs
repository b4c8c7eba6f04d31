//! The desk: what is late and what is due for whoever is signed in, what belongs to nobody, and how long each thing may
//! take.
//!
//! What must not live here: what is done about it, on the pages of cases and referrals.

use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use cynic::QueryBuilder;

use crate::api::Refusal;
use crate::documents::desk::{
    AllClocks, ClockRow, ClockRule, Clocks, ClocksVars, Desk, DeskVars, Rules, YearStatistics,
};
use crate::documents::inputs::ClockFilter;
use crate::parts::case::risk_badge;
use crate::parts::due::clock_due;
use crate::prelude::*;
use crate::reply::Reply;
use crate::rights::Rights;
use crate::visit::Visit;
use crate::vocabulary::{ClockDue, ClockKind, ClockUnit, Risk};
use crate::when::date;
use crate::words::{counted, name};

const DESK: &str = "/desk";
const RULES: &str = "/desk/times";

/// What is about a child's safety: a manager sees it first, whoever has it, and it is all that the MASH owes.
const SAFETY: [ClockKind; 7] = [
    ClockKind::MashAcknowledgement,
    ClockKind::MashRed,
    ClockKind::MashAnswer,
    ClockKind::MashAmber,
    ClockKind::MashGreen,
    ClockKind::MashConfirmation,
    ClockKind::FlaggedScreening,
];

/// The routes of this journey.
pub fn router() -> Router {
    Router::new().route(DESK, get(show)).route(RULES, get(rules)).route("/desk/{part}", get(whole))
}

/// A part of a desk: its first rows stand on the desk, and all of them on a page of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Safety,
    Late,
    Today,
    Week,
    Nobodys,
    Everybodys,
}

impl Part {
    const ALL: [Self; 6] = [Self::Safety, Self::Late, Self::Today, Self::Week, Self::Nobodys, Self::Everybodys];

    /// The last part of the address of its page.
    fn slug(self) -> &'static str {
        match self {
            Self::Safety => "safety",
            Self::Late => "late",
            Self::Today => "today",
            Self::Week => "week",
            Self::Nobodys => "nobodys",
            Self::Everybodys => "everybodys",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Safety => "Late for a child’s safety",
            Self::Late => "Late",
            Self::Today => "Due today",
            Self::Week => "Due in the next 7 days",
            Self::Nobodys => "Nobody’s",
            Self::Everybodys => "Late for anybody",
        }
    }

    /// What it says while it is empty.
    fn nothing(self) -> &'static str {
        match self {
            Self::Safety => "Nothing is late for a child’s safety.",
            Self::Late => "Nothing is late.",
            Self::Today => "Nothing else is due today.",
            Self::Week => "Nothing else is due in the next 7 days.",
            Self::Nobodys => "Nothing that you may read is without an officer.",
            Self::Everybodys => "Nothing is late for anybody.",
        }
    }

    /// Whether it stands on the desk of somebody with these rights.
    fn is_of(self, may: &Rights) -> bool {
        match self {
            Self::Late | Self::Today | Self::Week => may.list_cases,
            Self::Nobodys => may.work_cases,
            Self::Safety | Self::Everybodys => may.oversee,
        }
    }

    /// The rows of it that the desk begins with, as `documents::desk` asks for them.
    fn filter(self, may: &Rights) -> ClockFilter {
        let own = ClockFilter { mine: may.work_cases, unassigned: false, due: None, kinds: kinds(may) };
        let anybodys = ClockFilter { mine: false, unassigned: false, due: None, kinds: None };
        match self {
            Self::Safety => ClockFilter { due: Some(ClockDue::Late), kinds: Some(SAFETY.to_vec()), ..anybodys },
            Self::Late => ClockFilter { due: Some(ClockDue::Late), ..own },
            Self::Today => ClockFilter { due: Some(ClockDue::Today), ..own },
            Self::Week => ClockFilter { due: Some(ClockDue::Week), ..own },
            Self::Nobodys => ClockFilter { unassigned: true, ..anybodys },
            Self::Everybodys => ClockFilter { due: Some(ClockDue::Late), ..anybodys },
        }
    }

    /// Whether its rows say whose they are.
    fn is_of_many(self) -> bool {
        matches!(self, Self::Safety | Self::Everybodys)
    }
}

/// What the desk of somebody with these rights is narrowed to: whoever works no cases is the MASH.
fn kinds(may: &Rights) -> Option<Vec<ClockKind>> {
    (!may.work_cases).then(|| SAFETY.to_vec())
}

/// `GET /desk/{part}`: all of one part, a page at a time.
async fn whole(visit: Visit, Path(part): Path<String>, Queried(query): Queried) -> Reply {
    let part = Part::ALL.into_iter().find(|one| one.slug() == part).ok_or(Refusal::NotFound)?;
    visit.require(part.is_of(&visit.may()))?;
    let here = format!("{DESK}/{}", part.slug());
    let after = query.some("after");
    let within = after.is_some();
    let vars = ClocksVars { filter: part.filter(&visit.may()), after };
    let Clocks { nodes, next } = match visit.api.run(AllClocks::build(vars)).await {
        Ok(found) => found.clocks,
        // A page that never was.
        Err(Refusal::Invalid(_)) if within => return Ok(Redirect::to(&here).into_response()),
        Err(refusal) => return Err(refusal),
    };
    Ok(Page::new(part.title()).trail([("Your desk", DESK)]).wide().render(&visit.chrome().await, || {
        let first = within.then(|| view! { <p class="govuk-body">{link(here.clone(), "Go to the first page")}</p> });
        let list = if nodes.is_empty() { paragraph(part.nothing()) } else { rows(part, nodes) };
        let next = next.map(|next| {
            let after = form_urlencoded::Serializer::new(String::new()).append_pair("after", &next).finish();
            format!("{here}?{after}")
        });
        view! { {h1(part.title())} {first} {list} {Pager::new().next(next)} }.into_any()
    }))
}

/// `GET /desk`.
async fn show(visit: Visit) -> Reply {
    let may = visit.may();
    let vars = DeskVars {
        own: may.work_cases,
        kinds: kinds(&may),
        nobodys: may.work_cases,
        all: may.oversee,
        safety: Some(SAFETY.to_vec()),
    };
    let Desk { late, today, week, nobodys, in_danger, everybodys, year } = visit.api.run(Desk::build(vars)).await?;
    Ok(Page::new("Your desk").wide().render(&visit.chrome().await, || {
        view! {
            {h1("Your desk")}
            {in_danger.map(|clocks| section(Part::Safety, clocks))}
            {section(Part::Late, late)}
            {section(Part::Today, today)}
            {section(Part::Week, week)}
            {nobodys.map(|clocks| section(Part::Nobodys, clocks))}
            {everybodys.map(|clocks| section(Part::Everybodys, clocks))}
            {year.map(of_year)}
            <p class="govuk-body">{link(RULES, "How long each thing may take, and who is told")}</p>
        }
        .into_any()
    }))
}

/// How many children were missing education in this school year, so far as the viewer may read their cases.
fn of_year(year: YearStatistics) -> AnyView {
    let YearStatistics { from, children, episodes } = year;
    let children = counted(&children.display, "child was", "children were");
    let episodes = counted(&episodes.display, "episode", "episodes");
    view! {
        {h2("This school year")}
        {paragraph(format!(
            "Since {}, {children} missing education, in {episodes}: a child who comes back to it counts once, and as a new \
             episode. Only the cases that you may read are counted.",
            date(from),
        ))}
    }
    .into_any()
}

fn section(part: Part, clocks: Clocks) -> AnyView {
    let Clocks { nodes, next } = clocks;
    if nodes.is_empty() {
        return view! { {h2(part.title())} {paragraph(part.nothing())} }.into_any();
    }
    let shown = nodes.len();
    let more = next.map(|_| {
        let all = link_hidden(format!("{DESK}/{}", part.slug()), "See all", part.title().to_lowercase());
        view! { <p class="govuk-body">{format!("These are the first {shown}. ")} {all}</p> }
    });
    view! { {h2(part.title())} {more} {rows(part, nodes)} }.into_any()
}

fn rows(part: Part, nodes: Vec<ClockRow>) -> AnyView {
    let with_officer = part.is_of_many();
    let table = Table::new(part.title()).quiet().scrolls().columns(["Child", "Due", "What is due"]);
    let table = if with_officer { table.column("Officer") } else { table };
    let rows = nodes.into_iter().filter_map(|clock| row(clock, with_officer));
    rows.fold(table, Table::row).view()
}

/// Nothing for a case or referral that may not be read any more.
fn row(clock: ClockRow, with_officer: bool) -> Option<Vec<Content>> {
    let ClockRow { clock, case, referral } = clock;
    let officer = case.as_ref().and_then(|case| case.officer.as_ref()).map(|officer| officer.name.clone());
    let (href, reference, child, risk) = match (case, referral) {
        (Some(case), _) => {
            let child = name(case.child.given_names.as_deref(), case.child.family_name.as_deref());
            (format!("/cases/{}", case.reference), case.reference, child, case.risk)
        }
        (None, Some(referral)) => {
            let child = name(referral.given_names.as_deref(), referral.family_name.as_deref());
            (format!("/triage/{}", referral.reference), referral.reference, child, referral.risk)
        }
        (None, None) => return None,
    };
    let risk = risk.filter(|risk| matches!(risk, Risk::Immediate | Risk::High)).map(risk_badge);
    let child = view! { {link(href, child)} " " {risk} <br/> <span class="app-reference">{reference}</span> };
    let mut cells: Vec<Content> = vec![child.into_any().into(), clock_due(&clock).into(), clock.kind.label().into()];
    if with_officer {
        cells.push(officer.unwrap_or_else(|| "Nobody yet".to_owned()).into());
    }
    Some(cells)
}

/// `GET /desk/times`.
async fn rules(visit: Visit) -> Reply {
    let rules = visit.api.run(Rules::build(())).await?.clock_rules;
    Ok(Page::new("How long each thing may take").trail([("Your desk", DESK)]).wide().render(
        &visit.chrome().await,
        || {
            let columns =
                ["What is due", "Within", "Owner is told before", "Manager is told", "Head of service is told"];
            let table = Table::new("Times").quiet().scrolls().columns(columns).column("Where the time comes from");
            let table = rules.into_iter().fold(table, |table, rule| table.row(told(rule)));
            view! {
            {h1("How long each thing may take")}
            {paragraph("Whoever has the case is told when something is late; while nobody has it, every manager is. Of a referral the team’s mailbox is told. The MASH is asked again for an answer that is late, and a school for a new-pupil return.")}
            {table}
        }
        .into_any()
        },
    ))
}

fn told(rule: ClockRule) -> Vec<Content> {
    let ClockRule { kind, length, unit, onto_working_day, safeguarding, warn, manager, head, source } = rule;
    let days = |days: i32| counted(&days.to_string(), "working day", "working days");
    let hours = |hours: i32| counted(&hours.to_string(), "hour", "hours");
    let within = match unit {
        ClockUnit::Hours => hours(length),
        ClockUnit::Days if onto_working_day => {
            format!("{}, then the next working day", counted(&length.to_string(), "day", "days"))
        }
        ClockUnit::Days => counted(&length.to_string(), "day", "days"),
        ClockUnit::WorkingDays if length == 0 => "The same working day".to_owned(),
        ClockUnit::WorkingDays => days(length),
        ClockUnit::Given => "The day that is set".to_owned(),
    };
    let after = |after: i32| match after {
        0 => "When it is late".to_owned(),
        after if safeguarding => format!("{} later", hours(after)),
        after => format!("{} later", days(after)),
    };
    let before = if warn == 0 { "Not before".to_owned() } else { days(warn) };
    vec![kind.label().into(), within.into(), before.into(), after(manager).into(), after(head).into(), source.into()]
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::testing::ask;
    use crate::testing::canned::{at_work, holds};
    use crate::testing::{LIAISON, MANAGER, WORKER};

    fn clocks() -> Json {
        let case = json!({
            "reference": "C-0001", "risk": "HIGH", "child": { "givenNames": "Amina <b>", "familyName": "Hassan" },
            "officer": { "id": "o1", "name": "Sam Officer" },
        });
        let referral =
            json!({ "reference": "R-0001", "risk": "STANDARD", "givenNames": "Ben", "familyName": "Quillfeather" });
        json!({
            "nodes": [
                { "kind": "MASH_ANSWER", "dueOn": "2026-06-10", "lateAt": "2026-06-10T23:00:00Z", "late": true, "case": case },
                { "kind": "FLAGGED_SCREENING", "dueOn": "2026-06-11", "lateAt": "2026-06-11T12:30:00Z", "late": false, "referral": referral },
            ],
            "more": true, "next": "c+1",
        })
    }

    #[tokio::test]
    async fn a_desk_says_what_is_owed_for_whom_and_leads_there() {
        let year = json!({ "from": "2025-09-01", "children": { "display": "1" }, "episodes": { "display": "2" } });
        let (visit, asked) = at_work(WORKER, json!({ "clocks": clocks(), "yearStatistics": year }), None);
        let seen = ask(router(), &visit, DESK, None).await;
        seen.shows(&[
            "Flag to be answered by the MASH",
            "href=\"/cases/C-0001\" class=\"govuk-link\">Amina &lt;b&gt; Hassan</a>",
            "10 June 2026",
            "11 June 2026 at 1:30pm",
            "Overdue",
            "href=\"/triage/R-0001\"",
            "These are the first 2.",
            "Nobody’s",
            "Since 1 September 2025, 1 child was missing education, in 2 episodes",
        ]);
        seen.shows(&["/desk/late\"", "See all", "/desk/today\"", "/desk/week\"", "/desk/nobodys\""]);
        holds(&asked.reads(), &[r#""own":true"#, r#""kinds":null"#, r#""nobodys":true"#, r#""all":false"#]);
    }

    #[tokio::test]
    async fn a_manager_sees_what_is_late_for_anybody_and_the_hub_everything_it_may_read() {
        let year = json!({ "from": "2025-09-01", "children": { "display": "0" }, "episodes": { "display": "0" } });
        let (manager, _) = at_work(MANAGER, json!({ "clocks": clocks(), "yearStatistics": year }), None);
        ask(router(), &manager, DESK, None).await.shows(&["Late for anybody", "Sam Officer", "Nobody yet"]);
        let (hub, asked) = at_work(LIAISON, json!({ "clocks": { "nodes": [], "more": false, "next": null } }), None);
        let seen = ask(router(), &hub, DESK, None).await;
        seen.shows(&["Nothing is late.", "Nothing else is due today."]);
        holds(&asked.reads(), &[r#""own":false"#, "MASH_ANSWER", r#""nobodys":false"#, r#""all":false"#]);
    }

    #[tokio::test]
    async fn each_part_of_a_desk_has_a_page_with_exactly_its_rows() {
        for (part, title, asked_for) in [
            ("safety", "Late for a child’s safety", vec![r#""due":"LATE""#, r#""mine":false"#, "MASH_RED"]),
            ("late", "Late", vec![r#""due":"LATE""#, r#""mine":true"#]),
            ("today", "Due today", vec![r#""due":"TODAY""#, r#""mine":true"#]),
            ("week", "Due in the next 7 days", vec![r#""due":"WEEK""#, r#""mine":true"#]),
            ("nobodys", "Nobody’s", vec![r#""unassigned":true"#, r#""mine":false"#]),
            ("everybodys", "Late for anybody", vec![r#""due":"LATE""#, r#""mine":false"#]),
        ] {
            let (visit, asked) = at_work(MANAGER, json!({ "clocks": clocks() }), None);
            let seen = ask(router(), &visit, &format!("/desk/{part}?after=c0"), None).await;
            let next = format!("/desk/{part}?after=c%2B1");
            seen.shows(&[title, "Go to the first page", "C-0001", "R-0001", &next]);
            holds(&asked.reads(), &asked_for);
            holds(&asked.reads(), &[r#""after":"c0""#]);
        }
        let (visit, asked) = at_work(LIAISON, json!({ "clocks": clocks() }), None);
        ask(router(), &visit, "/desk/late", None).await.shows(&["C-0001"]);
        holds(&asked.reads(), &[r#""mine":false"#, "MASH_ANSWER"]);
        for part in ["nobodys", "everybodys", "safety"] {
            assert_eq!(
                ask(router(), &visit, &format!("/desk/{part}"), None).await.status,
                StatusCode::FORBIDDEN,
                "{part}"
            );
        }
        assert_eq!(ask(router(), &visit, "/desk/elsewhere", None).await.status, StatusCode::NOT_FOUND);
    }
}
