//! One sending of a form, or of a change through the API, that must have one effect however often it is sent. Its row
//! is written in the transaction of the change, so that of two sendings at once the second fails there.
//!
//! What must not live here: what becomes of the second sending ([`crate::http::once`]).

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use entity::deed;
use entity::vocabulary::AccessAction;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, EntityTrait, SqlErr};

use crate::error::{Conflict, Error};
use crate::secret::keyring::{Keyring, Purpose};

/// Something that was shown: how, what, and the guarded fields.
pub(crate) type Noted = (AccessAction, String, String);

/// One sending, before or after it had its effect.
#[derive(Debug)]
pub(crate) struct Deed {
    /// A keyed hash of who sends, where to and under which key.
    pub(crate) id: String,
    /// A keyed hash of all that is sent.
    pub(crate) body_hash: String,
    done: AtomicBool,
    shown: Mutex<Vec<Noted>>,
}

impl Deed {
    /// The sending of `body` under a key. `sender` says who sends it, where to and the key.
    pub(crate) fn new(keyring: &Keyring, sender: &[&str], body: &[u8]) -> Arc<Self> {
        Arc::new(Self {
            id: keyring.hash(Purpose::Deed, sender),
            body_hash: keyring.hash(Purpose::Deed, &["body", &hex::encode(body)]),
            done: AtomicBool::new(false),
            shown: Mutex::default(),
        })
    }

    /// Whether this sending, and no other, had the effect.
    pub(crate) fn is_done(&self) -> bool {
        self.done.load(Ordering::Acquire)
    }

    /// Says that the transaction in which it entered was kept.
    pub(crate) fn was_done(&self) {
        self.done.store(true, Ordering::Release);
    }

    /// Enters the sending in the transaction of its change. Where another has entered before, it waits for that one's
    /// transaction and then fails.
    pub(crate) async fn enter(&self, txn: &DatabaseTransaction, now: DateTime<Utc>) -> Result<(), Error> {
        let row = deed::ActiveModel {
            id: Set(self.id.clone()),
            body_hash: Set(self.body_hash.clone()),
            answer: Set(None),
            done_at: Set(now),
        };
        match deed::Entity::insert(row).exec_without_returning(txn).await {
            Ok(_) => Ok(()),
            Err(error) => Err(match error.sql_err() {
                Some(SqlErr::UniqueConstraintViolation(_)) => Conflict::SentBefore.into(),
                _ => error.into(),
            }),
        }
    }

    /// Remembers what its answer shows, because whoever is given that answer again is shown it again.
    pub(crate) fn shows(&self, seen: &[Noted]) {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(seen);
    }

    /// What its answer shows.
    pub(crate) fn shown(&self) -> Vec<Noted> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
