//! The settings of a database, which are read and written without a viewer: before anything is served, or by a job.

use chrono::{DateTime, SecondsFormat, Utc};
use entity::vocabulary::CredentialKind;
use entity::{credential, setting, staff};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter};
use uuid::Uuid;

use crate::context::write;
use crate::db::Db;
use crate::error::Error;
use crate::secret::keyring::{Keyring, Purpose};
use crate::store::event::Place;
use crate::store::verdict::Head;

const DEMO: &str = "demo";
const FINGERPRINT: &str = "key fingerprint";
const LAST_TIME: &str = "last time";
const RESTORING: &str = "restoring";
const KEYED: &str = "chains keyed";
const KEYING: &str = "chains keyed until";
const VERIFIED: &str = "verified head";
const VERIFYING: &str = "verified until";

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

/// What a setting was stored as by [`vouched`]; `None` if it was not stored, or not with this keyring.
fn vouched_for(keyring: &Keyring, name: &str, stored: Option<setting::Model>) -> Option<String> {
    let row = stored?;
    let (proof, value) = row.value.split_once(' ')?;
    (proof == keyring.hash(Purpose::Journal, &[name, value])).then(|| value.to_owned())
}

/// The text that stores a setting so that nobody without the keyring can set it.
fn vouched(keyring: &Keyring, name: &str, value: &str) -> String {
    format!("{} {value}", keyring.hash(Purpose::Journal, &[name, value]))
}

/// Whether the chains of this database were put under this keyring.
pub(crate) async fn is_keyed(db: &Db, keyring: &Keyring) -> Result<bool, Error> {
    let row = setting::Entity::find_by_id(KEYED).one(&db.write).await?;
    Ok(vouched_for(keyring, KEYED, row).is_some())
}

/// Stores that the chains are under this keyring, and forgets how far that had come.
pub(crate) async fn keep_keyed(db: &Db, keyring: &Keyring) -> Result<(), Error> {
    let value = vouched(keyring, KEYED, "yes");
    write(db, move |txn| async move {
        setting::Entity::delete_by_id(KEYING).exec(&*txn).await?;
        keep(&txn, KEYED, value).await
    })
    .await
}

/// The last stream that was put under the key, if that was begun and cut off.
pub(crate) async fn keying_place(db: &Db) -> Result<Option<Uuid>, Error> {
    let row = setting::Entity::find_by_id(KEYING).one(&db.write).await?;
    Ok(row.and_then(|row| row.value.parse().ok()))
}

/// Stores the last stream that was put under the key, in the transaction that does so.
pub(crate) async fn keep_keying_place(txn: &DatabaseTransaction, place: Option<Uuid>) -> Result<(), Error> {
    keep(txn, KEYING, place.map(|place| place.to_string()).unwrap_or_default()).await
}

/// The head up to which everything was found sound before.
pub(crate) async fn verified_head(db: &Db, keyring: &Keyring) -> Result<Option<Head>, Error> {
    let row = setting::Entity::find_by_id(VERIFIED).one(&db.read).await?;
    Ok(vouched_for(keyring, VERIFIED, row).and_then(|value| value.parse().ok()))
}

/// Stores the head up to which everything was found sound, and that no check is under way any more.
pub(crate) async fn keep_verified(db: &Db, keyring: &Keyring, head: Option<&Head>) -> Result<(), Error> {
    let value = head.map(|head| vouched(keyring, VERIFIED, &head.to_string()));
    write(db, move |txn| async move {
        setting::Entity::delete_by_id(VERIFYING).exec(&*txn).await?;
        match value {
            Some(value) => keep(&txn, VERIFIED, value).await,
            None => Ok(()),
        }
    })
    .await
}

/// How far a check had come that was cut off.
pub(crate) async fn verifying(db: &Db, keyring: &Keyring) -> Result<Option<Place>, Error> {
    let row = setting::Entity::find_by_id(VERIFYING).one(&db.read).await?;
    Ok(vouched_for(keyring, VERIFYING, row).and_then(|value| serde_json::from_str(&value).ok()))
}

/// Stores how far a check has come.
pub(crate) async fn keep_verifying(db: &Db, keyring: &Keyring, place: &Place) -> Result<(), Error> {
    let value = vouched(keyring, VERIFYING, &serde_json::to_string(place)?);
    write(db, move |txn| async move { keep(&txn, VERIFYING, value).await }).await
}

/// Stores a setting in place of what it was before.
async fn keep(txn: &DatabaseTransaction, name: &str, value: String) -> Result<(), Error> {
    let row = setting::ActiveModel { name: Set(name.to_owned()), value: Set(value) };
    let instead = OnConflict::column(setting::Column::Name).update_column(setting::Column::Value).to_owned();
    setting::Entity::insert(row).on_conflict(instead).exec_without_returning(txn).await?;
    Ok(())
}
