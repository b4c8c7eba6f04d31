//! The database schema can be made, unmade and made again, alike on both engines.

use acceptance::database::{self, Engine, column, count, tamper};
use acceptance::prelude::*;
use backend::db::Db;
use migration::{Migrator, MigratorTrait};

async fn up_down_up(engine: Engine) {
    let (url, _folder) = database::empty(engine).await;
    let db = Db::create(&url).await.unwrap();
    let nothing = tables(&db).await;

    Migrator::up(db.for_migration(), None).await.unwrap();
    let made = tables(&db).await;
    for table in
        ["case", "child", "event", "message", "referral", "school", "school_contact", "session", "staff", "token"]
    {
        assert!(made.iter().any(|name| name == table), "{table} is missing from {made:?}");
    }
    Migrator::down(db.for_migration(), None).await.unwrap();
    assert_eq!(tables(&db).await, nothing, "something was left behind");
    Migrator::up(db.for_migration(), None).await.unwrap();
    assert_eq!(tables(&db).await, made);
    // Run again by the next start of the server.
    Migrator::up(db.for_migration(), None).await.unwrap();
}

/// The tables and indexes there are, but for the list of migrations itself.
async fn tables(db: &Db) -> Vec<String> {
    let query = match db.backend() {
        sea_orm::DbBackend::Sqlite => {
            "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND tbl_name <> 'seaql_migrations' ORDER BY name"
        }
        _ => {
            "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace \
             AND relname NOT LIKE 'seaql_migrations%' ORDER BY 1"
        }
    };
    database::column(db, query).await
}

#[tokio::test]
async fn migrations_go_up_down_and_up_again_on_sqlite() {
    up_down_up(Engine::Sqlite).await;
}

#[tokio::test]
async fn migrations_go_up_down_and_up_again_on_postgres() {
    up_down_up(Engine::Postgres).await;
}

/// The foreign keys that no index begins with. What refers to a row is read by that reference, and would else be looked
/// for in the whole table.
#[tokio::test]
async fn every_foreign_key_begins_an_index() {
    let (url, _folder) = database::empty(Engine::Sqlite).await;
    let db = Db::create(&url).await.unwrap();
    Migrator::up(db.for_migration(), None).await.unwrap();
    let keys = "SELECT tables.name || '.' || refers.\"from\" \
                FROM sqlite_master tables, pragma_foreign_key_list(tables.name) refers WHERE tables.type = 'table'";
    assert!(database::column(&db, keys).await.len() > 20, "foreign keys were not found");
    let without = format!(
        "{keys} AND NOT EXISTS (SELECT 1 FROM pragma_index_list(tables.name) indexes, pragma_index_info(indexes.name) parts \
         WHERE parts.seqno = 0 AND parts.name = refers.\"from\" AND indexes.partial = 0) ORDER BY 1"
    );
    assert_eq!(database::column(&db, &without).await, Vec::<String>::new());
}

/// Takes the schema back to where it was after the first `kept` migrations, lets `spoil` make rows look as they did then,
/// and brings it up to date.
async fn from_before(app: &TestApp, kept: usize, spoil: &str) {
    let later = u32::try_from(Migrator::migrations().len() - kept).unwrap();
    Migrator::down(app.db().for_migration(), Some(later)).await.unwrap();
    tamper(app.db(), spoil).await;
    Migrator::up(app.db().for_migration(), None).await.unwrap();
}

on_both_engines! {
    async fn an_alert_that_was_given_up_before_alerts_never_were_is_tried_again(app: TestApp) {
        given::referral().telling_of_harm().at(&app).await;
        let given_up = "UPDATE message SET failed_at = created_at, attempts = 10";

        from_before(&app, 12, given_up).await;

        assert_eq!(count(app.db(), "message", "kind = 'safeguarding_alert' AND failed_at IS NULL").await, 1);
        assert!(count(app.db(), "message", "kind <> 'safeguarding_alert' AND failed_at IS NOT NULL").await > 0);
    }

    async fn a_case_from_before_flags_were_weighed_is_as_urgent_as_its_flag(app: TestApp) {
        given::case().flagged().at(&app).await;
        given::case().at(&app).await;

        from_before(&app, 16, "UPDATE \"case\" SET risk = 'standard'").await;

        let mut risks = column(app.db(), "SELECT risk FROM \"case\"").await;
        risks.sort_unstable();
        assert_eq!(risks, ["high", "standard"]);
    }
}
