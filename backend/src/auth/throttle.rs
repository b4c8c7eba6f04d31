//! How often something may be tried: counted in the database, so that all instances share the count and a restart does
//! not forget it. Whom a count is of is kept as a keyed hash.

use chrono::{DateTime, TimeDelta, Utc};
use entity::throttle;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ConnectionTrait, DatabaseTransaction, EntityTrait};

use super::keyring::{Keyring, Purpose};
use super::memory::Memory;
use crate::app::App;
use crate::context::{OpContext, write};
use crate::db::Db;
use crate::error::Error;
pub use crate::http::peer::origin;

/// So many tries in a span of time that begins with the first of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What is counted; part of what the count is kept under.
    pub name: &'static str,
    /// How many tries.
    pub most: i32,
    /// In how many seconds.
    pub seconds: i64,
}

impl Limit {
    /// `most` tries of `name` in `seconds`.
    pub const fn new(name: &'static str, most: i32, seconds: i64) -> Self {
        Self { name, most, seconds }
    }
}

/// Counts `weight` tries at `target` and refuses those past the limit, saying when to come back. The count is kept
/// whatever becomes of the try; who is past the limit already is refused without counting again.
pub async fn take(app: &App, limit: Limit, target: &str, weight: i32) -> Result<(), Error> {
    let counter = Counter { db: &app.db, keyring: &app.keyring(), memory: &app.limits, now: app.clock.now() };
    counter.take(limit, target, weight).await?.map_or(Ok(()), |until| Err(Error::Throttled(until)))
}

/// Counts `weight` tries at `target`; how many that makes, and when the count begins anew. A weight of nothing reads the
/// count.
pub async fn count(app: &App, limit: Limit, target: &str, weight: i32) -> Result<(i32, DateTime<Utc>), Error> {
    count_in(&app.db, &app.keyring(), app.clock.now(), limit, target, weight).await
}

/// Counts one try of `op` at `target`; when to come back if it is past the limit, nothing if it is within.
pub(crate) async fn past(op: &OpContext, limit: Limit, target: &str) -> Result<Option<DateTime<Utc>>, Error> {
    let Some(keyring) = op.keyring() else { return Ok(None) };
    Counter { db: &op.db, keyring, memory: op.limits(), now: op.now() }.take(limit, target, 1).await
}

/// What counting needs.
struct Counter<'a> {
    db: &'a Db,
    keyring: &'a Keyring,
    memory: &'a Memory,
    now: DateTime<Utc>,
}

impl Counter<'_> {
    /// Counts a try; when to come back if it is past the limit. The database decides: who is remembered to be past is
    /// looked up, because another instance may have let them go.
    async fn take(&self, limit: Limit, target: &str, weight: i32) -> Result<Option<DateTime<Utc>>, Error> {
        let id = self.keyring.hash(Purpose::Throttle, &[limit.name, target]);
        if self.memory.was_past(&id, self.now) {
            if let Some(until) = self.still_past(&id, limit).await? {
                return Ok(Some(until));
            }
            self.memory.is_within(&id);
        }
        let (count, resets_at) = count_in(self.db, self.keyring, self.now, limit, target, weight).await?;
        if count <= limit.most {
            return Ok(None);
        }
        self.memory.is_past(&id, resets_at, self.now);
        Ok(Some(resets_at))
    }

    /// Until when the database says that whoever is counted under `id` is past the limit.
    async fn still_past(&self, id: &str, limit: Limit) -> Result<Option<DateTime<Utc>>, Error> {
        let mut select = Query::select();
        select
            .column(throttle::Column::ResetsAt)
            .from(throttle::Entity)
            .and_where(Expr::col(throttle::Column::Id).eq(id))
            .and_where(Expr::col(throttle::Column::Count).gt(limit.most))
            .and_where(Expr::col(throttle::Column::ResetsAt).gt(self.now.timestamp_millis()));
        let Some(row) = self.db.read.query_one(&select).await? else { return Ok(None) };
        Ok(DateTime::from_timestamp_millis(row.try_get("", "resets_at")?))
    }
}

async fn count_in(
    db: &Db,
    keyring: &Keyring,
    moment: DateTime<Utc>,
    limit: Limit,
    target: &str,
    weight: i32,
) -> Result<(i32, DateTime<Utc>), Error> {
    let (keyring, target) = (keyring.clone(), target.to_owned());
    write(db, move |txn| async move { count_within(&txn, &keyring, moment, limit, &target, weight).await }).await
}

/// The same within a transaction, so that the count stands or falls with it.
pub(crate) async fn count_within(
    txn: &DatabaseTransaction,
    keyring: &Keyring,
    moment: DateTime<Utc>,
    limit: Limit,
    target: &str,
    weight: i32,
) -> Result<(i32, DateTime<Utc>), Error> {
    let id = keyring.hash(Purpose::Throttle, &[limit.name, target]);
    let now = moment.timestamp_millis();
    let resets_at = now + limit.seconds * 1_000;
    let over = Expr::col((throttle::Entity, throttle::Column::ResetsAt)).lte(now);
    let carried_on = Expr::col((throttle::Entity, throttle::Column::Count)).add(weight);
    let kept = Expr::col((throttle::Entity, throttle::Column::ResetsAt));
    let mut insert = Query::insert();
    insert
        .into_table(throttle::Entity)
        .columns([throttle::Column::Id, throttle::Column::Count, throttle::Column::ResetsAt])
        .values_panic([id.into(), weight.into(), resets_at.into()])
        .on_conflict(
            OnConflict::column(throttle::Column::Id)
                .value(throttle::Column::Count, CaseStatement::new().case(over.clone(), weight).finally(carried_on))
                .value(throttle::Column::ResetsAt, CaseStatement::new().case(over, resets_at).finally(kept))
                .to_owned(),
        )
        .returning_all();
    let row = txn.query_one(&insert).await?.ok_or_else(|| Error::internal("a count was not given back"))?;
    let count: i32 = row.try_get("", "count")?;
    let resets_at: i64 = row.try_get("", "resets_at")?;
    Ok((count, DateTime::from_timestamp_millis(resets_at).unwrap_or(moment + TimeDelta::seconds(limit.seconds))))
}

/// Forgets the tries at `target`, because one of them was right.
pub async fn forget(app: &App, limit: Limit, target: &str) -> Result<(), Error> {
    let (keyring, target) = (app.keyring(), target.to_owned());
    write(&app.db, move |txn| async move { forget_in(&txn, &keyring, limit, &target).await }).await
}

/// Forgets the tries at `target` together with a change, because somebody who may has said so.
pub(crate) async fn forget_in(
    txn: &DatabaseTransaction,
    keyring: &Keyring,
    limit: Limit,
    target: &str,
) -> Result<(), Error> {
    let id = keyring.hash(Purpose::Throttle, &[limit.name, target]);
    throttle::Entity::delete_by_id(id).exec(txn).await?;
    Ok(())
}
