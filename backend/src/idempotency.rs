//! Idempotency keys: a form, or a change through the API, has one effect under its key, however often it is sent. The
//! row of a key is written in the transaction of the change, so that of two requests at once the second fails there.
//!
//! What must not live here: the answer to the second request ([`crate::http::once`]).

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use entity::idempotency_key;
use entity::vocabulary::AccessAction;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, EntityTrait, SqlErr};

use crate::error::{Conflict, Error};
use crate::secret::keyring::{Keyring, Purpose};

/// Something that was shown: the action, the subject, and the guarded fields separated by commas.
pub(crate) type Noted = (AccessAction, String, String);

/// The idempotency key of one request, and whether that request had its effect.
#[derive(Debug)]
pub(crate) struct IdempotencyKey {
    /// A keyed hash of who sends, where to and under which key.
    pub(crate) id: String,
    /// A keyed hash of the whole request, to recognise another one under the same key.
    pub(crate) body_hash: String,
    done: AtomicBool,
    shown: Mutex<Vec<Noted>>,
}

impl IdempotencyKey {
    /// The key of a request with this `body`. `sender` lists who sends it, where to, and the key.
    pub(crate) fn new(keyring: &Keyring, sender: &[&str], body: &[u8]) -> Arc<Self> {
        Arc::new(Self {
            id: keyring.hash(Purpose::IdempotencyKey, sender),
            body_hash: keyring.hash(Purpose::IdempotencyKey, &["body", &hex::encode(body)]),
            done: AtomicBool::new(false),
            shown: Mutex::default(),
        })
    }

    /// Whether this request, and not an earlier one, had the effect.
    pub(crate) fn is_done(&self) -> bool {
        self.done.load(Ordering::Acquire)
    }

    /// Marks that the transaction of the change has committed.
    pub(crate) fn was_done(&self) {
        self.done.store(true, Ordering::Release);
    }

    /// Writes the row of the key in the transaction of the change. If another request is writing it, this waits for
    /// that transaction and then fails with `Conflict::SentBefore`.
    pub(crate) async fn enter(&self, txn: &DatabaseTransaction, now: DateTime<Utc>) -> Result<(), Error> {
        let row = idempotency_key::ActiveModel {
            id: Set(self.id.clone()),
            body_hash: Set(self.body_hash.clone()),
            answer: Set(None),
            done_at: Set(now),
        };
        match idempotency_key::Entity::insert(row).exec_without_returning(txn).await {
            Ok(_) => Ok(()),
            Err(error) => Err(match error.sql_err() {
                Some(SqlErr::UniqueConstraintViolation(_)) => Conflict::SentBefore.into(),
                _ => error.into(),
            }),
        }
    }

    /// Records what the answer shows, because the answer is noted again each time it is given again.
    pub(crate) fn shows(&self, seen: &[Noted]) {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(seen);
    }

    /// What the answer shows.
    pub(crate) fn shown(&self) -> Vec<Noted> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
