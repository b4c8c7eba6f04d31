//! Databases for tests, one for each app, copied from a template that is migrated once; and queries on what is stored.
//! What must not live here: rows that a test begins with (`given`).

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use backend::db::Db;
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement};
use tokio::sync::OnceCell;

/// The database engine an app runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// SQLite, in a file of its own.
    Sqlite,
    /// PostgreSQL, in the cluster that `tests/run` starts.
    Postgres,
}

/// A temporary folder, removed when it is dropped.
#[derive(Debug)]
pub struct Folder(PathBuf);

static NEXT: AtomicU32 = AtomicU32::new(1);

impl Folder {
    /// A new empty folder beneath `target`.
    pub fn new() -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = target().join("tmp").join(format!("acceptance-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).expect("target can be written to");
        Self(path)
    }

    /// The path of the folder.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The URL of an SQLite file of this name in the folder.
    pub fn sqlite(&self, name: &str) -> String {
        format!("sqlite://{}", self.0.join(name).display())
    }
}

impl Default for Folder {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed now goes with `cargo clean`.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Cargo's target folder, in which this test was built.
pub fn target() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows where it is");
    let target = test.ancestors().find(|folder| folder.ends_with("target"));
    // With a target folder of another name: target/debug/deps/it-….
    target.or_else(|| test.ancestors().nth(3)).expect("tests are built beneath a target folder").to_owned()
}

/// The URL of a new, migrated, empty database, and the folder to keep for as long as it is used.
pub async fn migrated(engine: Engine) -> (String, Option<Folder>) {
    match engine {
        Engine::Sqlite => {
            let template = SQLITE_TEMPLATE.get_or_init(sqlite_template).await;
            let folder = Folder::new();
            std::fs::copy(template, folder.path().join("onroll.sqlite")).expect("the template can be copied");
            (folder.sqlite("onroll.sqlite"), Some(folder))
        }
        Engine::Postgres => {
            let template = POSTGRES_TEMPLATE.get_or_init(postgres_template).await;
            (create_postgres(&format!("TEMPLATE {template}")).await, None)
        }
    }
}

/// The URL of a new database without tables, and the folder to keep for as long as it is used.
pub async fn empty(engine: Engine) -> (String, Option<Folder>) {
    match engine {
        Engine::Sqlite => {
            let folder = Folder::new();
            (folder.sqlite("onroll.sqlite"), Some(folder))
        }
        Engine::Postgres => (create_postgres("").await, None),
    }
}

static SQLITE_TEMPLATE: OnceCell<PathBuf> = OnceCell::const_new();
static POSTGRES_TEMPLATE: OnceCell<String> = OnceCell::const_new();

async fn sqlite_template() -> PathBuf {
    let folder = Folder::new();
    migrate(&folder.sqlite("template.sqlite")).await;
    let path = folder.path().join("template.sqlite");
    // One template for each process that runs tests. Nothing knows which test is the last, so it stays until `cargo
    // clean`.
    std::mem::forget(folder);
    path
}

async fn migrate(url: &str) {
    let db = Db::create(url).await.expect("the database opens");
    Migrator::up(db.for_migration(), None).await.expect("the migrations run");
    db.close().await.expect("the database closes");
}

/// The name of the migrated template for this build of the tests, made by whichever process comes first.
async fn postgres_template() -> String {
    const ONE_AT_A_TIME: &str = "SELECT pg_advisory_lock(8210436)";
    let built = std::env::current_exe().and_then(|test| test.metadata()).and_then(|test| test.modified());
    let built = built.ok().and_then(|built| built.duration_since(std::time::UNIX_EPOCH).ok()).unwrap_or_default();
    let name = format!("onroll_template_{}", built.as_millis());
    let admin = connect(&postgres_url("postgres")).await;
    admin.execute_unprepared(ONE_AT_A_TIME).await.expect("the lock is free in the end");
    if text(&admin, &format!("SELECT datname::text FROM pg_database WHERE datname = '{name}'")).await.is_none() {
        // A template is built under another name and renamed once it is whole, so that no half-made one is copied.
        let draft = format!("{name}_draft");
        for statement in [format!("DROP DATABASE IF EXISTS {draft}"), format!("CREATE DATABASE {draft}")] {
            admin.execute_unprepared(&statement).await.expect("a database can be made");
        }
        migrate(&postgres_url(&draft)).await;
        let rename = format!("ALTER DATABASE {draft} RENAME TO {name}");
        admin.execute_unprepared(&rename).await.expect("a database can be renamed");
    }
    admin.close().await.expect("the connection closes");
    name
}

async fn create_postgres(how: &str) -> String {
    let name = format!("onroll_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let admin = connect(&postgres_url("postgres")).await;
    for statement in [format!("DROP DATABASE IF EXISTS {name}"), format!("CREATE DATABASE {name} {how}")] {
        admin.execute_unprepared(&statement).await.expect("a database can be made");
    }
    admin.close().await.expect("the connection closes");
    postgres_url(&name)
}

/// The URL of the database `name` in the cluster of this run.
#[expect(clippy::disallowed_methods, reason = "tests/run says in the environment where the cluster is")]
fn postgres_url(name: &str) -> String {
    let url = std::env::var("ONROLL_TEST_POSTGRES_URL");
    let url = url.expect("ONROLL_TEST_POSTGRES_URL says where PostgreSQL is: run tests/run, which starts one");
    let (cluster, _) = url.rsplit_once('/').expect("ONROLL_TEST_POSTGRES_URL ends with a database");
    format!("{cluster}/{name}")
}

/// A writer that never ends: while this is held, nothing else can be written.
#[derive(Debug)]
pub struct Lock(DatabaseConnection);

impl Lock {
    /// Locks for writing: the whole file on SQLite, `table` on PostgreSQL.
    pub async fn take(app: &crate::app::TestApp, table: &str) -> Self {
        let connection = connect(app.inner().config.database.url.reveal()).await;
        let lock = match connection.get_database_backend() {
            sea_orm::DbBackend::Sqlite => "BEGIN IMMEDIATE".to_owned(),
            _ => format!("BEGIN; LOCK TABLE \"{table}\" IN EXCLUSIVE MODE"),
        };
        connection.execute_unprepared(&lock).await.expect("the lock is free");
        Self(connection)
    }

    /// Releases the lock.
    pub async fn release(self) {
        self.0.execute_unprepared("ROLLBACK").await.expect("the lock is held");
        self.0.close().await.expect("the connection closes");
    }
}

async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.expect("the database answers")
}

/// The first column of the first row, as text.
pub async fn text(connection: &impl ConnectionTrait, query: &str) -> Option<String> {
    let statement = Statement::from_string(connection.get_database_backend(), query);
    let row = connection.query_one_raw(statement).await.expect("the query is sound")?;
    row.try_get_by_index(0).expect("the first column is text")
}

/// How many rows of `table` meet `condition`.
pub async fn count(db: &Db, table: &str, condition: &str) -> u64 {
    // The name is quoted because `case` is a keyword of SQL.
    let query = format!("SELECT CAST(count(*) AS TEXT) FROM \"{table}\" WHERE {condition}");
    text(&db.read, &query).await.and_then(|count| count.parse().ok()).expect("a count is a number")
}

/// The first column of every row, as text.
pub async fn column(db: &Db, query: &str) -> Vec<String> {
    let statement = Statement::from_string(db.backend(), query);
    let rows = db.read.query_all_raw(statement).await.expect("the query is sound");
    rows.iter().map(|row| row.try_get_by_index(0).expect("the first column is text")).collect()
}

/// Changes stored rows without the server, as somebody with access to the disk could.
pub async fn tamper(db: &Db, statement: &str) {
    let done = db.for_migration().execute_unprepared(statement).await.expect("the statement is sound");
    assert!(done.rows_affected() > 0, "nothing was there to tamper with");
}
