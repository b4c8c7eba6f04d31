//! Reads of public reports being written. Only the browser that began one can open it, with its id and its token; there
//! is no other viewer, so neither an id nor a role alone opens one.

use chrono::{DateTime, Utc};
use entity::report_draft;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::error::Error;

/// The report with this id and this browser's token, both hashed, if it was used after `since`.
pub(crate) async fn one<C: ConnectionTrait>(
    connection: &C,
    id: &str,
    holder: &str,
    since: DateTime<Utc>,
) -> Result<Option<report_draft::Model>, Error> {
    let found = report_draft::Entity::find_by_id(id).filter(report_draft::Column::Holder.eq(holder));
    Ok(found.filter(report_draft::Column::UsedAt.gt(since)).one(connection).await?)
}

/// The number of unsent reports that a browser has.
pub(crate) async fn held_by<C: ConnectionTrait>(connection: &C, holder: &str) -> Result<u64, Error> {
    let held = report_draft::Entity::find().filter(report_draft::Column::Holder.eq(holder));
    Ok(held.count(connection).await?)
}
