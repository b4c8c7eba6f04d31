//! No list, page or search reads a whole table: indexes answer each statement of theirs, however large the register is.

use acceptance::bulk::{Size, fill};
use acceptance::database::column;
use acceptance::prelude::*;
use sea_orm::{ConnectionTrait, DbBackend, Statement};

/// The tables that grow with the years, and the names under which statements look at them.
const LARGE: [&str; 12] = [
    "case",
    "own_case",
    "its_case",
    "event",
    "child",
    "child_key",
    "clock",
    "referral",
    "referral_key",
    "word",
    "access",
    "access_subject",
];

/// Another instance, whose engine reads a whole table only where no index answers. A table of few rows is otherwise read
/// whole although a large one would not be.
async fn averse_to_scans(app: &TestApp) -> TestApp {
    if app.db().backend() == DbBackend::Postgres {
        let name = app.url.rsplit('/').next().unwrap();
        let averse = format!("ALTER DATABASE {name} SET enable_seqscan TO off");
        app.db().for_migration().execute_unprepared(&averse).await.unwrap();
    }
    app.instance().await
}

/// What the engine does to answer a statement, a step a line.
async fn plan(app: &TestApp, statement: &Statement) -> Vec<String> {
    let explain = if app.db().backend() == DbBackend::Sqlite { "EXPLAIN QUERY PLAN" } else { "EXPLAIN" };
    let mut asked = statement.clone();
    asked.sql = format!("{explain} {}", statement.sql);
    let rows = app.db().read.query_all_raw(asked).await.unwrap();
    let column = if app.db().backend() == DbBackend::Sqlite { "detail" } else { "QUERY PLAN" };
    rows.iter().map(|row| row.try_get("", column).unwrap()).collect()
}

/// The large table that a step reads from end to end. To walk an index in the order of a list is no such step, because
/// the list has a limit.
fn scanned(step: &str) -> Option<&str> {
    let of_sqlite = step.strip_prefix("SCAN ").filter(|rest| !rest.contains("INDEX"));
    let of_postgres = step.split_once("Seq Scan on ").map(|(_, rest)| rest);
    let rest = of_sqlite.or(of_postgres)?;
    let mut names = rest.split(' ').map(|name| name.trim_matches('"'));
    names.find(|name| LARGE.contains(name))
}

on_both_engines! {
    async fn no_list_page_or_search_reads_a_whole_table(app: TestApp) {
        fill(&app.url, &app.inner().keyring, Size { cases: 1_000, seed: 7 }, app.now()).await;
        let officer = app.officer().await;
        let listed = officer.visit("/cases").await;
        let reference = listed.all("tbody .app-reference").remove(0);
        let upn = column(app.db(), "SELECT upn FROM child WHERE upn IS NOT NULL LIMIT 1").await.remove(0);
        let name = column(app.db(), "SELECT family_name FROM child LIMIT 1").await.remove(0);
        let postcode = column(app.db(), "SELECT postcode FROM child WHERE postcode IS NOT NULL LIMIT 1").await.remove(0);
        let waiting = given::referral().at(&app).await.reference;
        let me = officer.colleague.id;

        let mut read = Vec::new();
        let lists = [
            "/cases".to_owned(), "/cases?state=CLOSED".to_owned(), "/cases?state=OPEN&state=ENQUIRY".to_owned(),
            format!("/cases?officer={me}"), "/cases?unassigned=yes".to_owned(), "/cases?overdue=yes".to_owned(),
            "/cases?flagged=yes".to_owned(), "/cases?sort=NAME".to_owned(), "/cases?sort=NEWEST".to_owned(),
            "/desk".to_owned(), "/triage".to_owned(), "/triage?show=opened".to_owned(), "/triage?show=redirected".to_owned(),
            format!("/cases/{reference}"), "/".to_owned(),
            format!("/triage/{waiting}"), format!("/triage/{waiting}/open"),
        ];
        for path in lists {
            let (statements, page) = app.statements_of(officer.visit(&path)).await;
            read.push((path.clone(), statements));
            let mut links = page.body.split("href=\"").filter_map(|rest| rest.split('"').next());
            if let Some(next) = links.find(|link| link.contains("after=")).map(|link| link.replace("&amp;", "&")) {
                let (statements, _) = app.statements_of(officer.visit(&next)).await;
                read.push((format!("{path}, the page after"), statements));
            }
        }
        for kind in ["cases", "referrals"] {
            for typed in [&name, &format!("{name} 2014"), &name[..1].to_owned(), &upn, &postcode, &reference, &reference[..6].to_owned(), &reference[7..].to_owned(), &postcode[..5].to_owned(), &"01632 960001".to_owned()] {
                let asked = format!(
                    "query($typed: String!) {{ {kind}(filter: {{ search: $typed }}) {{ nodes {{ reference }} count {{ display }} }} }}"
                );
                let (statements, answer) = app.statements_of(officer.ask(&asked, json!({ "typed": typed }))).await;
                answer.sound();
                read.push((format!("{kind} found by {typed}"), statements));
            }
        }

        let auditor = app.staff("Audrey Auditor", &[StaffRole::Auditor]).await;
        for filter in [
            json!({}), json!({ "by": "olu" }), json!({ "kind": "CASE_OPENED" }), json!({ "reference": reference }),
            json!({ "from": "2026-11-18", "to": "2026-11-18" }), json!({ "kind": "NOTE_ADDED", "to": "2026-11-17" }),
        ] {
            let asked = "query($filter: EventFilter, $after: String) { events(filter: $filter, after: $after) { nodes { by subject } pageInfo { endCursor } } }";
            let (statements, answer) = app.statements_of(auditor.ask(asked, json!({ "filter": filter }))).await;
            read.push((format!("what was done: {filter}"), statements));
            let after = answer.sound().at("/events/pageInfo/endCursor").clone();
            let next = auditor.ask(asked, json!({ "filter": filter, "after": after }));
            let (statements, answer) = app.statements_of(next).await;
            answer.sound();
            read.push((format!("what was done, the page after: {filter}"), statements));
        }
        let contact = given::contact_somewhere(&app).await;
        let school = app.school_contact(&contact).await;
        let (statements, _) = app.statements_of(school.visit("/refer")).await;
        read.push(("a school's home".to_owned(), statements));

        let averse = averse_to_scans(&app).await;
        let mut wrong = Vec::new();
        for (what, statements) in read {
            // The tests themselves look for the notes of each request.
            let asked = |sql: &str| sql.starts_with("SELECT") && !sql.contains("\"access_note\".\"request_id\" =");
            for statement in statements.iter().filter(|statement| asked(&statement.sql)) {
                for step in plan(&averse, statement).await {
                    if let Some(table) = scanned(&step) {
                        wrong.push(format!("{what} reads all of {table} ({step}): {}", statement.sql));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    }
}
