//! The desk: what is late and what is due for whoever is signed in, what belongs to nobody, and how long each thing may
//! take.
//!
//! What must not live here: what is done about it, on the pages of cases and referrals.

use axum::Router;
use axum::routing::get;
use cynic::QueryBuilder;

use crate::documents::desk::{ClockRow, ClockRule, Clocks, Desk, DeskVars, Rules, YearStatistics};
use crate::parts::case::risk_badge;
use crate::parts::due::clock_due;
use crate::prelude::*;
use crate::reply::Reply;
use crate::visit::Visit;
use crate::vocabulary::{ClockKind, ClockUnit, Risk};
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
    Router::new().route(DESK, get(show)).route(RULES, get(rules))
}

/// `GET /desk`.
async fn show(visit: Visit) -> Reply {
    let may = visit.may();
    // Whoever works no cases is the MASH.
    let kinds = (!may.work_cases).then(|| SAFETY.to_vec());
    let vars = DeskVars {
        own: may.work_cases,
        kinds,
        nobodys: may.work_cases,
        all: may.oversee,
        safety: Some(SAFETY.to_vec()),
    };
    let Desk { late, today, week, nobodys, in_danger, everybodys, year } = visit.api.run(Desk::build(vars)).await?;
    Ok(Page::new("Your desk").wide().render(&visit.chrome().await, || {
        view! {
            {h1("Your desk")}
            {in_danger.map(|clocks| section("Late for a child’s safety", "Nothing is late for a child’s safety.", clocks, true))}
            {section("Late", "Nothing is late.", late, false)}
            {section("Due today", "Nothing else is due today.", today, false)}
            {section("Due in the next 7 days", "Nothing else is due in the next 7 days.", week, false)}
            {nobodys.map(|clocks| section("Nobody’s", "Nothing that you may read is without an officer.", clocks, false))}
            {everybodys.map(|clocks| section("Late for anybody", "Nothing is late for anybody.", clocks, true))}
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

fn section(title: &'static str, nothing: &'static str, clocks: Clocks, with_officer: bool) -> AnyView {
    let Clocks { nodes, more } = clocks;
    if nodes.is_empty() {
        return view! { {h2(title)} {paragraph(nothing)} }.into_any();
    }
    let shown = nodes.len();
    let more = more.then(|| {
        let all = link("/cases?overdue=yes", "all cases of which something is late");
        view! { <p class="govuk-body">{format!("These are the first {shown}. See ")} {all} "."</p> }
    });
    let table = Table::new(title).quiet().scrolls().columns(["Child", "Due", "What is due"]);
    let table = if with_officer { table.column("Officer") } else { table };
    let rows = nodes.into_iter().filter_map(|clock| row(clock, with_officer));
    let table = rows.fold(table, Table::row);
    view! { {h2(title)} {more} {table} }.into_any()
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
            "more": true,
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
        holds(&asked.reads(), &[r#""own":true"#, r#""kinds":null"#, r#""nobodys":true"#, r#""all":false"#]);
    }

    #[tokio::test]
    async fn a_manager_sees_what_is_late_for_anybody_and_the_hub_everything_it_may_read() {
        let year = json!({ "from": "2025-09-01", "children": { "display": "0" }, "episodes": { "display": "0" } });
        let (manager, _) = at_work(MANAGER, json!({ "clocks": clocks(), "yearStatistics": year }), None);
        ask(router(), &manager, DESK, None).await.shows(&["Late for anybody", "Sam Officer", "Nobody yet"]);
        let (hub, asked) = at_work(LIAISON, json!({ "clocks": { "nodes": [], "more": false } }), None);
        let seen = ask(router(), &hub, DESK, None).await;
        seen.shows(&["Nothing is late.", "Nothing else is due today."]);
        holds(&asked.reads(), &[r#""own":false"#, "MASH_ANSWER", r#""nobodys":false"#, r#""all":false"#]);
    }
}
