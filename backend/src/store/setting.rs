//! The settings of a database, which are read and written without a viewer: before anything is served, or by a job.

use chrono::{DateTime, SecondsFormat, Utc};
use entity::vocabulary::CredentialKind;
use entity::{credential, setting, staff};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter};

use crate::context::write;
use crate::db::Db;
use crate::error::Error;
use crate::secret::keyring::{Keyring, Purpose};

const DEMO: &str = "demo";
const FINGERPRINT: &str = "key fingerprint";
const LAST_TIME: &str = "last time";
const RESTORING: &str = "restoring";

/// Whether this database holds a complete demonstration with synthetic data.
pub async fn is_demo(db: &Db) -> Result<bool, Error> {
    Ok(setting::Entity::find_by_id(DEMO).one(&db.read).await?.is_some())
}

/// Whether there is any staff account, by which a database in use is told from an empty one.
pub async fn has_people(db: &Db) -> Result<bool, Error> {
    Ok(staff::Entity::find().count(&db.read).await? > 0)
}

/// Marks this database as a demonstration; done last, once it is filled.
pub async fn mark_demo(db: &Db) -> Result<(), Error> {
    write(db, |txn| async move {
        let row = setting::ActiveModel { name: Set(DEMO.to_owned()), value: Set("synthetic data".to_owned()) };
        setting::Entity::insert(row).exec_without_returning(&*txn).await?;
        Ok(())
    })
    .await
}

/// Whether the secrets in this database were sealed with this key. A database that has met no key yet takes it from now
/// on, unless a second factor in it does not open with it.
pub async fn knows_key(db: &Db, keyring: &Keyring) -> Result<bool, Error> {
    if let Some(row) = setting::Entity::find_by_id(FINGERPRINT).one(&db.write).await? {
        return Ok(row.value == keyring.fingerprint());
    }
    let factors = credential::Entity::find().filter(credential::Column::Kind.eq(CredentialKind::Totp));
    let opens = |row: credential::Model| keyring.open(Purpose::Totp, &row.id.to_string(), &row.secret).is_ok();
    if !factors.one(&db.write).await?.is_none_or(opens) {
        return Ok(false);
    }
    accept_key(db, keyring).await?;
    Ok(true)
}

/// Has the database take this key from now on, whatever it was used with before.
pub async fn accept_key(db: &Db, keyring: &Keyring) -> Result<(), Error> {
    let fingerprint = keyring.fingerprint();
    write(db, |txn| async move { keep(&txn, FINGERPRINT, fingerprint).await }).await
}

/// The time that was last stored with [`keep_time`]; `None` if none was.
pub async fn last_time(db: &Db) -> Result<Option<DateTime<Utc>>, Error> {
    let row = setting::Entity::find_by_id(LAST_TIME).one(&db.read).await?;
    Ok(row.and_then(|row| row.value.parse().ok()))
}

/// Stores the time at which the service runs.
pub async fn keep_time(db: &Db, now: DateTime<Utc>) -> Result<(), Error> {
    write(db, move |txn| async move { keep(&txn, LAST_TIME, now.to_rfc3339_opts(SecondsFormat::Millis, true)).await })
        .await
}

/// Whether a backup was put into this database, and what a restored service may not go on with was not ended yet.
pub async fn is_restoring(db: &Db) -> Result<bool, Error> {
    Ok(setting::Entity::find_by_id(RESTORING).one(&db.write).await?.is_some())
}

/// Marks this database as half restored, in the transaction that fills it.
pub(crate) async fn begin_restoring(txn: &DatabaseTransaction) -> Result<(), Error> {
    keep(txn, RESTORING, "unfinished".to_owned()).await
}

/// Takes the mark of [`begin_restoring`] away, in the transaction that ends what must not go on.
pub(crate) async fn end_restoring(txn: &DatabaseTransaction) -> Result<(), Error> {
    setting::Entity::delete_by_id(RESTORING).exec(txn).await?;
    Ok(())
}

/// Stores a setting in place of what it was before.
async fn keep(txn: &DatabaseTransaction, name: &str, value: String) -> Result<(), Error> {
    let row = setting::ActiveModel { name: Set(name.to_owned()), value: Set(value) };
    let instead = OnConflict::column(setting::Column::Name).update_column(setting::Column::Value).to_owned();
    setting::Entity::insert(row).on_conflict(instead).exec_without_returning(txn).await?;
    Ok(())
}
