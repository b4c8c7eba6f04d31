//! Outages of the database, after which the same request may succeed shortly: which errors mean that, and whether a
//! request met one.
//!
//! A request that met one is answered with 503 and not with 500, even if the error has been turned into a page by then.
//! What must not live here: what the answer says (`http::refusal`, `frontend::error`).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sea_orm::sqlx::Error as SqlxError;
use sea_orm::{DbErr, RuntimeErr};

tokio::task_local! {
    static MET: Arc<AtomicBool>;
}

/// Runs `work`, and sets `met` if it meets an outage.
pub(crate) async fn watched<T>(met: Arc<AtomicBool>, work: impl Future<Output = T>) -> T {
    MET.scope(met, work).await
}

/// Records that the work of this task met an outage. Outside [`watched`] it has no effect.
pub(crate) fn noticed() {
    let _ = MET.try_with(|met| met.store(true, Ordering::Relaxed));
}

/// The error codes of SQLite (`BUSY` and `LOCKED`, as primary codes) and of PostgreSQL that can pass by themselves: no
/// connection, too many of them, starting or shutting down, a lock or a statement that took too long, a deadlock.
const POSTGRES: [&str; 7] = ["55P03", "57014", "57P01", "57P02", "57P03", "40P01", "40001"];

/// Whether this error of the database can pass by itself.
pub(crate) fn is_one(error: &DbErr) -> bool {
    match error {
        DbErr::ConnectionAcquire(_) => true,
        DbErr::Conn(RuntimeErr::SqlxError(cause))
        | DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause)) => passes(cause),
        _ => false,
    }
}

/// Whether the database gave up a transaction for the sake of another: a deadlock or a serialization failure. Nothing of
/// it is stored, and the same transaction may succeed at once.
pub(crate) fn may_run_again(error: &(dyn std::error::Error + 'static)) -> bool {
    let Some(
        DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause))
        | DbErr::Conn(RuntimeErr::SqlxError(cause)),
    ) = error.downcast_ref::<DbErr>()
    else {
        return false;
    };
    let SqlxError::Database(error) = &**cause else { return false };
    error.code().is_some_and(|code| ["40P01", "40001"].contains(&code.as_ref()))
}

fn passes(cause: &SqlxError) -> bool {
    match cause {
        SqlxError::Io(_) | SqlxError::PoolTimedOut | SqlxError::PoolClosed | SqlxError::WorkerCrashed => true,
        SqlxError::Database(error) => error.code().is_some_and(|code| code_passes(&code)),
        _ => false,
    }
}

fn code_passes(code: &str) -> bool {
    // Codes of SQLite are numbers whose lowest byte is the primary code; those of PostgreSQL have five letters or
    // digits.
    match code.parse::<u32>() {
        Ok(number) if code.len() < 5 => matches!(number & 0xff, 5 | 6),
        _ => POSTGRES.contains(&code) || code.starts_with("08") || code.starts_with("53"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_passes_and_a_fault_does_not() {
        for (code, passes) in [
            ("5", true),
            ("6", true),
            ("517", true),
            ("261", true),
            ("1", false),
            ("13", false),
            ("2067", false),
            ("55P03", true),
            ("57014", true),
            ("08006", true),
            ("53300", true),
            ("40001", true),
            ("40P01", true),
            ("23505", false),
            ("42703", false),
            ("22021", false),
        ] {
            assert_eq!(code_passes(code), passes, "{code}");
        }
        assert!(is_one(&DbErr::Conn(RuntimeErr::SqlxError(Arc::new(SqlxError::PoolTimedOut)))));
        assert!(!is_one(&DbErr::Custom("no".to_owned())));
    }

    #[tokio::test]
    async fn an_outage_is_known_to_the_request_that_met_it_and_to_no_other() {
        let (met, other) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        watched(Arc::clone(&met), async { noticed() }).await;
        watched(Arc::clone(&other), async {}).await;
        noticed();
        assert!(met.load(Ordering::Relaxed) && !other.load(Ordering::Relaxed));
    }
}
