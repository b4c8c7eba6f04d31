//! Who may do what to a thing, as a table that people can read; and the database agrees with it about what exists for
//! whom, in every state that a thing can be in.

use std::fmt::Write;
use std::path::PathBuf;

use acceptance::prelude::*;
use backend::domain::policy::{self, CaseAction, CaseFacts, ReferralAction, ReferralFacts};
use backend::domain::viewer::{self, Job, Viewer};
use backend::{service, store};
use entity::vocabulary::{ContactKind, SharedField};
use entity::{AgencyId, ClientId, SchoolContactId, SchoolId, StaffId, TokenId};
use uuid::Uuid;

/// Every kind of viewer, with a name for the table.
fn viewers(school: SchoolId, agency: AgencyId, id: StaffId) -> Vec<(String, Viewer)> {
    let contact = viewer::SchoolContact {
        id: SchoolContactId(Uuid::nil()),
        name: String::new(),
        school,
        kind: ContactKind::Lead,
    };
    let partner = |scopes: &[Scope]| {
        Viewer::Partner(viewer::Partner {
            token: TokenId(Uuid::nil()),
            client: ClientId(Uuid::nil()),
            agency,
            name: String::new(),
            scopes: scopes.iter().copied().collect(),
            fields: SharedField::ALL.iter().copied().collect(),
            purpose: String::new(),
            per_minute: 1,
            per_day: 1,
        })
    };
    let staff = |roles: &[StaffRole]| {
        let roles = roles.iter().copied().collect();
        Viewer::Staff(viewer::Staff { id, name: String::new(), roles })
    };
    let mut viewers = vec![
        ("anybody".to_owned(), Viewer::Anonymous),
        ("the system".to_owned(), Viewer::System(Job::Operator)),
        ("school contact".to_owned(), Viewer::SchoolContact(contact)),
        ("staff: no role".to_owned(), staff(&[])),
        ("partner: no scope".to_owned(), partner(&[])),
    ];
    viewers.extend(StaffRole::ALL.iter().map(|role| (format!("staff: {}", role.code()), staff(&[*role]))));
    viewers.extend(Scope::ALL.iter().map(|scope| (format!("partner: {}", scope.code()), partner(&[*scope]))));
    viewers
}

/// A right that does not depend on a thing.
type Rule = fn(&Viewer) -> bool;

/// A case that differs from others in nothing that counts.
const PLAIN: CaseFacts = CaseFacts { flagged: false, shared: false, restricted: false, named: false, glass: false };

/// Every kind of case; the last five as the viewer stands to it.
const KINDS: [(&str, CaseFacts); 8] = [
    ("plain", PLAIN),
    ("flagged", CaseFacts { flagged: true, ..PLAIN }),
    ("shared", CaseFacts { shared: true, ..PLAIN }),
    ("plain and own", CaseFacts { named: true, ..PLAIN }),
    ("restricted", CaseFacts { restricted: true, ..PLAIN }),
    ("restricted, flagged, shared", CaseFacts { restricted: true, flagged: true, shared: true, ..PLAIN }),
    ("restricted and named", CaseFacts { restricted: true, named: true, ..PLAIN }),
    ("restricted, glass broken", CaseFacts { restricted: true, glass: true, ..PLAIN }),
];

fn row(table: &mut String, name: &str, cells: impl IntoIterator<Item = bool>) {
    write!(table, "  {name:<34}").unwrap();
    for cell in cells {
        write!(table, "{:<17}", if cell { "yes" } else { "-" }).unwrap();
    }
    table.truncate(table.trim_end().len());
    table.push('\n');
}

fn heading(table: &mut String, title: &str, columns: &[String]) {
    write!(table, "\n{title:<36}").unwrap();
    for column in columns {
        write!(table, "{column:<17}").unwrap();
    }
    table.truncate(table.trim_end().len());
    table.push('\n');
}

/// The whole policy as a table.
fn table() -> String {
    let viewers = viewers(SchoolId(Uuid::nil()), AgencyId(Uuid::nil()), StaffId(Uuid::nil()));
    let mut table = String::from("Who may do what. Written by the test `policy_matrix`; compared on every run.\n");
    for (kind, facts) in KINDS {
        let columns: Vec<String> = CaseAction::ALL.iter().map(|action| format!("{action:?}")).collect();
        heading(&mut table, &format!("a {kind} case"), &columns);
        for (name, viewer) in &viewers {
            row(&mut table, name, CaseAction::ALL.iter().map(|action| policy::case(viewer, *action, facts)));
        }
    }
    for (title, own_school, harm, kept) in [
        ("a referral of their school", true, false, false),
        ("a referral that tells of harm", false, true, false),
        ("a referral of a case kept from them", false, false, true),
        ("any other referral", false, false, false),
    ] {
        let columns: Vec<String> = ReferralAction::ALL.iter().map(|action| format!("{action:?}")).collect();
        heading(&mut table, title, &columns);
        for (name, viewer) in &viewers {
            let facts = ReferralFacts { own_school, harm, withheld: kept };
            row(&mut table, name, ReferralAction::ALL.iter().map(|action| policy::referral(viewer, *action, facts)));
        }
    }
    let questions: [(&str, Rule); 15] = [
        ("Agencies", policy::manages_agencies),
        ("ListCases", policy::lists_cases),
        ("Statistics", policy::reads_statistics),
        ("ExactCounts", policy::sees_exact_counts),
        ("Identity", policy::identifies_children),
        ("Casework", policy::reads_casework),
        ("Contacts", policy::manages_contacts),
        ("Mail", policy::manages_mail),
        ("MailAddresses", policy::reads_mail_addresses),
        ("ContactsAlone", policy::decides_contacts_alone),
        ("Staff", policy::manages_staff),
        ("Schools", policy::reads_schools),
        ("FindRestricted", policy::finds_restricted),
        ("ReviewGlass", policy::reviews_break_glass),
        ("AccessNotes", policy::reads_access_notes),
    ];
    heading(&mut table, "in general", &questions.map(|(name, _)| name.to_owned()));
    for (name, viewer) in &viewers {
        row(&mut table, name, questions.iter().map(|(_, may)| may(viewer)));
    }
    table
}

#[test]
#[expect(clippy::disallowed_methods, reason = "UPDATE_SNAPSHOTS=1 says that the change is meant")]
fn the_policy_is_the_one_that_was_reviewed() {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/policy_matrix.txt"));
    let now = table();
    if std::env::var("UPDATE_SNAPSHOTS").is_ok_and(|update| update == "1") {
        std::fs::write(&path, &now).unwrap();
    }
    let reviewed = std::fs::read_to_string(&path).unwrap_or_default();
    let differing = (1..).zip(reviewed.lines().zip(now.lines())).filter(|(_, (reviewed, now))| reviewed != now);
    let differences: Vec<String> =
        differing.map(|(line, (reviewed, now))| format!("line {line}\n- {reviewed}\n+ {now}")).collect();
    assert!(
        reviewed == now,
        "the policy changed; if that is meant, run with UPDATE_SNAPSHOTS=1 and have {} reviewed\n{}",
        path.display(),
        differences.join("\n")
    );
}

/// One case in every state for each kind.
async fn cases(app: &TestApp, agency: &str, officer: &given::Colleague) -> Vec<(given::Case, CaseFacts)> {
    let mut cases = Vec::new();
    for (number, (_, facts)) in KINDS.into_iter().enumerate() {
        for (state, letter) in CaseState::ALL.iter().zip('a'..) {
            let child = format!("Kind {number} {letter}");
            let case = given::case().of(&child, "Matrix").standing(*state);
            let case = if facts.flagged { case.flagged() } else { case };
            let case = if facts.shared { case.shared_with(agency) } else { case };
            let case = if facts.named && !facts.restricted { case.with(officer.id) } else { case };
            let named = facts.named.then_some(officer.id);
            let case = if facts.restricted { case.restricted_to(&Vec::from_iter(named)) } else { case };
            let case = case.at(app).await;
            if facts.glass {
                let op = app.op(officer.viewer());
                service::break_glass::begin(&op, &case.reference, "A child is at risk".to_owned()).await.unwrap();
            }
            // Nothing is asked about a closed case, so that it is shared no more.
            cases.push((case, CaseFacts { shared: facts.shared && *state != CaseState::Closed, ..facts }));
        }
    }
    cases
}

/// The referral that a case came from.
async fn referral_of(app: &TestApp, case: &given::Case) -> given::Referral {
    let rows = store::referral::of_cases(&app.op(app.manager().await.viewer()), &[case.id]).await.unwrap();
    let row = rows.into_iter().next().unwrap();
    given::Referral { id: row.id, reference: row.reference, version: row.version }
}

on_both_engines! {
    async fn the_cases_that_exist_for_a_viewer_are_those_they_may_read(app: TestApp) {
        let agency = given::agency(&app, "Luton Health").await;
        let officer = given::staff(&app, "Sam Staff", &[StaffRole::CmeOfficer]).await;
        let cases = cases(&app, "Luton Health", &officer).await;
        let somewhere = given::school(&app, "Oak School").await;
        for (name, viewer) in viewers(somewhere.id, agency, officer.id) {
            let op = app.op(viewer.clone());
            let mut may_read = 0;
            for (case, facts) in &cases {
                let may = policy::case(&viewer, CaseAction::Read, *facts);
                may_read += u64::from(may);
                let found = store::case::by_reference(&op, &case.reference).await.unwrap();
                assert_eq!(found.is_some(), may, "{name} {facts:?}");
                let finds = policy::case(&viewer, CaseAction::Find, *facts) && policy::finds_restricted(&viewer);
                let stub = store::case::findable(&op, &case.reference).await.unwrap();
                assert_eq!(stub.is_some(), finds && !may, "{name} {facts:?}");
                assert_eq!(store::case::many(&op, &[case.id]).await.unwrap().len(), usize::from(may), "{name} {facts:?}");
            }
            let counted = store::case::count(&op, &store::case::Filter::default()).await.unwrap();
            assert_eq!(counted, may_read, "{name}");
        }
    }

    async fn the_referrals_that_exist_for_a_viewer_are_those_they_may_read(app: TestApp) {
        let agency = given::agency(&app, "Luton Health").await;
        let contact = given::contact_somewhere(&app).await;
        let own = given::referral().by(&contact).at(&app).await;
        let (other, public) = (given::referral().at(&app).await, given::referral().from_the_public().at(&app).await);
        let harmful = given::referral().telling_of_harm().at(&app).await;
        let staff = given::staff(&app, "Sam Staff", &[StaffRole::CmeOfficer]).await;
        let restricted = given::case().restricted_to(&[]).at(&app).await;
        let hidden = referral_of(&app, &restricted).await;
        for (name, viewer) in viewers(contact.school.id, agency, staff.id) {
            let op = app.op(viewer.clone());
            for (referral, own_school, harm, kept) in [
                (&own, true, false, false),
                (&other, false, false, false),
                (&public, false, false, false),
                (&harmful, false, true, false),
                (&hidden, false, false, true),
            ] {
                let may = policy::referral(&viewer, ReferralAction::Read, ReferralFacts { own_school, harm, withheld: kept });
                let found = store::referral::by_reference(&op, &referral.reference).await.unwrap();
                assert_eq!(found.is_some(), may, "{name} {}", referral.reference);
            }
        }
    }

    async fn contacts_and_schools_exist_for_those_the_policy_names(app: TestApp) {
        let agency = given::agency(&app, "Luton Health").await;
        let contact = given::contact_somewhere(&app).await;
        for (name, viewer) in viewers(contact.school.id, agency, StaffId(Uuid::nil())) {
            let op = app.op(viewer.clone());
            let found = store::contact::one(&op, contact.id).await.unwrap().is_some();
            let system = matches!(viewer, Viewer::System(_));
            assert_eq!(found, system || policy::manages_contacts(&viewer), "{name}");
            let school = store::school::by_urn(&op, &app.db().read, &contact.school.urn).await.unwrap().is_some();
            assert_eq!(school, policy::reads_schools(&viewer), "{name}");
        }
    }
}
