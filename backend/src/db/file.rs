//! The file of an SQLite database: that one process serves it, that it is still there, and that it is sound.
//!
//! SQLite writes on into a file that was removed or replaced, and acknowledges what nobody will find again. So it is
//! looked at before a write is committed and before it is acknowledged.
//!
//! What must not live here: connecting to it (`db`), and when it is checked (`jobs::integrity`, `commands`).

use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use sea_orm::{ConnectionTrait, DbBackend, DbErr, RuntimeErr, Statement};

use super::Db;

/// The path of the file that a `sqlite://` URL names; `None` for another URL.
pub fn path_of(url: &str) -> Option<PathBuf> {
    let path = PathBuf::from(url.strip_prefix("sqlite://")?.split('?').next()?);
    // SQLite follows a link, and keeps its log beside the file that the link leads to.
    Some(fs::canonicalize(&path).unwrap_or(path))
}

fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Proof that this process alone serves a database. The system releases the lock when the process ends, however it
/// ends.
#[derive(Debug)]
pub struct Alone {
    _lock: Option<File>,
}

/// Why this process may not serve a database.
#[derive(Debug, thiserror::Error)]
pub enum NotAlone {
    /// Another process serves it.
    #[error("another onroll serves this database already: stop it first")]
    Served,
    /// The lock file cannot be used.
    #[error("the lock file beside the database cannot be used: {0}")]
    Lock(#[from] io::Error),
}

impl Alone {
    /// Takes the lock beside the file of the database at `url`. PostgreSQL is served by any number of processes.
    pub fn serve(url: &str) -> Result<Self, NotAlone> {
        let Some(path) = path_of(url) else { return Ok(Self { _lock: None }) };
        let lock = File::options().create(true).append(true).open(beside(&path, "-serving"))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { _lock: Some(lock) }),
            Err(TryLockError::WouldBlock) => Err(NotAlone::Served),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }
}

/// The file was removed or replaced while it was open.
#[derive(Debug, thiserror::Error)]
#[error("the database file, or its write-ahead log, was removed or replaced")]
pub(crate) struct Lost;

/// By what a file is told from another of the same name: its device and its number there.
type Identity = (u64, u64);

fn identity(path: &Path) -> Option<Identity> {
    fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

/// The file that was opened. Clones share it; a database across a network has none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Opened(Option<Arc<Files>>);

#[derive(Debug)]
struct Files {
    path: PathBuf,
    file: Option<Identity>,
    log: Mutex<Option<Identity>>,
    lost: AtomicBool,
}

impl Opened {
    /// Remembers which file there is at the path of `url`, which exists.
    pub(super) fn at(url: &str) -> Self {
        let files = path_of(url).map(|path| {
            let file = identity(&path);
            Arc::new(Files { path, file, log: Mutex::default(), lost: AtomicBool::new(false) })
        });
        Self(files)
    }

    /// Remembers the write-ahead log, which the connection for writes has just opened.
    pub(super) fn is_open(&self) {
        if let Some(files) = &self.0 {
            *files.log.lock().unwrap_or_else(PoisonError::into_inner) = identity(&beside(&files.path, "-wal"));
        }
    }

    /// Fails if the file is gone, or another has its name. Once it has failed it does so until the service starts anew,
    /// because the connections still hold the file that is gone.
    pub(crate) fn is_there(&self) -> Result<(), Lost> {
        self.looked_at(|_| true)
    }

    /// Fails as [`Self::is_there`] does, and if the write-ahead log is gone. To be asked only while the connection for
    /// writes is held: the last connection that closes removes the log itself, and the next one begins another.
    pub(crate) fn holds_what_is_written(&self) -> Result<(), Lost> {
        self.looked_at(|files| {
            let log = *files.log.lock().unwrap_or_else(PoisonError::into_inner);
            log.is_none() || identity(&beside(&files.path, "-wal")) == log
        })
    }

    fn looked_at(&self, log_is_there: impl Fn(&Files) -> bool) -> Result<(), Lost> {
        let Some(files) = &self.0 else { return Ok(()) };
        if !files.lost.load(Ordering::Relaxed) {
            if identity(&files.path) == files.file && log_is_there(files) {
                return Ok(());
            }
            files.lost.store(true, Ordering::Relaxed);
            tracing::error!("{Lost}: nothing more is stored until the service starts anew");
        }
        Err(Lost)
    }
}

/// How closely a file is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// Its pages and rows.
    Quick,
    /// Its indexes and references as well, which takes twice as long.
    Full,
}

impl Db {
    /// The size of the file in bytes; 0 on PostgreSQL.
    pub fn file_size(&self) -> u64 {
        let files = self.file.0.as_ref();
        files.and_then(|files| fs::metadata(&files.path).ok()).map_or(0, |file| file.len())
    }

    /// The first damage found in the file of an SQLite database; `None` if it is sound, and on PostgreSQL, which checks
    /// its own files.
    pub async fn damage(&self, check: Check) -> Result<Option<String>, DbErr> {
        if self.backend() != DbBackend::Sqlite {
            return Ok(None);
        }
        let look = if check == Check::Quick { "PRAGMA quick_check(1)" } else { "PRAGMA integrity_check(1)" };
        let row = match self.export.query_one_raw(Statement::from_string(DbBackend::Sqlite, look)).await {
            Err(error) if tells_of_damage(&error) => return Ok(Some(error.to_string())),
            row => row?,
        };
        let found: String = row.ok_or_else(|| DbErr::RecordNotFound(look.to_owned()))?.try_get_by_index(0)?;
        if found != "ok" {
            return Ok(Some(found));
        }
        if check == Check::Full {
            let look =
                Statement::from_string(DbBackend::Sqlite, "SELECT \"table\" FROM pragma_foreign_key_check LIMIT 1");
            if let Some(row) = self.export.query_one_raw(look).await? {
                let table: String = row.try_get_by_index(0)?;
                return Ok(Some(format!("a row of {table} refers to one that does not exist")));
            }
        }
        Ok(None)
    }
}

/// Whether SQLite could not look at the file because of its damage: codes 11 (corrupt) and 26 (not a database).
fn tells_of_damage(error: &DbErr) -> bool {
    let (DbErr::Query(RuntimeErr::SqlxError(cause)) | DbErr::Exec(RuntimeErr::SqlxError(cause))) = error else {
        return false;
    };
    let code = cause.as_database_error().and_then(|cause| cause.code()?.parse::<i32>().ok());
    // The lowest byte is the primary code.
    code.is_some_and(|code| [11, 26].contains(&(code & 0xFF)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_log_that_the_last_connection_removed_is_no_loss_and_one_that_was_taken_away_is() {
        let folder = std::env::temp_dir().join(format!("onroll-log-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("a.sqlite");
        let url = format!("sqlite://{}", file.display());
        let db = Db::create(&url).await.unwrap();
        db.write.execute_unprepared("CREATE TABLE kept (n INTEGER)").await.unwrap();
        assert!(db.file.holds_what_is_written().is_ok());
        let opened = db.file.clone();
        db.close().await.unwrap();
        assert!(!beside(&file, "-wal").exists() && opened.is_there().is_ok());

        let db = Db::connect(&url).await.unwrap();
        assert!(db.file.holds_what_is_written().is_ok());
        fs::remove_file(beside(&file, "-wal")).unwrap();
        assert!(db.file.is_there().is_ok() && db.file.holds_what_is_written().is_err());
        assert!(db.file.is_there().is_err(), "it stays so");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_database_is_served_once_and_again_when_the_first_has_ended() {
        let folder = std::env::temp_dir().join(format!("onroll-alone-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let url = format!("sqlite://{}?mode=rwc", folder.join("a.sqlite").display());
        let first = Alone::serve(&url).unwrap();
        assert!(matches!(Alone::serve(&url), Err(NotAlone::Served)));
        drop(first);
        Alone::serve(&url).unwrap();
        Alone::serve("postgres://localhost/onroll").unwrap();
        fs::remove_dir_all(folder).unwrap();
    }
}
