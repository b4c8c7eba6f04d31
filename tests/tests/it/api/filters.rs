//! Every filter of every list, given and obeyed.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use acceptance::database::tamper;
use acceptance::prelude::*;
use async_graphql::Positioned;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{InputValueDefinition, TypeKind, TypeSystemDefinition};
use backend::domain::proposal::Typed;
use backend::service;
use chrono::Duration;
use entity::vocabulary::ProposalKind;
use entity::{ReferralId, ReportGroupId, referral, report_group};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

/// A list: what asks for it, with whichever filter is written in, and who does.
struct List {
    name: &'static str,
    asker: StaffRole,
    nodes: &'static str,
    filters: &'static [Filter],
}

/// One filter: its name, what it is given, and what every row that it leaves is like.
type Filter = (&'static str, fn(&World) -> Value, fn(&World, &Value) -> bool);

/// Of each list a row that its filters leave, and one that they take away.
struct World {
    contact: given::Contact,
    officer: String,
    referral: String,
    group: String,
    /// The other report of the group, which is no riskier.
    peer: String,
}

const LISTS: &[List] = &[
    List {
        name: "cases",
        asker: StaffRole::CmeOfficer,
        nodes: "reference state whereabouts overdue flagged proposedOutcome officer { id } school { urn } child { familyName }",
        filters: &[
            ("state", |_| json!(["OPEN"]), |_, row| row["state"] == "OPEN"),
            ("whereabouts", |_| json!(["UNKNOWN"]), |_, row| row["whereabouts"] == "UNKNOWN"),
            (
                "schoolUrn",
                |world| json!(world.contact.school.urn),
                |world, row| row["school"]["urn"] == world.contact.school.urn.as_str(),
            ),
            ("officer", |world| json!(world.officer), |world, row| row["officer"]["id"] == world.officer.as_str()),
            ("unassigned", |_| json!(false), |_, row| !row["officer"].is_null()),
            ("overdue", |_| json!(true), |_, row| row["overdue"] == true),
            ("flagged", |_| json!(true), |_, row| row["flagged"] == true),
            ("proposed", |_| json!(true), |_, row| row["proposedOutcome"] == "UNTRACED_REVIEW"),
            ("search", |_| json!("quill"), |_, row| row["child"]["familyName"] == "Quillfeather"),
        ],
    },
    List {
        name: "referrals",
        asker: StaffRole::CmeOfficer,
        nodes: "reference state origin familyName sentBy school { urn } gatheredWith { id }",
        filters: &[
            ("state", |_| json!(["RECEIVED"]), |_, row| row["state"] == "RECEIVED"),
            ("origin", |_| json!(["PUBLIC"]), |_, row| row["origin"] == "PUBLIC"),
            (
                "schoolUrn",
                |world| json!(world.contact.school.urn),
                |world, row| row["school"]["urn"] == world.contact.school.urn.as_str(),
            ),
            (
                "contact",
                |world| json!(world.contact.id.to_string()),
                |world, row| row["sentBy"] == world.contact.name.as_str(),
            ),
            ("search", |world| json!(world.referral), |world, row| row["reference"] == world.referral.as_str()),
            (
                "gatheredWith",
                |world| json!(world.group),
                |world, row| row["gatheredWith"]["id"] == world.group.as_str(),
            ),
            ("oneOfEachGroup", |_| json!(true), |world, row| row["reference"] != world.peer.as_str()),
        ],
    },
    List {
        name: "schoolContacts",
        asker: StaffRole::CmeOfficer,
        nodes: "name kind state confirmBy school { urn }",
        filters: &[
            ("search", |_| json!("hera"), |_, row| row["name"] == "Hera Head"),
            (
                "schoolUrn",
                |world| json!(world.contact.school.urn),
                |world, row| row["school"]["urn"] == world.contact.school.urn.as_str(),
            ),
            ("state", |_| json!("SUSPENDED"), |_, row| row["state"] == "SUSPENDED"),
            ("kind", |_| json!("HEAD_TEACHER"), |_, row| row["kind"] == "HEAD_TEACHER"),
            ("asked", |_| json!(true), |_, row| !row["confirmBy"].is_null()),
        ],
    },
    List {
        name: "contactProposals",
        asker: StaffRole::CmeOfficer,
        nodes: "state",
        filters: &[("(state)", |_| json!("DECLINED"), |_, row| row["state"] == "DECLINED")],
    },
    List {
        name: "schools",
        asker: StaffRole::CmeOfficer,
        nodes: "name",
        filters: &[("(search)", |_| json!("elmwood"), |_, row| row["name"] == "Elmwood Infant School")],
    },
    List {
        name: "staff",
        asker: StaffRole::Administrator,
        nodes: "state roles",
        filters: &[
            ("state", |_| json!("INVITED"), |_, row| row["state"] == "INVITED"),
            ("role", |_| json!("MANAGER"), |_, row| row["roles"] == json!(["MANAGER"])),
        ],
    },
    List {
        name: "accessNotes",
        asker: StaffRole::Auditor,
        nodes: "at viewer action subject",
        filters: &[
            ("from", |_| json!("2026-11-19"), |_, row| row["at"].as_str() >= Some("2026-11-19")),
            ("to", |_| json!("2026-11-18"), |_, row| row["at"].as_str() < Some("2026-11-19")),
            ("viewer", |_| json!("cmeofficer"), |_, row| row["viewer"] == "Sam CmeOfficer"),
            ("action", |_| json!("SEARCH"), |_, row| row["action"] == "SEARCH"),
            (
                "reference",
                |world| json!(world.referral),
                |world, row| row["subject"] == format!("Referral {}", world.referral),
            ),
            (
                "agency",
                |_| json!("Luton Health"),
                |_, row| row["viewer"].as_str().is_some_and(|who| who.starts_with("Luton Health")),
            ),
        ],
    },
    List {
        name: "events",
        asker: StaffRole::Auditor,
        nodes: "at by kind subject",
        filters: &[
            ("from", |_| json!("2026-11-19"), |_, row| row["at"].as_str() >= Some("2026-11-19")),
            ("to", |_| json!("2026-11-18"), |_, row| row["at"].as_str() < Some("2026-11-19")),
            ("by", |_| json!("mira"), |_, row| row["by"] == "Mira Manager"),
            ("kind", |_| json!("CASE_OPENED"), |_, row| row["kind"] == "CASE_OPENED"),
            (
                "reference",
                |world| json!(world.referral),
                |world, row| row["subject"].as_str().is_some_and(|what| what.contains(&world.referral)),
            ),
        ],
    },
];

impl World {
    async fn made(app: &TestApp) -> Self {
        let op = app.op(app.manager().await.viewer());
        let school = given::school(app, "Elmwood Infant School").await;
        let contact = given::head_teacher(app, &school).await;
        let away = given::contact_somewhere(app).await;
        service::contact::suspend(&op, away.id, 1, "Left the school".to_owned()).await.unwrap();
        let add = Typed {
            kind: Some(ProposalKind::Add),
            name: "Nia New".to_owned(),
            job: "Secretary".to_owned(),
            email: "nia@school.example".to_owned(),
            ..Typed::default()
        };
        let head = app.op(contact.viewer());
        let declined = service::proposal::propose(&head, add.clone()).await.unwrap();
        service::proposal::decline(&op, declined, 1, "Not yet".to_owned()).await.unwrap();
        let add = Typed { email: "another@school.example".to_owned(), ..add };
        service::proposal::propose(&head, add).await.unwrap();

        let invite = service::staff::Invite {
            name: "Ivo Invited".to_owned(),
            email: "ivo@luton.example".to_owned(),
            roles: vec![StaffRole::CmeOfficer],
        };
        service::staff::invite(&app.operator(), invite).await.unwrap();

        let officer = app.manager().await.id;
        let mine = given::case().from(given::referral().by(&contact)).with(officer).flagged().at(app).await;
        let other = given::case().of("Someone", "Else").standing(CaseState::Placement).at(app).await;
        let changed = format!(
            "UPDATE \"case\" SET due_on = '2027-01-15', whereabouts = 'known_reported', \
             proposed_outcome = 'untraced_review' WHERE reference = '{}'",
            other.reference
        );
        tamper(app.db(), &changed).await;
        tamper(app.db(), &format!("UPDATE \"case\" SET due_on = '2026-11-02' WHERE reference = '{}'", mine.reference))
            .await;
        let referral = given::referral().of("Alone", "Quill").by(&contact).at(app).await;
        let first = given::referral().from_the_public().answering("harm", "YES").at(app).await;
        let peer = given::referral().from_the_public().at(app).await;
        let group = gathered(app, [first.id, peer.id]).await;
        tamper(app.db(), "UPDATE school_contact SET asked_at = '2027-01-01T00:00:00Z' WHERE name = 'Hera Head'").await;
        Self {
            contact,
            officer: officer.to_string(),
            referral: referral.reference,
            group: group.to_string(),
            peer: peer.reference,
        }
    }
}

/// A group of these reports of harm.
async fn gathered(app: &TestApp, reports: [ReferralId; 2]) -> ReportGroupId {
    let op = app.operator();
    let id: ReportGroupId = op.new_id();
    let row = report_group::ActiveModel {
        id: Set(id),
        origin: Set("somewhere".to_owned()),
        one_origin: Set(true),
        began_at: Set(op.now()),
        ends_at: Set(op.now()),
        reports: Set(2),
        listed: Set(2),
        digested_at: Set(None),
    };
    let inserted = report_group::Entity::insert(row).exec_without_returning(app.db().for_migration()).await;
    inserted.expect("a group can be added");
    let gathered = referral::ActiveModel { report_group_id: Set(Some(id)), ..Default::default() };
    let of_these = referral::Entity::update_many().set(gathered).filter(referral::Column::Id.is_in(reports));
    of_these.exec(app.db().for_migration()).await.expect("reports can be gathered");
    id
}

/// What each list may be narrowed by, as the schema has it: the fields of its filter, and in brackets its own arguments.
fn narrowings() -> BTreeMap<String, BTreeSet<String>> {
    let (mut inputs, mut lists) = (BTreeMap::new(), Vec::new());
    for definition in parse_schema(backend::graphql::sdl()).unwrap().definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let name = definition.node.name.node.to_string();
        match definition.node.kind {
            TypeKind::InputObject(input) => {
                inputs.insert(name, input.fields);
            }
            TypeKind::Object(object) if name == "Query" => lists = object.fields,
            _ => {}
        }
    }
    let named = |input: &Positioned<InputValueDefinition>| input.node.name.node.to_string();
    let lists = lists.into_iter().filter(|list| list.node.ty.node.to_string().ends_with("Connection!"));
    let mut all = BTreeMap::new();
    for list in lists {
        let mut names = BTreeSet::new();
        for argument in &list.node.arguments {
            let of = argument.node.ty.node.to_string();
            match (named(argument).as_str(), inputs.get(of.trim_end_matches('!'))) {
                // The page that is wanted narrows nothing.
                ("first" | "after" | "before" | "sort", _) => {}
                (_, Some(fields)) => names.extend(fields.iter().map(named)),
                // What must be said chooses a list.
                (name, None) if argument.node.ty.node.nullable => {
                    names.insert(format!("({name})"));
                }
                (_, None) => {}
            }
        }
        if !names.is_empty() {
            all.insert(list.node.name.node.to_string(), names);
        }
    }
    all
}

#[test]
fn every_filter_of_the_schema_is_given() {
    let given: BTreeMap<String, BTreeSet<String>> = LISTS
        .iter()
        .map(|list| (list.name.to_owned(), list.filters.iter().map(|(name, ..)| (*name).to_owned()).collect()))
        .collect();
    assert_eq!(given, narrowings(), "LISTS and the schema differ");
}

async fn rows(browser: &Browser, list: &List, arguments: &str) -> Vec<Value> {
    let List { name, nodes, .. } = list;
    let answer =
        browser.ask(&format!("{{ {name}(first: 100{arguments}) {{ nodes {{ {nodes} }} }} }}"), json!({})).await;
    answer.sound().at(&format!("/{name}/nodes")).as_array().expect("a list").clone()
}

/// A value as it stands in a question: what is written in capital letters is a code.
fn written(value: &Value) -> String {
    match value {
        Value::Array(values) => format!("[{}]", values.iter().map(written).collect::<Vec<_>>().join(", ")),
        Value::String(code) if code.chars().all(|c| c.is_ascii_uppercase() || c == '_') => code.clone(),
        value => value.to_string(),
    }
}

on_both_engines! {
    async fn each_filter_leaves_what_it_names_and_nothing_else(app: TestApp) {
        let world = World::made(&app).await;
        app.partner("Luton Health", &[Scope::CaseSharedRead]).await.ask("{ cases { nodes { reference } } }", json!({})).await;
        let mut askers = BTreeMap::new();
        let searched = "{ cases(filter: { search: \"quill\" }) { nodes { reference } } }";
        for list in LISTS {
            if let Entry::Vacant(unknown) = askers.entry(list.asker) {
                if list.asker == StaffRole::Auditor {
                    app.wait(Duration::days(1));
                }
                let staff = app.staff(&format!("Sam {:?}", list.asker), &[list.asker]).await;
                staff.ask(searched, json!({})).await;
                unknown.insert(staff);
            }
            let browser = askers[&list.asker].browser();
            let all = rows(browser, list, "").await;
            for (name, given, holds) in list.filters {
                let value = written(&given(&world));
                let arguments = match name.strip_prefix('(').and_then(|name| name.strip_suffix(')')) {
                    Some(argument) => format!(", {argument}: {value}"),
                    None => format!(", filter: {{ {name}: {value} }}"),
                };
                let left = rows(browser, list, &arguments).await;
                let called = format!("{} with {name}: {value}", list.name);
                assert!(!left.is_empty(), "{called} finds nothing of {all:#?}");
                assert!(left.iter().all(|row| holds(&world, row)), "{called} finds too much: {left:#?}");
                let lost: Vec<_> = all.iter().filter(|row| holds(&world, row) && !left.contains(row)).collect();
                assert!(lost.is_empty(), "{called} finds too little, without {lost:#?}");
                assert!(!all.iter().all(|row| holds(&world, row)), "{called} has nothing to take away from {all:#?}");
            }
        }
    }
}
