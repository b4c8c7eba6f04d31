//! Limits on how often something may be tried. Tries are counted in the database, so that all instances share the
//! counts and a restart does not reset them. The target of a count is stored as a keyed hash. An operation without a
//! keyring is not counted: the operator and the demonstration have no limits.
//!
//! What must not live here: the limits of one command, which are declared beside it.

pub(crate) mod sign_in;

use chrono::{DateTime, TimeDelta, Utc};
use entity::throttle;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ConnectionTrait, DatabaseTransaction, EntityTrait};

use crate::context::OpContext;
use crate::error::Error;
use crate::limit::Limit;
use crate::secret::keyring::{Keyring, Purpose};

/// Counts `weight` tries at `target`, and refuses with the time of the reset once the limit is passed. The tries are
/// counted even if the operation fails; a target that is already past its limit is refused without counting.
pub(crate) async fn take(op: &OpContext, limit: Limit, target: &str, weight: i32) -> Result<(), Error> {
    past_by(op, limit, target, weight).await?.map_or(Ok(()), |until| Err(Error::Throttled(until)))
}

/// Counts one try at `target`. Returns the time of the reset if the limit is passed, and `None` if it is not.
pub(crate) async fn past(op: &OpContext, limit: Limit, target: &str) -> Result<Option<DateTime<Utc>>, Error> {
    past_by(op, limit, target, 1).await
}

/// Counts tries as [`take`] does. The database decides: a target that this process remembers as past its limit is
/// looked up, because another instance may have reset its count.
async fn past_by(op: &OpContext, limit: Limit, target: &str, weight: i32) -> Result<Option<DateTime<Utc>>, Error> {
    let Some(keyring) = op.keyring() else { return Ok(None) };
    let id = id_of(keyring, limit, target);
    if op.limits().was_past(&id, op.now()) {
        if let Some(until) = still_past(op, &id, limit).await? {
            return Ok(Some(until));
        }
        op.limits().is_within(&id);
    }
    let (count, resets_at) = count(op, limit, target, weight).await?;
    if count <= limit.most {
        return Ok(None);
    }
    op.limits().is_past(&id, resets_at, op.now());
    Ok(Some(resets_at))
}

/// Spends `points` of a budget, and refuses with the time of the reset once it is used up. Points are counted in memory
/// and written to the database about once a second, where all instances meet; so this is for budgets of points, and
/// never for tries at a password, a code or a link.
pub(crate) async fn spend(op: &OpContext, budget: Limit, target: &str, points: i32) -> Result<(), Error> {
    let Some(keyring) = op.keyring() else { return Ok(()) };
    let id = id_of(keyring, budget, target);
    if op.limits().was_past(&id, op.now()) {
        return take(op, budget, target, points).await;
    }
    let Some(unwritten) = op.limits().spend(budget, &id, points, op.now()) else { return Ok(()) };
    let (spent, resets_at) = count(op, budget, target, unwritten).await?;
    op.limits().exchanged(&id, spent, resets_at, op.now());
    if spent <= budget.most {
        return Ok(());
    }
    op.limits().is_past(&id, resets_at, op.now());
    Err(Error::Throttled(resets_at))
}

/// The points spent of a budget, by this instance until now and by the others until they last wrote.
pub(crate) async fn spent(op: &OpContext, budget: Limit, target: &str) -> Result<i32, Error> {
    let Some(keyring) = op.keyring() else { return Ok(0) };
    let unwritten = op.limits().unwritten(&id_of(keyring, budget, target));
    Ok(count(op, budget, target, unwritten).await?.0)
}

/// The time of the reset, if the count under `id` is past the limit in the database.
async fn still_past(op: &OpContext, id: &str, limit: Limit) -> Result<Option<DateTime<Utc>>, Error> {
    let mut select = Query::select();
    select
        .column(throttle::Column::ResetsAt)
        .from(throttle::Entity)
        .and_where(Expr::col(throttle::Column::Id).eq(id))
        .and_where(Expr::col(throttle::Column::Count).gt(limit.most))
        .and_where(Expr::col(throttle::Column::ResetsAt).gt(op.now().timestamp_millis()))
        .and_where(Expr::col(throttle::Column::ResetsAt).lte(op.now().timestamp_millis() + limit.seconds * 1_000));
    let Some(row) = op.db.read.query_one(&select).await? else { return Ok(None) };
    Ok(DateTime::from_timestamp_millis(row.try_get("", "resets_at")?))
}

/// Counts `weight` tries at `target`, and returns the new count and the time of its reset. A weight of zero only reads
/// the count.
pub(crate) async fn count(
    op: &OpContext,
    limit: Limit,
    target: &str,
    weight: i32,
) -> Result<(i32, DateTime<Utc>), Error> {
    let target = target.to_owned();
    op.write(move |op, txn| async move { count_within(&op, &txn, limit, &target, weight).await }).await
}

/// Counts within a transaction, so that the tries count only if it commits.
pub(crate) async fn count_within(
    op: &OpContext,
    txn: &DatabaseTransaction,
    limit: Limit,
    target: &str,
    weight: i32,
) -> Result<(i32, DateTime<Utc>), Error> {
    let Some(keyring) = op.keyring() else { return Ok((0, op.now())) };
    let (id, moment) = (id_of(keyring, limit, target), op.now());
    let now = moment.timestamp_millis();
    let resets_at = now + limit.seconds * 1_000;
    // A count that would last longer than one made now was begun while the clock stood ahead.
    let ends = || Expr::col((throttle::Entity, throttle::Column::ResetsAt));
    let over = ends().lte(now).or(ends().gt(resets_at));
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

/// Resets the count of `target`, because a try was right.
pub(crate) async fn forget(op: &OpContext, limit: Limit, target: &str) -> Result<(), Error> {
    let target = target.to_owned();
    op.write(move |op, txn| async move { forget_in(&op, &txn, limit, &target).await }).await
}

/// Resets the count of `target` within the transaction of a change, such as a new password, so that both hold or
/// neither.
pub(crate) async fn forget_in(
    op: &OpContext,
    txn: &DatabaseTransaction,
    limit: Limit,
    target: &str,
) -> Result<(), Error> {
    let Some(keyring) = op.keyring() else { return Ok(()) };
    throttle::Entity::delete_by_id(id_of(keyring, limit, target)).exec(txn).await?;
    Ok(())
}

/// The id under which the count of a target is stored: a keyed hash.
fn id_of(keyring: &Keyring, limit: Limit, target: &str) -> String {
    keyring.hash(Purpose::Throttle, &[limit.name, target])
}
