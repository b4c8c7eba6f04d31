//! The database schema can be made, unmade and made again, alike on both engines.

use acceptance::database::{self, Engine};
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
