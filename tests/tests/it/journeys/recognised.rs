//! A child on file is recognised when somebody refers them again, however many others are on file.

use std::sync::{Arc, Mutex};

use acceptance::prelude::*;
use backend::context::OpContext;
use backend::domain::matching::Person as Described;
use backend::domain::person_name::search_key;
use backend::domain::upn::Upn;
use backend::{service, store};
use chrono::{Datelike, Days, NaiveDate};
use entity::vocabulary::Sex;
use entity::{ChildId, child};
use sea_orm::{ActiveModelTrait, ConnectionTrait, DbBackend, EntityTrait, Statement};

/// How many children are on file, and how many of them are referred again.
const ON_FILE: u32 = 10_000;
const AGAIN: u32 = 40;

const GIVEN: [&str; 10] = ["Muhammad", "Olivia", "Noah", "Amelia", "Oliver", "Isla", "Aisha", "Adam", "Maria", "Jan"];
const FAMILY: [&str; 10] =
    ["Khan", "Smith", "Ahmed", "Jones", "Hussain", "Williams", "Begum", "Taylor", "Patel", "Brown"];

/// One of many children on file with names that many share; no two have the name and the birth date in common.
fn one_of_many(app: &TestApp, n: u32) -> child::Model {
    let of = |names: [&str; 10], n: u32| names[(n % 10) as usize].to_owned();
    let (given_names, family_name) = (of(GIVEN, n), of(FAMILY, n / 10));
    let born = NaiveDate::from_ymd_opt(2010, 9, 2).unwrap() + Days::new(u64::from(n * 7_919 % 4_001));
    let (op, name) = (app.operator(), format!("{family_name} {given_names}"));
    child::Model {
        id: op.new_id(),
        name_key: search_key(&name),
        family_name,
        given_names,
        date_of_birth: Some(born),
        sex: Sex::Unknown,
        upn: Some(upn(n)),
        upn_absence: None,
        nhs_number: None,
        address: None,
        postcode: None,
        address_confidential: false,
        address_was_confidential: false,
        formerly: "[]".to_owned(),
        parents: "[]".to_owned(),
        created_at: op.now(),
        keyed_by: 0,
    }
}

fn upn(n: u32) -> String {
    let of = |letter| format!("{letter}821{n:09}");
    "ABCDEFGHJKLMNPQRTUVWXYZ".chars().map(of).find(|typed| Upn::parse(typed).is_ok()).unwrap()
}

/// Puts them on file as an earlier version stored them, and makes their keys as a migration does. Answers with some.
async fn many_children(app: &TestApp) -> Vec<child::Model> {
    let children: Vec<child::Model> = (0..ON_FILE).map(|n| one_of_many(app, n)).collect();
    let db = app.db().for_migration();
    for some in children.chunks(1_000) {
        let rows = some.iter().map(|row| child::ActiveModel::from(row.clone()).reset_all());
        child::Entity::insert_many(rows).exec_without_returning(db).await.unwrap();
    }
    assert_eq!(service::child::make_keys(app.db()).await.unwrap(), u64::from(ON_FILE));
    assert_eq!(service::child::make_keys(app.db()).await.unwrap(), 0, "a second time there is nothing to do");
    db.execute_unprepared("ANALYZE").await.unwrap();
    children.into_iter().step_by((ON_FILE / AGAIN) as usize).collect()
}

/// A school's or the public's referral of the very child.
fn again(child: &child::Model, with_upn: bool, public: bool) -> given::NewReferral {
    let born = child.date_of_birth.unwrap();
    let referral = if public { given::referral().from_the_public() } else { given::referral() };
    let referral = referral
        .of(&child.given_names, &child.family_name)
        .answering("dateOfBirth-day", &born.day().to_string())
        .answering("dateOfBirth-month", &born.month().to_string())
        .answering("dateOfBirth-year", &born.year().to_string());
    match &child.upn {
        Some(upn) if with_upn => referral.answering("upn", upn).answering("upnAbsence", ""),
        _ => referral,
    }
}

/// Who is offered first for a referral.
async fn offered_first(officer: &Staff, referral: &str) -> Option<ChildId> {
    const MATCHES: &str = "query($referral: String!) {
        referral(reference: $referral) { matches { child { id } score likely } }
    }";
    let answer = officer.ask(MATCHES, json!({ "referral": referral })).await.sound();
    let first = answer.at("/referral/matches/0");
    assert_eq!(first["likely"], true, "{first}");
    first["child"]["id"].as_str()?.parse().ok()
}

on_both_engines! {
    async fn each_of_forty_is_recognised_among_ten_thousand(app: TestApp) {
        let known = many_children(&app).await;
        let officer = app.officer().await;
        // One contact may send no more than sixty in an hour.
        let contacts = [given::contact_somewhere(&app).await, given::contact_somewhere(&app).await];
        let contact = &contacts[0];
        let mut found = 0;
        for (n, child) in known.iter().enumerate() {
            for with_upn in [true, false] {
                let referral = again(child, with_upn, n % 4 == 0).by(&contacts[n % 2]).at(&app).await;
                found += u32::from(offered_first(&officer, &referral.reference).await == Some(child.id));
            }
        }
        assert_eq!(found, 2 * AGAIN);

        let named = &known[7];
        let typo = given::referral().of(&named.given_names, &named.family_name).answering("upn", &named.upn.clone().unwrap());
        let referral = typo.answering("upnAbsence", "").by(contact).at(&app).await;
        assert_eq!(offered_first(&officer, &referral.reference).await, Some(named.id), "the UPN alone finds them");

        let page = officer.visit(&format!("/triage/{}", referral.reference)).await;
        page.says("Likely").says(&format!("{} {}", named.given_names, named.family_name));
        let form = officer.visit(&page.link("Open a case")).await;
        assert!(form.body.contains(&named.id.to_string()), "the child is offered when a case is opened");

        let partner = app.partner("Luton Health", &[Scope::ChildLookup]).await;
        let lookup = "query($input: ChildLookupInput!) { childLookup(input: $input) { matched } }";
        let asked = json!({ "input": {
            "familyName": named.family_name, "givenNames": named.given_names, "upn": named.upn,
            "dateOfBirth": named.date_of_birth, "purpose": "Registration", "reference": "H-1",
        } });
        assert_eq!(partner.ask(lookup, asked).await.sound().at("/childLookup/matched"), true);
    }

    async fn no_look_up_reads_every_child(app: TestApp) {
        let known = many_children(&app).await;
        let told = Arc::new(Mutex::new(Vec::new()));
        let mut db = app.db().clone();
        let heard = Arc::clone(&told);
        db.observe(move |statement| heard.lock().unwrap().push(statement.clone()));
        let read = db.read.clone();
        let council = Arc::new(app.inner().config.council.clone());
        let op = OpContext::new(app.manager().await.viewer(), app.now(), db, council, app.inner().keyring.clone(), String::new());
        let whole = Described::of(&known[3]);
        let nameless = Described::told(("", ""), whole.date_of_birth, None, Some("LU1 2AB"));
        let dateless = Described { date_of_birth: None, upn: None, ..whole.clone() };
        for described in [whole, nameless, dateless] {
            store::child::candidates(&op, &read, &described).await.unwrap();
        }

        let statements: Vec<Statement> = told.lock().unwrap().clone();
        assert!(statements.len() > 6, "{statements:?}");
        for statement in statements {
            let plan = plan(&app, &statement).await;
            let scans = |line: &String| match app.db().backend() {
                DbBackend::Sqlite => line.starts_with("SCAN child"),
                _ => line.contains("Seq Scan on child"),
            };
            assert!(!plan.iter().any(scans), "{statement}\n{plan:#?}");
        }
    }
}

/// How the engine would answer a statement, line by line.
async fn plan(app: &TestApp, statement: &Statement) -> Vec<String> {
    let (explain, column) = match app.db().backend() {
        DbBackend::Sqlite => ("EXPLAIN QUERY PLAN", "detail"),
        _ => ("EXPLAIN", "QUERY PLAN"),
    };
    let asked = Statement::from_string(app.db().backend(), format!("{explain} {statement}"));
    let rows = app.db().read.query_all_raw(asked).await.unwrap();
    rows.iter().map(|row| row.try_get("", column).unwrap()).collect()
}
