//! Runs statements on either engine: prepared once a connection, one round trip a request. What must not live here: the
//! statements.

use std::cell::RefCell;
use std::sync::{Arc, Mutex};

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod};
use rusqlite::{Connection, params_from_iter};
use tokio_postgres::NoTls;
use tokio_postgres::types::ToSql;

use crate::statements::{PREPARE, Statement};

/// As many connections as the clients of a run.
const CONNECTIONS: usize = 8;

/// The cells of one row.
pub(crate) type Cells = Vec<Option<String>>;

/// A database.
#[derive(Clone)]
pub(crate) enum Store {
    Postgres(Pool),
    /// The file, read by one connection a thread, and the connection that writes.
    Sqlite(Arc<str>, Arc<Mutex<Connection>>),
}

thread_local! {
    static READER: RefCell<Option<Connection>> = const { RefCell::new(None) };
}

impl Store {
    /// Opens the database at `url` and makes the tables anew that are used only here.
    pub(crate) async fn open(url: &str) -> Self {
        if let Some(path) = url.strip_prefix("sqlite://") {
            let writer = open(path);
            writer.execute_batch(PREPARE.sqlite).expect("tables can be made");
            return Self::Sqlite(path.into(), Arc::new(Mutex::new(writer)));
        }
        let recycled = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(url.parse().expect("a URL of PostgreSQL"), NoTls, recycled);
        let pool = Pool::builder(manager).max_size(CONNECTIONS).build().expect("a pool can be made");
        let client = pool.get().await.expect("the database answers");
        client.batch_execute(PREPARE.postgres).await.expect("tables can be made");
        Self::Postgres(pool)
    }

    /// The text that a statement gives; empty when it gives no row.
    pub(crate) async fn text(&self, statement: &'static Statement, arguments: Vec<String>) -> String {
        let rows = self.rows(statement, arguments).await;
        rows.into_iter().flatten().flatten().next().unwrap_or_default()
    }

    /// The rows that a statement gives, all columns as text.
    pub(crate) async fn rows(&self, statement: &'static Statement, arguments: Vec<String>) -> Vec<Cells> {
        match self {
            Self::Postgres(pool) => {
                let client = pool.get().await.expect("a connection is free in the end");
                let prepared = client.prepare_cached(statement.postgres).await.expect("the statement is sound");
                let arguments: Vec<&(dyn ToSql + Sync)> = arguments.iter().map(|one| one as _).collect();
                let rows = client.query(&prepared, &arguments).await.expect("the statement runs");
                rows.iter().map(|row| (0..row.len()).map(|n| row.get(n)).collect()).collect()
            }
            Self::Sqlite(path, _) => {
                let path = Arc::clone(path);
                let read = move || {
                    READER.with_borrow_mut(|reader| {
                        let reader = reader.get_or_insert_with(|| open(&path));
                        let mut prepared = reader.prepare_cached(statement.sqlite).expect("the statement is sound");
                        let columns = prepared.column_count();
                        let cells = |row: &rusqlite::Row<'_>| (0..columns).map(|n| row.get(n)).collect();
                        let rows = prepared.query_map(params_from_iter(arguments), cells).expect("the statement runs");
                        rows.map(|row| row.expect("columns are text")).collect()
                    })
                };
                tokio::task::spawn_blocking(read).await.expect("it is read")
            }
        }
    }

    /// Stores a report, and gives what is answered.
    pub(crate) async fn submit(&self, statement: &'static Statement, arguments: Vec<String>) -> String {
        let Self::Sqlite(_, writer) = self else { return self.text(statement, arguments).await };
        let writer = Arc::clone(writer);
        let write = move || {
            let mut writer = writer.lock().expect("no writer has failed");
            let txn = writer.transaction().expect("a transaction begins");
            let lines: Vec<&str> = statement.sqlite.lines().collect();
            let run = |line: &str, values: &[&dyn rusqlite::ToSql]| {
                txn.prepare_cached(line).expect("the statement is sound").execute(values).expect("it is stored");
                txn.last_insert_rowid()
            };
            let child = run(lines[0], &[&arguments[0], &arguments[1], &arguments[2]]);
            let case = run(lines[1], &[&child]);
            run(lines[2], &[&case, &arguments[3]]);
            txn.commit().expect("the transaction commits");
            format!(r#"{{"reference":"{case}"}}"#)
        };
        tokio::task::spawn_blocking(write).await.expect("it is written")
    }
}

/// A connection that keeps what it acknowledged, as Onroll's does.
fn open(path: &str) -> Connection {
    let connection = Connection::open(path).expect("the file opens");
    let settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
                    PRAGMA busy_timeout = 5000;";
    connection.execute_batch(settings).expect("SQLite knows these");
    connection
}
