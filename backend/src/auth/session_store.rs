//! Stores browser sessions in the database. The published stores depend on older major versions and on an SQLite that
//! can corrupt its log.
//!
//! The key of a row is a hash of the cookie's value, so that a leaked backup holds no usable session. `create` only
//! inserts and `save` only updates: a slow request that read the session before somebody signed out must not bring it
//! back.
//!
//! A session is loaded together with the account of its owner as it is now, in one statement. The account is handed on
//! among the values of the session, and never stored with them.
//!
//! What must not live here: what a session holds.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::{school_contact, session, staff};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, SqlErr};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result, SessionStore};

use super::session::Account;
use super::session_data::{ACCOUNT, PERSON};
use crate::clock::Clock;
use crate::context::write;
use crate::db::Db;

/// Sessions in the table `session`.
#[derive(Clone, Debug)]
pub struct Sessions {
    db: Db,
    clock: Clock,
}

/// How long a session lasts without a request.
pub const IDLE: Duration = Duration::from_mins(30);

/// How long the owner of an ended session stays on record, so that what they send late is kept until they sign in
/// again.
pub const REMEMBERED: Duration = Duration::from_hours(12);

impl Sessions {
    /// A store in `db`, which takes the time from `clock`.
    pub fn new(db: Db, clock: Clock) -> Self {
        Self { db, clock }
    }
}

/// The key of a session's row.
pub(super) fn key(id: &Id) -> String {
    hex::encode(Sha256::digest(id.0.to_be_bytes()))
}

fn backend(cause: impl std::fmt::Display) -> Error {
    Error::Backend(cause.to_string())
}

/// When a session that is stored now ends. The clock can be set by tests, so the session layer's own expiry is not
/// used.
fn expiry(clock: &Clock) -> DateTime<Utc> {
    clock.now() + IDLE
}

/// The values of a session as they are stored: without those that are read anew with each request.
fn data(record: &Record) -> Result<String> {
    let stored: BTreeMap<_, _> = record.data.iter().filter(|(name, _)| *name != ACCOUNT).collect();
    serde_json::to_string(&stored).map_err(|cause| Error::Encode(cause.to_string()))
}

#[async_trait::async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let (clock, db) = (self.clock.clone(), self.db.clone());
        for _ in 0..4 {
            let whose = super::session::whose(&record.data);
            let row = session::ActiveModel {
                id: Set(key(&record.id)),
                data: Set(data(record)?),
                owner: Set(whose.owner),
                staff_id: Set(whose.staff),
                contact_id: Set(whose.contact),
                agent: Set(whose.agent),
                seen_at: Set(whose.seen_at),
                created_at: Set(clock.now()),
                expires_at: Set(expiry(&clock)),
            };
            let inserted =
                write(
                    &db,
                    move |txn| async move { Ok(session::Entity::insert(row).exec_without_returning(&*txn).await) },
                );
            match inserted.await {
                Ok(Ok(_)) => return Ok(()),
                Ok(Err(error)) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
                    record.id = Id::default();
                }
                Ok(Err(error)) => return Err(backend(error)),
                Err(error) => return Err(backend(error)),
            }
        }
        Err(backend("no session id is free"))
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let now = self.clock.now();
        let whose = super::session::whose(&record.data);
        let row = session::ActiveModel {
            data: Set(data(record)?),
            owner: Set(whose.owner),
            staff_id: Set(whose.staff),
            contact_id: Set(whose.contact),
            agent: Set(whose.agent),
            seen_at: Set(whose.seen_at),
            expires_at: Set(expiry(&self.clock)),
            ..session::ActiveModel::default()
        };
        let id = key(&record.id);
        write(&self.db, move |txn| async move {
            let update = session::Entity::update_many().set(row).filter(session::Column::Id.eq(id));
            update.filter(session::Column::ExpiresAt.gt(now)).exec(&*txn).await?;
            Ok(())
        })
        .await
        .map_err(backend)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        #[expect(clippy::disallowed_methods, reason = "a session is read before there is a viewer")]
        let row = session::Entity::find()
            .filter(session::Column::Id.eq(key(id)))
            .filter(session::Column::ExpiresAt.gt(self.clock.now() - REMEMBERED))
            .find_also_related(staff::Entity)
            .find_also_related(school_contact::Entity)
            .one(&self.db.read)
            .await
            .map_err(backend)?;
        let Some((row, staff, contact)) = row else { return Ok(None) };
        let mut data: HashMap<String, Value> =
            serde_json::from_str(&row.data).map_err(|cause| Error::Decode(cause.to_string()))?;
        // Whatever a session says, who it belongs to is said by the account as it is now.
        data.remove(ACCOUNT);
        if let Some(account) = Account::of(staff, contact) {
            let account = serde_json::to_value(account).map_err(|cause| Error::Decode(cause.to_string()))?;
            data.insert(ACCOUNT.to_owned(), account);
        }
        // An ended session is returned only to tell who its owner was; one without an owner is not returned.
        if row.expires_at <= self.clock.now() && !data.contains_key(PERSON) {
            return Ok(None);
        }
        // The layer compares this with its own clock, although the end was already decided by ours.
        let expiry_date = tower_sessions::cookie::time::OffsetDateTime::now_utc() + IDLE;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let id = key(id);
        write(&self.db, move |txn| async move {
            session::Entity::delete_many().filter(session::Column::Id.eq(id)).exec(&*txn).await?;
            Ok(())
        })
        .await
        .map_err(backend)
    }
}
