//! Backup and restore: all tables of a database in one encrypted file, whichever engine it is on, and back into an empty
//! database of either engine.
//!
//! What must not live here: what a restored service may not go on with (`service::restored`), and the format of the
//! encryption (`secret::age`).

mod catalog;
mod file;
mod rows;

use std::path::Path;

use chrono::{DateTime, Utc};
use migration::{Migrator, MigratorTrait};
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseTransaction, DbBackend, IsolationLevel, Statement, TransactionOptions,
    TransactionTrait,
};

pub use self::file::{About, End, Fault, Written, check};
use self::file::{FORM, Line, Reading, Writing};
use self::rows::Filling;
use crate::db::Db;
use crate::error::Error;
use crate::secret::age::{Identity, Recipient, With};
use crate::secret::keyring::Keyring;
use crate::store::setting;

/// Writes everything that is stored at one moment into the file `path`, encrypted to these recipients, while the
/// service runs. The file has its name only once it is whole, on disk, and read back.
pub async fn take(
    db: &Db,
    keyring: &Keyring,
    recipients: &[Recipient],
    path: &Path,
    now: DateTime<Utc>,
) -> Result<Written, Fault> {
    let migrations = applied(db).await?;
    let about = About {
        onroll_backup: FORM,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        taken_at: now,
        migrations,
        fingerprint: keyring.fingerprint(),
    };
    let mut writing = Writing::begin(path, recipients, &about)?;
    let txn = snapshot(db).await?;
    for table in catalog::tables(&txn).await? {
        let columns: Vec<&str> = table.columns.iter().map(|(name, _)| name.as_str()).collect();
        writing.table(&table.name, &columns)?;
        let (mut count, mut fault) = (0, None);
        let read = rows::read_all(&txn, &table, |row| {
            count += 1;
            writing.row(row).map_err(|cause| {
                let told = Error::internal(cause.to_string());
                fault = Some(cause);
                told
            })
        });
        let read = read.await;
        if let Some(fault) = fault {
            return Err(fault);
        }
        read?;
        writing.rows(count)?;
    }
    txn.rollback().await.map_err(Error::from)?;
    writing.finish(path)
}

/// A transaction that sees one moment, however long it takes, and writes nothing.
#[expect(clippy::disallowed_methods, reason = "nothing is written in it")]
async fn snapshot(db: &Db) -> Result<DatabaseTransaction, Error> {
    let connections = db.for_backup();
    if db.backend() == DbBackend::Sqlite {
        return Ok(connections.begin().await?);
    }
    let options = TransactionOptions {
        isolation_level: Some(IsolationLevel::RepeatableRead),
        access_mode: Some(AccessMode::ReadOnly),
        ..TransactionOptions::default()
    };
    let txn = connections.begin_with_options(options).await?;
    take_your_time(&txn).await?;
    Ok(txn)
}

/// Lifts the limits of PostgreSQL on a transaction that a page would wait for.
async fn take_your_time(txn: &DatabaseTransaction) -> Result<(), Error> {
    if txn.get_database_backend() == DbBackend::Postgres {
        for limit in ["statement_timeout", "idle_in_transaction_session_timeout"] {
            txn.execute_unprepared(&format!("SET LOCAL {limit} = 0")).await?;
        }
    }
    Ok(())
}

async fn applied(db: &Db) -> Result<Vec<String>, Error> {
    let applied = Migrator::get_applied_migrations(db.for_migration()).await?;
    Ok(applied.iter().map(|migration| migration.name().to_owned()).collect())
}

/// Why a backup is not put into this database.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The database holds something already.
    #[error("the database is not empty, it holds {0}: a backup is restored into an empty one only")]
    Holds(String),
    /// The backup comes from a later version.
    #[error("the backup was made by Onroll {0}, which is later than this: restore it with that version")]
    Later(String),
    /// The backup belongs to another key.
    #[error(
        "ONROLL_SECRET_KEY is not the key that the database in the backup was used with: set the key that is kept beside \
         the backups"
    )]
    OtherKey,
    /// The file, or the database, failed.
    #[error(transparent)]
    Failed(#[from] Fault),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<sea_orm::DbErr> for Refused {
    fn from(error: sea_orm::DbErr) -> Self {
        Error::from(error).into()
    }
}

/// Puts the backup at `path` into this empty database, and brings it up to this version. Rows are stored all or none.
/// The database is marked as half restored: it is not served until `service::restored` has taken the mark away.
pub async fn put_back(db: &Db, keyring: &Keyring, identity: &Identity, path: &Path) -> Result<(About, End), Refused> {
    let mut reading = Reading::open(path, &With::Identity(identity)).map_err(Refused::Failed)?;
    let about = reading.about.clone();
    if about.fingerprint != keyring.fingerprint() {
        return Err(Refused::OtherKey);
    }
    must_be_empty(db).await?;
    to_migrations(db, &about).await?;
    let end = fill(db, &mut reading).await?;
    Migrator::up(db.for_migration(), None).await?;
    Ok((about, end))
}

/// Fails if any table has a row, and says which.
async fn must_be_empty(db: &Db) -> Result<(), Refused> {
    let mut held = Vec::new();
    for table in catalog::tables(db.for_migration()).await? {
        let count = format!("SELECT CAST(count(*) AS TEXT) FROM \"{}\"", table.name);
        let row = db.for_migration().query_one_raw(Statement::from_string(db.backend(), count)).await?;
        let count: String = row.map_or(Ok("0".to_owned()), |row| row.try_get_by_index(0))?;
        if count != "0" {
            held.push(format!("{count} of {}", table.name));
        }
    }
    if held.is_empty() { Ok(()) } else { Err(Refused::Holds(held.join(", "))) }
}

/// Brings the empty database to the migrations that the backup was taken with.
async fn to_migrations(db: &Db, about: &About) -> Result<(), Refused> {
    let known: Vec<String> = Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect();
    if !known.starts_with(&about.migrations) {
        return Err(Refused::Later(about.version.clone()));
    }
    let wanted = u32::try_from(about.migrations.len()).map_err(Error::internal)?;
    let present = u32::try_from(applied(db).await?.len()).map_err(Error::internal)?;
    if present > wanted {
        Migrator::down(db.for_migration(), Some(present - wanted)).await?;
    } else {
        Migrator::up(db.for_migration(), Some(wanted - present)).await?;
    }
    Ok(())
}

async fn fill(db: &Db, reading: &mut Reading) -> Result<End, Refused> {
    #[expect(clippy::disallowed_methods, reason = "a whole database is stored, of which no command is part")]
    let txn = db.for_migration().begin().await?;
    take_your_time(&txn).await?;
    let tables = catalog::tables(&txn).await?;
    let (mut filling, mut rows, mut all, mut done): (Option<Filling>, u64, u64, u64) = (None, 0, 0, 0);
    let odd = |why| Refused::Failed(Fault::Form(why));
    let end = loop {
        match (reading.next().map_err(Refused::Failed)?, filling.as_mut()) {
            (Line::Table { table, columns }, None) => {
                let known = tables.iter().find(|known| known.name == table);
                let known = known.ok_or_else(|| odd("the backup has a table that this version does not know"))?;
                filling = Some(Filling::begin(known, &columns)?);
                rows = 0;
            }
            (Line::Row(row), Some(filling)) => {
                filling.add(&txn, row).await?;
                rows += 1;
            }
            (Line::Rows { rows: told }, Some(last)) if told == rows => {
                last.flush(&txn).await?;
                filling = None;
                (all, done) = (all + rows, done + 1);
            }
            (Line::End(end), None) if (end.tables, end.rows) == (done, all) && done == tables.len() as u64 => {
                break end;
            }
            _ => return Err(odd("rows of the backup are missing")),
        }
    };
    setting::begin_restoring(&txn).await?;
    txn.commit().await?;
    Ok(end)
}
