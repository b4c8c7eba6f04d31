//! The register that is made to measure with is one that Onroll could have made.

use acceptance::app::keyring;
use acceptance::bulk::{Size, fill, sessions};
use acceptance::database::{column, count, migrated};
use acceptance::prelude::*;
use backend::clock::Clock;
use backend::db::Db;
use backend::service::verify::{How, check_on};
use backend::store::verdict::Verdict;

const CASES: u64 = 400;

async fn filled(engine: Engine) {
    let (url, _folder) = migrated(engine).await;
    let clock = Clock::default();
    let stored = fill(&url, &keyring(), Size { cases: CASES, seed: 1 }, clock.now()).await;
    assert_eq!(sessions(&url, &clock).await.len(), 40, "an officer is not signed in");

    let db = Db::connect(&url).await.expect("the database opens");
    let how = How { rows: true, ..How::default() };
    let verdict = check_on(&db, &keyring(), &how, |_| ()).await.expect("events can be read");
    assert!(matches!(verdict, Verdict::Sound { events, .. } if events == stored), "{verdict:?}");
    assert_eq!(count(&db, "case", "1 = 1").await, CASES);
    assert_eq!(count(&db, "referral", "state = 'opened' AND case_id IS NOT NULL").await, CASES);
    let states = column(&db, "SELECT DISTINCT state FROM \"case\"").await;
    assert_eq!(states.len(), CaseState::ALL.len(), "a state is missing: {states:?}");
    for (table, condition) in [
        ("case", "restriction IS NOT NULL"),
        ("case_reader", "1 = 1"),
        ("enquiry", "answered_on IS NULL"),
        ("escalation", "answered_at IS NOT NULL"),
        ("placement", "1 = 1"),
        ("referral", "state = 'received'"),
        ("child_key", "1 = 1"),
        ("referral_key", "1 = 1"),
    ] {
        assert!(count(&db, table, condition).await > 0, "no {table} where {condition}");
    }
    assert!(count(&db, "child", "1 = 1").await < CASES, "no child comes back");
    assert_eq!(count(&db, "child", "keyed_by = 0").await, 0, "a child cannot be found");
    db.close().await.expect("the database closes");
}

#[tokio::test]
async fn a_register_made_to_measure_is_sound_on_sqlite() {
    filled(Engine::Sqlite).await;
}

#[tokio::test]
async fn a_register_made_to_measure_is_sound_on_postgres() {
    filled(Engine::Postgres).await;
}
