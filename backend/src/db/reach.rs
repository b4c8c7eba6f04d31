//! Whether PostgreSQL can be reached, told to whoever waits for it.
//!
//! A firewall or a pooler that drops a connection tells neither side: whoever has asked something waits for ever, and
//! so does everybody who gets the connection next. The driver limits neither, so one watcher asks on a connection of
//! its own; while it gets no answer, all statements end at once with an error that passes by itself. Connections that
//! were opened before the silence are not used again, because only some of them may have been forgotten on the way.
//!
//! What must not live here: what is asked (`store`), and which errors pass by themselves (`outage`).

use std::fmt;
use std::io;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection};
use sea_orm::sqlx::{Connection, Error as SqlxError};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr,
    Statement, TransactionOptions, TransactionTrait,
};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

/// How long the database may leave the watcher without an answer. Longer than a restart of PostgreSQL usually takes,
/// and short enough that a page is answered within five seconds.
const PATIENCE: Duration = Duration::from_secs(3);
/// The least time that the database gets to answer a question of the watcher.
const LEAST: Duration = Duration::from_millis(500);
/// The pause between two questions of the watcher.
const PAUSE: Duration = Duration::from_millis(500);
/// How long one statement may take, the wait for a connection included: more than the server lets it take. It ends only
/// what waits on a connection that alone was forgotten.
const STATEMENT: Duration = Duration::from_secs(20);
/// How long one transaction may take, an import of a whole register included.
pub(crate) const TRANSACTION: Duration = Duration::from_mins(5);
/// How long a connection may rest before it is asked whether it still works.
const RESTED: Duration = Duration::from_secs(1);
/// How long a connection has to say that it still works.
const WORKS: Duration = Duration::from_secs(1);
/// For how long connections that come back are asked whether they still work, after work on one was not finished.
const DOUBT: Duration = Duration::from_secs(30);

/// Whether the database can be reached. Clones share it.
#[derive(Clone)]
pub(crate) struct Reach(Option<Arc<Line>>);

/// The line to a database across a network.
struct Line {
    silent: watch::Sender<bool>,
    /// Connections opened before this are not used any more.
    renewed: Mutex<Option<Instant>>,
    /// When work on a connection last ended before it was finished.
    unfinished: Mutex<Option<Instant>>,
}

impl Default for Line {
    fn default() -> Self {
        Self { silent: watch::Sender::new(false), renewed: Mutex::default(), unfinished: Mutex::default() }
    }
}

/// Work on a connection, which is unfinished if this is dropped before it is told otherwise.
struct Work<'a> {
    line: &'a Line,
    is_finished: bool,
}

impl Drop for Work<'_> {
    fn drop(&mut self) {
        if !self.is_finished {
            note_now(&self.line.unfinished);
        }
    }
}

fn note_now(moment: &Mutex<Option<Instant>>) {
    *moment.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
}

/// Whether `moment` lies less than `span` back.
fn is_within(moment: &Mutex<Option<Instant>>, span: Duration) -> bool {
    let moment = *moment.lock().unwrap_or_else(PoisonError::into_inner);
    moment.is_some_and(|moment| moment.elapsed() < span)
}

impl fmt::Debug for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reach")
    }
}

/// The error of a database that gives no answer.
fn unanswered() -> SqlxError {
    SqlxError::Io(io::ErrorKind::TimedOut.into())
}

impl Reach {
    /// A file can always be reached.
    pub(crate) fn always() -> Self {
        Self(None)
    }

    /// A database across a network, which is taken to answer until the watcher finds otherwise.
    pub(crate) fn by_network() -> Self {
        Self(Some(Arc::default()))
    }

    /// Runs `work` on the database, and ends it after `limit`, or as soon as the database is found to give no answer.
    pub(crate) async fn within<T, E: From<DbErr>>(
        &self,
        limit: Duration,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let Some(line) = &self.0 else { return work.await };
        let mut silent = line.silent.subscribe();
        let given_up = || DbErr::Conn(RuntimeErr::SqlxError(Arc::new(unanswered()))).into();
        let mut work = pin!(timeout(limit, work));
        // Declared after the work, so that it is dropped before the connection comes back to its pool.
        let mut under_way = Work { line, is_finished: false };
        tokio::select! {
            biased;
            _ = silent.wait_for(|silent| *silent) => Err(given_up()),
            done = &mut work => {
                under_way.is_finished = done.is_ok();
                done.unwrap_or_else(|_| Err(given_up()))
            }
        }
    }

    /// Watches the database for as long as the service runs; on a file there is nothing to watch.
    pub(crate) async fn watch(&self, options: &PgConnectOptions) {
        let Some(line) = &self.0 else { return };
        let (mut connection, mut answered) = (None, Instant::now());
        loop {
            // However late this process comes to ask, the database gets time to answer.
            let left = PATIENCE.saturating_sub(answered.elapsed()).max(LEAST);
            let patience = if *line.silent.borrow() { PATIENCE } else { left };
            // A refusal is an answer too: the server is there, and says so to whoever asks.
            if let Ok(Ok(()) | Err(SqlxError::Database(_))) = timeout(patience, ask(&mut connection, options)).await {
                answered = Instant::now();
                if line.silent.send_replace(false) {
                    note_now(&line.renewed);
                    tracing::warn!("The database answers again");
                }
            } else if answered.elapsed() >= PATIENCE && !line.silent.send_replace(true) {
                tracing::error!("The database does not answer: what needs it is refused until it does");
            }
            sleep(PAUSE).await;
        }
    }

    /// Whether a pooled connection of this age, which rested so long, still works. One that rested is asked.
    pub(crate) async fn works(
        &self,
        connection: &mut PgConnection,
        age: Duration,
        rested: Duration,
    ) -> Result<bool, SqlxError> {
        let Some(line) = &self.0 else { return Ok(true) };
        // It was opened before the others were given up.
        if is_within(&line.renewed, age) {
            return Ok(false);
        }
        if rested < RESTED {
            return Ok(true);
        }
        let Ok(asked) = timeout(WORKS, connection.ping()).await else {
            // Whatever forgot this one has forgotten those that rested beside it too.
            note_now(&line.renewed);
            return Err(unanswered());
        };
        asked.map(|()| true)
    }

    /// Whether a connection that comes back to its pool may be used again. It is asked only if some work was not
    /// finished lately, which is what a connection that is forgotten while in use looks like: the pool itself would
    /// wait for it without end.
    pub(crate) async fn comes_back(&self, connection: &mut PgConnection) -> Result<bool, SqlxError> {
        let Some(line) = &self.0 else { return Ok(true) };
        if *line.silent.borrow() {
            return Err(unanswered());
        }
        if is_within(&line.unfinished, DOUBT) {
            in_time(connection.ping()).await?;
        }
        Ok(true)
    }
}

/// Asks on the watcher's connection, which is opened anew if the last question had no answer.
async fn ask(connection: &mut Option<PgConnection>, options: &PgConnectOptions) -> Result<(), SqlxError> {
    let mut open = match connection.take() {
        Some(open) => open,
        None => PgConnection::connect_with(options).await?,
    };
    open.ping().await?;
    *connection = Some(open);
    Ok(())
}

/// Runs the check of a connection that comes back to its pool, which must not wait without end either.
pub(crate) async fn in_time<T>(check: impl Future<Output = Result<T, SqlxError>>) -> Result<T, SqlxError> {
    timeout(WORKS, check).await.unwrap_or_else(|_| Err(unanswered()))
}

/// A pool of connections whose statements end when the database gives no answer. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Pool {
    pub(super) connections: DatabaseConnection,
    pub(super) reach: Reach,
}

impl Pool {
    /// Begins a transaction. Whatever runs in it is limited by whoever began it.
    #[expect(clippy::disallowed_methods, reason = "`context` begins the transactions of the service here")]
    pub(crate) async fn begin_with_options(&self, options: TransactionOptions) -> Result<DatabaseTransaction, DbErr> {
        self.connections.begin_with_options(options).await
    }

    /// Whether the database can be reached.
    pub(crate) fn reach(&self) -> &Reach {
        &self.reach
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Pool {
    fn get_database_backend(&self) -> DbBackend {
        self.connections.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.reach.within(STATEMENT, self.connections.execute_raw(statement)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.reach.within(STATEMENT, self.connections.execute_unprepared(sql)).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.reach.within(STATEMENT, self.connections.query_one_raw(statement)).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.reach.within(STATEMENT, self.connections.query_all_raw(statement)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_waits_for_a_database_that_falls_silent_ends() {
        let reach = Reach::by_network();
        let line = reach.0.clone().unwrap();
        let waits = tokio::spawn({
            let reach = reach.clone();
            async move { reach.within(STATEMENT, std::future::pending::<Result<(), DbErr>>()).await }
        });
        tokio::task::yield_now().await;
        line.silent.send_replace(true);
        assert!(waits.await.unwrap().is_err());
        assert!(reach.within(STATEMENT, std::future::pending::<Result<(), DbErr>>()).await.is_err());
        line.silent.send_replace(false);
        assert!(reach.within(STATEMENT, async { Ok::<_, DbErr>(()) }).await.is_ok());
    }

    #[tokio::test]
    async fn work_that_is_cut_off_casts_doubt_on_what_comes_back_and_work_that_fails_does_not() {
        let reach = Reach::by_network();
        let line = reach.0.clone().unwrap();
        let failed = reach.within(STATEMENT, async { Err::<(), _>(DbErr::Custom("no".to_owned())) }).await;
        assert!(failed.is_err() && !is_within(&line.unfinished, DOUBT));
        let cut_off = reach.within(Duration::ZERO, std::future::pending::<Result<(), DbErr>>()).await;
        assert!(cut_off.is_err() && is_within(&line.unfinished, DOUBT));
    }

    #[test]
    fn connections_from_before_the_silence_are_told_from_newer_ones() {
        let line = Line::default();
        assert!(!is_within(&line.renewed, Duration::from_secs(9)));
        note_now(&line.renewed);
        assert!(is_within(&line.renewed, Duration::from_secs(9)));
        assert!(!is_within(&line.renewed, Duration::ZERO));
    }
}
