//! Connections to the database, with the settings without which acknowledged writes could be lost.
//!
//! Reads and writes have connections of their own. SQLite has one for writes, so that a write never meets "database is
//! locked". Both engines refuse a write on a connection for reads, and discard one for writes that comes back with a
//! transaction still open (after a rollback that failed on a full disk, or a `begin` that was cancelled): whatever was
//! written on it next would look stored and be lost. Acknowledged writes must be on disk, so `synchronous = FULL` and
//! `synchronous_commit = on` are asserted here, as is an SQLite without the WAL-reset fault.
//!
//! What must not live here: transactions (`context`) and queries (`store`).

pub mod file;
mod reach;

use std::time::Duration;

use sea_orm::sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sea_orm::sqlx::{Executor, Row, Sqlite};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, Statement};
use sqlx_core::transaction::TransactionManager;

use self::file::Opened;
pub use self::reach::Pool;
pub(crate) use self::reach::TRANSACTION;
use self::reach::{Reach, in_time};
use crate::turns::Turns;

/// The oldest SQLite that does not corrupt its write-ahead log.
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);
const READERS: u32 = 4;
const POSTGRES_READERS: u32 = 12;
const POSTGRES_WRITERS: u32 = 8;
/// The connections for all files that are being made at once.
const EXPORTERS: u32 = 2;

/// The pools of connections. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    /// For reads of requests and jobs.
    pub read: Pool,
    /// For writes, which go through `OpContext::commit` and `OpContext::write` only.
    pub(crate) write: Pool,
    /// For the reads of files, so that pages do not wait for a connection however many files are made.
    pub(crate) export: Pool,
    /// The turns at writing of people who are not signed in.
    pub(crate) turns: Turns,
    /// The file of an SQLite database.
    pub(crate) file: Opened,
}

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DbFault {
    /// The database cannot be reached or opened.
    #[error("the database cannot be opened")]
    Open(#[from] DbErr),
    /// A setting or version with which acknowledged writes could be lost.
    #[error("the database setting {name} is {found}, but it must be {wanted}")]
    Unsafe {
        /// The name of the setting, or `sqlite_version`.
        name: &'static str,
        /// Its value in this database.
        found: String,
        /// The value it must have.
        wanted: &'static str,
    },
}

impl Db {
    /// Opens the database at `url` (`sqlite://path` or `postgres://…`) and asserts that it keeps acknowledged writes. A
    /// file that does not exist is an error, because a mistyped path must not begin an empty register.
    pub async fn connect(url: &str) -> Result<Self, DbFault> {
        Self::open(url, false).await
    }

    /// Opens the database as [`Self::connect`] does, but creates the file of an SQLite database that does not exist.
    pub async fn create(url: &str) -> Result<Self, DbFault> {
        Self::open(url, true).await
    }

    async fn open(url: &str, create: bool) -> Result<Self, DbFault> {
        let db = if url.starts_with("sqlite:") {
            if create {
                // The file has to be there before it can be remembered which one it is.
                Database::connect(sqlite(url, 1, Use::Write, create)).await?.close().await?;
            }
            let file = Opened::at(url);
            let (noted, pool) = (file.clone(), |connections| Pool { connections, reach: Reach::always() });
            let mut writer = sqlite(url, 1, Use::Write, false);
            writer.map_sqlx_sqlite_pool_opts(move |pool| {
                let noted = noted.clone();
                discard_poisoned_sqlite(pool).after_connect(move |_, _| {
                    noted.is_open();
                    Box::pin(async { Ok(()) })
                })
            });
            let write = pool(Database::connect(writer).await?);
            let read = pool(Database::connect(sqlite(url, READERS, Use::Read, false)).await?);
            let export = pool(Database::connect(sqlite(url, EXPORTERS, Use::Read, false)).await?);
            Self { read, write, export, turns: Turns::default(), file }
        } else {
            let reach = Reach::by_network();
            let pool = |connections| Pool { connections, reach: reach.clone() };
            let write = pool(Database::connect(postgres(url, POSTGRES_WRITERS, Use::Write, &reach)).await?);
            let read = pool(Database::connect(postgres(url, POSTGRES_READERS, Use::Read, &reach)).await?);
            let export = pool(Database::connect(postgres(url, EXPORTERS, Use::Read, &reach)).await?);
            Self { read, write, export, turns: Turns::default(), file: Opened::default() }
        };
        db.assert_durable().await?;
        Ok(db)
    }

    /// The engine: SQLite or PostgreSQL.
    pub fn backend(&self) -> DbBackend {
        self.write.get_database_backend()
    }

    /// The connection for migrations, during which nothing else writes.
    pub fn for_migration(&self) -> &DatabaseConnection {
        &self.write.connections
    }

    /// The connections for a backup, which reads for a long time.
    pub(crate) fn for_backup(&self) -> &DatabaseConnection {
        &self.export.connections
    }

    /// Watches whether the database at `url`, which is this one, can be reached, for as long as the service runs. While
    /// it cannot, everything that needs it fails at once. Without this, a connection that falls silent holds whoever
    /// uses it.
    pub async fn watch(&self, url: &str) {
        if let Ok(options) = url.parse::<PgConnectOptions>() {
            self.read.reach().watch(&options).await;
        }
    }

    /// Whether the database answers a query on its connections for reads and writes, and what is written can be found
    /// again.
    pub async fn answers(&self) -> bool {
        self.file.is_there().is_ok()
            && self.read.execute_unprepared("SELECT 1").await.is_ok()
            && self.write.execute_unprepared("SELECT 1").await.is_ok()
    }

    /// Calls `each` with every statement from now on, so that a test can count and read them.
    pub fn observe(&mut self, each: impl Fn(&Statement) + Send + Sync + Clone + 'static) {
        let (again, aside) = (each.clone(), each.clone());
        self.read.connections.set_metric_callback(move |info| each(info.statement));
        self.export.connections.set_metric_callback(move |info| aside(info.statement));
        self.write.connections.set_metric_callback(move |info| again(info.statement));
    }

    /// Closes all connections.
    pub async fn close(self) -> Result<(), DbErr> {
        self.read.connections.close().await?;
        self.export.connections.close().await?;
        self.write.connections.close().await
    }

    async fn assert_durable(&self) -> Result<(), DbFault> {
        if self.backend() == DbBackend::Sqlite {
            let version = self.one_text("SELECT sqlite_version()").await?;
            if sqlite_version(&version) < Some(OLDEST_SQLITE) {
                return Err(DbFault::Unsafe { name: "sqlite_version", found: version, wanted: "3.51.3 or later" });
            }
            // The value 2 stands for FULL.
            let found = self.one_text("SELECT CAST(synchronous AS TEXT) FROM pragma_synchronous").await?;
            if found != "2" {
                return Err(DbFault::Unsafe { name: "synchronous", found, wanted: "2 (FULL)" });
            }
            let found = self.one_text("SELECT journal_mode FROM pragma_journal_mode").await?;
            if found != "wal" {
                return Err(DbFault::Unsafe { name: "journal_mode", found, wanted: "wal" });
            }
            return Ok(());
        }
        for (name, statement) in [
            ("fsync", "SELECT current_setting('fsync')"),
            ("full_page_writes", "SELECT current_setting('full_page_writes')"),
            ("synchronous_commit", "SELECT current_setting('synchronous_commit')"),
        ] {
            let found = self.one_text(statement).await?;
            if found != "on" && !(name == "synchronous_commit" && found == "remote_apply") {
                return Err(DbFault::Unsafe { name, found, wanted: "on" });
            }
        }
        Ok(())
    }

    async fn one_text(&self, statement: &str) -> Result<String, DbErr> {
        let row = self.write.query_one_raw(Statement::from_string(self.backend(), statement)).await?;
        row.ok_or_else(|| DbErr::RecordNotFound(statement.to_owned()))?.try_get_by_index(0)
    }
}

fn sqlite_version(text: &str) -> Option<(u32, u32, u32)> {
    let mut parts = text.split('.').map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?))
}

fn options(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    // Statements hold names and pupil numbers, so none may reach a log or a span.
    options
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(8))
        .test_before_acquire(false)
        .sqlx_logging(false)
        .record_stmt_in_spans(false);
    options
}

/// What the connections of a pool are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    /// Reads alone: the database refuses a write, so that none can leave a transaction open.
    Read,
    /// Transactions. Each connection is looked at when it comes back.
    Write,
}

fn sqlite(url: &str, connections: u32, used: Use, create: bool) -> ConnectOptions {
    let mut options = options(url, connections);
    options.map_sqlx_sqlite_opts(move |options| {
        options
            .create_if_missing(create)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .pragma("trusted_schema", "OFF")
            .pragma("cell_size_check", "ON")
            .pragma("query_only", if used == Use::Read { "ON" } else { "OFF" })
    });
    if used == Use::Write {
        options.map_sqlx_sqlite_pool_opts(discard_poisoned_sqlite);
    }
    options
}

fn discard_poisoned_sqlite(pool: SqlitePoolOptions) -> SqlitePoolOptions {
    pool.after_release(|connection, _| {
        Box::pin(async move {
            // An error here is the normal case: no transaction was open.
            let was_open = connection.execute("ROLLBACK").await.is_ok();
            let depth = <Sqlite as sea_orm::sqlx::Database>::TransactionManager::get_transaction_depth(connection);
            if was_open || depth != 0 {
                tracing::error!(was_open, depth, "Discarded a connection that came back with a transaction open");
            }
            Ok(!was_open && depth == 0)
        })
    })
}

fn postgres(url: &str, connections: u32, used: Use, reach: &Reach) -> ConnectOptions {
    let (mut options, reach) = (options(url, connections), reach.clone());
    // Firewalls forget a connection that rests for a few minutes, without telling anybody.
    options.idle_timeout(Duration::from_mins(1));
    options.map_sqlx_postgres_opts(move |options| {
        options.options([
            ("default_transaction_read_only", if used == Use::Read { "on" } else { "off" }),
            ("statement_timeout", "10s"),
            ("lock_timeout", "4s"),
            ("idle_in_transaction_session_timeout", "10s"),
            ("plan_cache_mode", "force_generic_plan"),
            // The server, too, lets go of a connection whose other end is gone, and of the locks it holds.
            ("tcp_keepalives_idle", "30"),
            ("tcp_keepalives_interval", "10"),
            ("tcp_keepalives_count", "3"),
            ("tcp_user_timeout", "30000"),
        ])
    });
    options.map_sqlx_postgres_pool_opts(move |pool| {
        let pool = replace_silent(pool, reach.clone());
        if used == Use::Write { discard_poisoned_postgres(pool) } else { pool }
    });
    options
}

/// Looks at a connection before it is used and, if it is for reads, when it comes back, so that none that gives no
/// answer stays in the pool.
fn replace_silent(pool: PgPoolOptions, reach: Reach) -> PgPoolOptions {
    let back = reach.clone();
    pool.before_acquire(move |connection, meta| {
        let reach = reach.clone();
        Box::pin(async move { reach.works(connection, meta.age, meta.idle_for).await })
    })
    .after_release(move |connection, _| {
        let reach = back.clone();
        Box::pin(async move { reach.comes_back(connection).await })
    })
}

fn discard_poisoned_postgres(pool: PgPoolOptions) -> PgPoolOptions {
    pool.after_release(|connection, _| {
        Box::pin(async move {
            let is_open = "SELECT pg_current_xact_id_if_assigned() IS NOT NULL OR now() <> statement_timestamp()";
            let is_open: bool = in_time(connection.fetch_one(is_open)).await?.try_get(0)?;
            if is_open {
                tracing::error!("Discarded a connection that came back with a transaction open");
            }
            Ok(!is_open)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::TransactionTrait;

    #[tokio::test]
    #[expect(clippy::disallowed_methods, reason = "the test leaves a transaction open on purpose")]
    async fn a_connection_that_comes_back_with_a_transaction_open_is_discarded() {
        let folder = std::env::temp_dir().join(format!("onroll-db-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let db = Db::create(&format!("sqlite://{}/guard.sqlite", folder.display())).await.unwrap();
        db.write.execute_unprepared("CREATE TABLE kept (n INTEGER)").await.unwrap();
        // What a rollback that failed on a full disk leaves behind: a transaction that sqlx does not know of.
        db.write.execute_unprepared("BEGIN IMMEDIATE").await.unwrap();
        let txn = db.write.connections.begin().await.unwrap();
        txn.execute_unprepared("INSERT INTO kept VALUES (1)").await.unwrap();
        txn.commit().await.unwrap();
        let count = "SELECT CAST(count(*) AS TEXT) FROM kept";
        let row = db.read.query_one_raw(Statement::from_string(DbBackend::Sqlite, count)).await.unwrap().unwrap();
        assert_eq!(row.try_get_by_index::<String>(0).unwrap(), "1", "an acknowledged write was lost");
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn versions_compare_by_number() {
        assert!(sqlite_version("3.9.0") < Some(OLDEST_SQLITE));
        assert!(sqlite_version("3.51.3") >= Some(OLDEST_SQLITE));
    }
}
