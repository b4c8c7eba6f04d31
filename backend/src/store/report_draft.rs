//! Reads of reports that anybody is writing. Whoever holds both the id and the browser's token is who wrote it; there is
//! no other viewer, so neither an id nor a role opens one.

use chrono::{DateTime, Utc};
use entity::report_draft;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::error::Error;

/// The report with this id of this holder, if it was used after `since`. Both are hashes.
pub(crate) async fn one<C: ConnectionTrait>(
    connection: &C,
    id: &str,
    holder: &str,
    since: DateTime<Utc>,
) -> Result<Option<report_draft::Model>, Error> {
    let found = report_draft::Entity::find_by_id(id).filter(report_draft::Column::Holder.eq(holder));
    Ok(found.filter(report_draft::Column::UsedAt.gt(since)).one(connection).await?)
}

/// How many reports a browser holds.
pub(crate) async fn held_by<C: ConnectionTrait>(connection: &C, holder: &str) -> Result<u64, Error> {
    let held = report_draft::Entity::find().filter(report_draft::Column::Holder.eq(holder));
    Ok(held.count(connection).await?)
}
