//! Public reports being written: begun, changed, discarded. No event records them, because until a report is sent it
//! concerns nobody but its writer.
//!
//! What must not live here: what the answers mean (`domain::referral`), and sending (`report`).

use chrono::{DateTime, TimeDelta, Utc};
use entity::report_draft;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use crate::context::{OpContext, Txn};
use crate::error::Error;
use crate::store;

/// The hours for which a report is kept after it was last used.
pub(crate) const KEPT_HOURS: i64 = 12;

/// The key of a report: the hashes of its id and of its browser's token.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) id: String,
    pub(crate) holder: String,
}

fn kept_since(now: DateTime<Utc>) -> DateTime<Utc> {
    now - TimeDelta::hours(KEPT_HOURS)
}

/// The report, if it exists and was used within [`KEPT_HOURS`]. Reading does not count as use.
pub(crate) async fn look(op: &OpContext, found: &Found) -> Result<Option<report_draft::Model>, Error> {
    store::report_draft::one(&op.db.read, &found.id, &found.holder, kept_since(op.now())).await
}

/// Begins an empty report under the idempotency key `key`, unless this browser has begun it before. False when the id
/// belongs to another browser or its report was sent.
pub(crate) async fn begin(op: &OpContext, found: Found, key: String) -> Result<bool, Error> {
    let now = op.now();
    op.write(move |_, txn| async move {
        let row = report_draft::ActiveModel {
            id: Set(found.id.clone()),
            holder: Set(found.holder.clone()),
            answers: Set("{}".to_owned()),
            key: Set(key),
            sending: Set(false),
            reference: Set(None),
            held_until: Set(None),
            created_at: Set(now),
            used_at: Set(now),
        };
        let once = OnConflict::column(report_draft::Column::Id).do_nothing().to_owned();
        report_draft::Entity::insert(row).on_conflict(once).exec_without_returning(&*txn).await?;
        let row = store::report_draft::one(&*txn, &found.id, &found.holder, kept_since(now)).await?;
        Ok(row.is_some_and(|row| row.reference.is_none()))
    })
    .await
}

/// Applies `act` to the report as it is now, and notes that it was used. Two tabs that save at once wait for each
/// other, so neither undoes the other. `None` when the report does not exist any more.
pub(crate) async fn change(
    op: &OpContext,
    found: Found,
    act: impl FnOnce(report_draft::Model) -> Result<report_draft::Model, Error> + Send + 'static,
) -> Result<Option<report_draft::Model>, Error> {
    let now = op.now();
    op.write(move |_, txn| async move {
        // First of all, because on PostgreSQL this update is the lock that makes a second tab wait.
        if !use_now(&txn, &found, now).await? {
            return Ok(None);
        }
        let Some(before) = store::report_draft::one(&*txn, &found.id, &found.holder, kept_since(now)).await? else {
            return Ok(None);
        };
        let after = act(before.clone())?;
        if after != before {
            after.clone().into_active_model().reset_all().update(&*txn).await?;
        }
        Ok(Some(after))
    })
    .await
}

async fn use_now(txn: &Txn, found: &Found, now: DateTime<Utc>) -> Result<bool, Error> {
    let used = report_draft::ActiveModel { used_at: Set(now), ..Default::default() };
    let used = report_draft::Entity::update_many()
        .set(used)
        .filter(report_draft::Column::Id.eq(&found.id))
        .filter(report_draft::Column::Holder.eq(&found.holder))
        .filter(report_draft::Column::UsedAt.gt(kept_since(now)));
    Ok(used.exec(&**txn).await?.rows_affected == 1)
}

/// Discards the report for good; true when its browser has another.
pub(crate) async fn discard(op: &OpContext, found: Found) -> Result<bool, Error> {
    op.write(move |_, txn| async move {
        let gone = report_draft::Entity::delete_many().filter(report_draft::Column::Id.eq(&found.id));
        gone.filter(report_draft::Column::Holder.eq(&found.holder)).exec(&*txn).await?;
        Ok(store::report_draft::held_by(&*txn, &found.holder).await? > 0)
    })
    .await
}

/// Deletes reports that were not used within [`KEPT_HOURS`].
pub(crate) async fn sweep(txn: &Txn, now: DateTime<Utc>) -> Result<(), Error> {
    let old = report_draft::Column::UsedAt.lte(kept_since(now));
    report_draft::Entity::delete_many().filter(old).exec(&**txn).await?;
    Ok(())
}
