//! Tests that the demonstration is complete, and that every row in it is what its events make it. What must not live
//! here: tests of single commands.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use entity::vocabulary::{CaseState, Outcome, ReferralState, Risk, Whereabouts};
use migration::{Migrator, MigratorTrait};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, TryIntoModel};

use super::*;
use crate::config::Applicants;
use crate::domain::answers::Answers;
use crate::domain::case::Case;
use crate::domain::london::london_day;
use crate::domain::matching::forms::Forms;
use crate::domain::school_age::compulsory_school_age;
use crate::domain::school_days::WorkingDays;
use crate::domain::staff::StaffMember;
use crate::secret::Secret;
use crate::service;
use crate::service::project::{case_row, staff_row};
use crate::store::event::Verdict;
use crate::store::stream::load;

fn keyring() -> Keyring {
    Keyring::new(Secret::new("5b".repeat(32)))
}

fn council() -> Arc<Council> {
    let text = |text: &str| text.to_owned();
    Arc::new(Council {
        name: text("Luton Example Council"),
        la_code: text("821"),
        public_url: text("http://127.0.0.1:3000"),
        team_phone: text("01632 960001"),
        team_email: text("cme@onroll.example"),
        head_email: None,
        mash_phone: text("01632 960002"),
        mash_email: text("mash@onroll.example"),
        out_of_hours_phone: text("01632 960003"),
        desks: crate::config::Desks::default(),
        two_people: Vec::new(),
        two_for_a_reference: false,
        applicants: Applicants::default(),
        forms: Forms::default(),
        limb_two: false,
    })
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the test compares every row with what its facts make")]
async fn the_demonstration_is_whole_and_every_row_is_what_its_facts_make_it() {
    let folder = std::env::temp_dir().join(format!("onroll-demo-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let db = Db::create(&format!("sqlite://{}/demo.sqlite", folder.display())).await.unwrap();
    Migrator::up(db.for_migration(), None).await.unwrap();
    let now: DateTime<Utc> = "2026-11-20T15:20:00Z".parse().unwrap();
    let count = 40;
    fill_with(count, &db, &keyring(), council(), now, |_| ()).await.unwrap();

    let verdict = service::verify::whole(&db, &keyring()).await.unwrap();
    let Verdict::Sound { events, streams, .. } = verdict else { panic!("a broken chain") };
    assert!(events > 400 && streams > 150, "{events} events in {streams} streams");
    let late =
        entity::event::Entity::find().filter(entity::event::Column::RecordedAt.gt(now)).all(&db.read).await.unwrap();
    assert!(late.is_empty(), "something happened after now: {late:?}");

    let rows = entity::case::Entity::find().all(&db.read).await.unwrap();
    assert!(rows.len() >= count, "{} cases", rows.len());
    for row in &rows {
        let folded = load::<Case, _>(&db.read, row.id).await.unwrap();
        assert_eq!(&case_row(&folded).try_into_model().unwrap(), row);
        let facts = entity::event::Entity::find()
            .filter(entity::event::Column::Stream.eq(row.id.0))
            .all(&db.read)
            .await
            .unwrap();
        let mut facts: Vec<_> = facts.into_iter().map(|fact| (fact.seq, fact.recorded_at)).collect();
        facts.sort_unstable();
        assert!(facts.is_sorted_by_key(|(_, at)| *at), "the facts of {} are not in time order", row.reference);
    }
    for row in entity::staff::Entity::find().all(&db.read).await.unwrap() {
        let member = load::<StaffMember, _>(&db.read, row.id).await.unwrap();
        let mut made = staff_row(&member, Some(row.created_at));
        // Signing in leaves no event, so the time of the last sign-in cannot be made from events.
        made.last_sign_in_at = Set(row.last_sign_in_at);
        assert_eq!(made.try_into_model().unwrap(), row);
    }
    let states: BTreeSet<CaseState> = rows.iter().map(|row| row.state).collect();
    assert_eq!(states, CaseState::ALL.iter().copied().collect());
    let outcomes: BTreeSet<Outcome> = rows.iter().filter_map(|row| row.outcome).collect();
    let reachable = Outcome::ALL.iter().copied().filter(|outcome| *outcome != Outcome::UntracedReview);
    assert_eq!(outcomes, reachable.collect());
    let today = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
    for (what, found) in [
        ("unassigned", rows.iter().any(|row| row.officer_id.is_none() && row.state != CaseState::Closed)),
        ("overdue", rows.iter().any(|row| row.due_on < today)),
        ("due today", rows.iter().any(|row| row.due_on == today)),
        ("flagged", rows.iter().any(|row| row.open_escalations > 0)),
    ] {
        assert!(found, "no case is {what}");
    }
    let referrals = entity::referral::Entity::find().all(&db.read).await.unwrap();
    let waiting: BTreeSet<Risk> =
        referrals.iter().filter(|row| row.state == ReferralState::Received).map(|row| row.risk).collect();
    assert_eq!(waiting, Risk::ALL.iter().copied().collect());
    for state in ReferralState::ALL {
        assert!(referrals.iter().any(|row| row.state == *state), "no referral is {state:?}");
    }
    what_is_told_agrees(&db, today).await;
    std::fs::remove_dir_all(folder).unwrap();
}

#[expect(clippy::disallowed_methods, reason = "the test reads every row")]
async fn what_is_told_agrees(db: &Db, today: NaiveDate) {
    let referrals = entity::referral::Entity::find().all(&db.read).await.unwrap();
    for row in referrals.iter().filter(|row| row.ground.is_some()) {
        let answers: Answers = serde_json::from_str(&row.details).unwrap();
        let day = |field: &str| {
            let part = |part: &str| answers.get(&format!("{field}-{part}")).parse::<u32>().ok();
            NaiveDate::from_ymd_opt(part("year")?.try_into().ok()?, part("month")?, part("day")?)
        };
        let (attended, seen) = (day("lastAttended").unwrap(), day("lastSeen").unwrap());
        let calendar = calendar().unwrap();
        assert!(attended <= seen && calendar.is_school_day(seen).unwrap_or(false), "{}: seen {seen}", row.reference);
        let missed_from = day("returnDue").unwrap_or(attended).max(seen);
        let sent = london_day(row.received_at);
        for n in answers.rows("enquiry") {
            let asked = day(&format!("enquiry.{n}.date")).unwrap();
            assert!(missed_from < asked && asked <= sent, "{}: asked on {asked}", row.reference);
        }
    }
    let children = entity::child::Entity::find().all(&db.read).await.unwrap();
    let cases = entity::case::Entity::find().all(&db.read).await.unwrap();
    for row in &cases {
        let born = children.iter().find(|child| child.id == row.child_id).and_then(|child| child.date_of_birth);
        if row.state != CaseState::Closed {
            assert!(
                born.is_none_or(|born| compulsory_school_age(born).contains(today)),
                "{}: born {born:?}",
                row.reference
            );
        } else if matches!(row.outcome, Some(Outcome::MovedUkConfirmed | Outcome::MovedAbroadConfirmed)) {
            assert_eq!(row.whereabouts, Whereabouts::KnownReported, "{}", row.reference);
        }
    }
    for enquiry in entity::enquiry::Entity::find().all(&db.read).await.unwrap() {
        assert!(WorkingDays::default().is_working_day(enquiry.due_on), "due on {}", enquiry.due_on);
    }
    let on_file = |closed: bool| {
        let waiting = referrals.iter().filter(|row| row.state == ReferralState::Received);
        let same = waiting.flat_map(|row| children.iter().map(move |child| (row, child))).filter(|(row, child)| {
            row.name_key == child.name_key && row.date_of_birth.is_some() && row.date_of_birth == child.date_of_birth
        });
        same.filter(|(_, child)| {
            cases.iter().any(|case| case.child_id == child.id && (case.state == CaseState::Closed) == closed)
        })
        .count()
    };
    assert!(on_file(true) >= 2 && on_file(false) >= 1, "waiting: {} and {}", on_file(true), on_file(false));
}

#[tokio::test]
async fn an_extract_imported_twice_changes_nothing_the_second_time() {
    let folder = std::env::temp_dir().join(format!("onroll-import-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let db = Db::create(&format!("sqlite://{}/import.sqlite", folder.display())).await.unwrap();
    Migrator::up(db.for_migration(), None).await.unwrap();
    let now: DateTime<Utc> = "2026-11-20T15:20:00Z".parse().unwrap();
    let op = OpContext::new(Viewer::System(Job::Import), now, db.clone(), council(), keyring(), String::new());
    let first = import_schools(&op, SCHOOLS.to_vec()).await.unwrap();
    assert_eq!((first.added, first.changed, first.unchanged), (61, 0, 0));
    let second = import_schools(&op, SCHOOLS.to_vec()).await.unwrap();
    assert_eq!((second.added, second.changed, second.unchanged), (0, 0, 61));
    let renamed = encoding_rs::WINDOWS_1252.decode(SCHOOLS).0.replace("Birchwood Academy", "Birchwood High Academy");
    let renamed = encoding_rs::WINDOWS_1252.encode(&renamed).0.into_owned();
    let third = import_schools(&op, renamed).await.unwrap();
    assert_eq!((third.added, third.changed, third.unchanged), (0, 1, 60));
    let dates = import_term_dates(&op, TERM_DATES.to_vec()).await.unwrap();
    assert_eq!(import_term_dates(&op, TERM_DATES.to_vec()).await.unwrap().changed, dates.added);
    let unknown = b"academic_year,school_urn,from,to,kind,source\n2025/26,999999,2025-09-01,2025-09-02,term,x\n";
    let told = import_term_dates(&op, unknown.to_vec()).await.unwrap_err().to_string();
    assert!(told.contains("line 2: there is no school 999999 on the register"), "{told}");
    let anonymous = OpContext::new(Viewer::Anonymous, now, db.clone(), council(), keyring(), String::new());
    assert!(import_schools(&anonymous, SCHOOLS.to_vec()).await.is_err());
    let verdict = service::verify::whole(&db, &keyring()).await.unwrap();
    assert!(matches!(verdict, Verdict::Sound { events: 5, streams: 1, .. }), "{verdict:?}");
    std::fs::remove_dir_all(folder).unwrap();
}
