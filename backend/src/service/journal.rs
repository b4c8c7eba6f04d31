//! The journal: seals over what was stored since the last one, made aside from requests; and the key of the chains of
//! facts, under which they were put once.
//!
//! What must not live here: what a seal covers and whether it holds (`store::journal`), and when one is made
//! (`jobs::journal`).

use chrono::{DateTime, Utc};
use entity::{access, event, seal};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, QueryFilter,
    QueryTrait,
};
use uuid::Uuid;

use crate::context::write;
use crate::db::Db;
use crate::domain::event::DigestInput;
use crate::error::Error;
use crate::secret::keyring::Keyring;
use crate::store::event::{Link, digest_under};
use crate::store::journal::{Head, contents, head};
use crate::store::{self, setting};

/// The most facts, and the most accesses, in one seal: few enough that whoever writes meanwhile hardly waits.
const MOST: u64 = 1_000;

/// Seals whatever is stored and not sealed yet, and gives the head of the journal; `None` if nothing was ever sealed.
/// Safe to run in two processes at once.
pub async fn seal(db: &Db, keyring: &Keyring, now: DateTime<Utc>) -> Result<Option<Head>, Error> {
    loop {
        let keyring = keyring.clone();
        let made = write(db, move |txn| async move { seal_some(&txn, &keyring, now).await }).await?;
        if !made {
            return head(&db.read).await;
        }
    }
}

/// The present head of the journal; `None` while nothing is sealed.
pub async fn last(db: &Db) -> Result<Option<Head>, Error> {
    head(&db.write).await
}

/// Makes one seal; false if there is nothing to seal.
async fn seal_some(txn: &DatabaseTransaction, keyring: &Keyring, now: DateTime<Utc>) -> Result<bool, Error> {
    if txn.get_database_backend() == DbBackend::Postgres {
        // One at a time. On SQLite the transaction itself sees to that.
        txn.execute_unprepared("SELECT pg_advisory_xact_lock(8210437)").await?;
    }
    let last = head(txn).await?;
    let (n, previous) = last.map_or((1, String::new()), |head| (head.n + 1, head.digest));
    let facts = store::event::unsealed(MOST).into_query();
    let facts = event::Entity::update_many()
        .col_expr(event::Column::Seal, Expr::val(n))
        .filter(event::Column::Id.in_subquery(facts))
        .exec(txn)
        .await?;
    let accesses = store::access_note::unsealed(MOST).into_query();
    let accesses = access::Entity::update_many()
        .col_expr(access::Column::Seal, Expr::val(n))
        .filter(access::Column::Id.in_subquery(accesses))
        .exec(txn)
        .await?;
    if facts.rows_affected + accesses.rows_affected == 0 {
        return Ok(false);
    }
    let covered = contents(txn, n, n).await?.remove(&n).unwrap_or_default();
    let [facts, accesses, notes] = covered.counts();
    let digest = covered.digest(keyring, n, now, &previous);
    let row = seal::ActiveModel {
        n: Set(n),
        sealed_at: Set(now),
        facts: Set(facts),
        accesses: Set(accesses),
        notes: Set(notes),
        digest: Set(digest),
    };
    seal::Entity::insert(row).exec_without_returning(txn).await?;
    Ok(true)
}

/// Whether the chains of this database are under this key. A database without facts is put under it from now on.
pub async fn is_keyed(db: &Db, keyring: &Keyring) -> Result<bool, Error> {
    if setting::is_keyed(db, keyring).await? {
        return Ok(true);
    }
    if store::event::is_any(db).await? {
        return Ok(false);
    }
    setting::keep_keyed(db, keyring).await?;
    Ok(true)
}

/// By what the digests from before are trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// They must be those of the chain without a key.
    Unkeyed,
    /// By nothing: they were made with a key that is lost.
    Nothing,
}

/// A fact whose digest from before does not hold.
#[derive(Debug, thiserror::Error)]
pub enum NotKeyed {
    /// The chain breaks here.
    #[error("fact number {seq} of stream {stream} is not as it was stored, so the chains were not put under the key")]
    Broken {
        /// The stream.
        stream: Uuid,
        /// The number of the fact.
        seq: i32,
    },
    /// The journal shows that this was done before.
    #[error("the journal has seals, so the chains were put under a key before: somebody took the mark of that away")]
    Sealed,
    /// The database failed.
    #[error(transparent)]
    Failed(#[from] Error),
}

/// Puts the chain of every stream under the key, some streams at a time, after its digests from before were checked.
/// Goes on where it was cut off. Nothing else may write meanwhile. Calls `told` with the number of facts so far.
pub async fn key_chains(db: &Db, keyring: &Keyring, trust: Trust, mut told: impl FnMut(u64)) -> Result<u64, NotKeyed> {
    if trust == Trust::Unkeyed && head(&db.read).await?.is_some() {
        return Err(NotKeyed::Sealed);
    }
    let (mut place, mut done) = (setting::keying_place(db).await?, 0);
    loop {
        let rows = store::event::whole_streams_after(db, place).await?;
        let Some(last) = rows.last() else { break };
        place = Some(last.stream);
        let mut digests = Vec::with_capacity(rows.len());
        let (mut before, mut after) = (Link::default(), Link::default());
        for row in &rows {
            if trust == Trust::Unkeyed {
                let digest = DigestInput::of(row, before.digest_before(row)).unkeyed();
                if !before.follows(row) || digest != row.digest {
                    return Err(NotKeyed::Broken { stream: row.stream, seq: row.seq });
                }
                before = Link::to(row, digest);
            }
            let digest = digest_under(keyring, row, after.digest_before(row));
            after = Link::to(row, digest.clone());
            digests.push((row.id, digest));
        }
        done += digests.len() as u64;
        write(db, move |txn| async move {
            for (id, digest) in digests {
                let keyed = event::ActiveModel { digest: Set(digest), seal: Set(None), ..Default::default() };
                event::Entity::update_many().set(keyed).filter(event::Column::Id.eq(id)).exec(&*txn).await?;
            }
            setting::keep_keying_place(&txn, place).await
        })
        .await?;
        told(done);
    }
    if trust == Trust::Nothing {
        // The seals from before cannot be checked any more; the journal begins anew.
        write(db, |txn| async move {
            let none = Expr::val(Option::<i32>::None);
            access::Entity::update_many().col_expr(access::Column::Seal, none.clone()).exec(&*txn).await?;
            event::Entity::update_many().col_expr(event::Column::Seal, none).exec(&*txn).await?;
            seal::Entity::delete_many().exec(&*txn).await?;
            Ok(())
        })
        .await?;
    }
    setting::keep_keyed(db, keyring).await?;
    Ok(done)
}
