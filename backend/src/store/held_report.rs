//! Reads of reports that are held.

use entity::{HeldReportId, held_report};
use sea_orm::sea_query::Order;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, Select,
};

use super::nothing;
use super::page::{Page, Wanted};
use super::stream::Find;
use crate::context::OpContext;
use crate::domain::held_report::HeldReport;
use crate::domain::policy::reads_held_reports;
use crate::domain::reference::ReferralReference;
use crate::domain::viewer::Viewer;
use crate::error::Error;

fn visible(viewer: &Viewer) -> Select<held_report::Entity> {
    let all = held_report::Entity::find();
    if reads_held_reports(viewer) { all } else { all.filter(nothing()) }
}

/// A page of those that nobody has decided on, the one that waits longest first.
pub async fn waiting(op: &OpContext, wanted: &Wanted) -> Result<Page<held_report::Model>, Error> {
    use held_report::Column::{Id, ReceivedAt, SettledAt};
    let select = visible(&op.viewer).filter(SettledAt.is_null());
    wanted.read(&op.db.read, select, &[ReceivedAt, Id], Order::Asc).await
}

/// How many nobody has decided on.
pub async fn count(op: &OpContext) -> Result<u64, Error> {
    Ok(visible(&op.viewer).filter(held_report::Column::SettledAt.is_null()).count(&op.db.read).await?)
}

/// One by its reference; none if there is none for the viewer, or if the reference cannot be one.
pub async fn by_reference<C: ConnectionTrait>(
    op: &OpContext,
    connection: &C,
    reference: &str,
) -> Result<Option<held_report::Model>, Error> {
    let Ok(reference) = ReferralReference::parse(reference) else { return Ok(None) };
    let found = visible(&op.viewer).filter(held_report::Column::Reference.eq(reference.as_str()));
    Ok(found.one(connection).await?)
}

impl Find for HeldReport {
    type Key = str;

    /// Whoever decides at the same time waits, and then finds it settled.
    async fn find(op: &OpContext, txn: &DatabaseTransaction, reference: &str) -> Result<Option<HeldReportId>, Error> {
        let Ok(reference) = ReferralReference::parse(reference) else { return Ok(None) };
        let found = visible(&op.viewer).filter(held_report::Column::Reference.eq(reference.as_str()));
        Ok(found.lock_exclusive().one(txn).await?.map(|row| row.id))
    }
}

/// The one that was sent under this key, whoever asks: the key is its secret.
pub(crate) async fn by_key<C: ConnectionTrait>(
    _: &OpContext,
    connection: &C,
    key: &str,
) -> Result<Option<held_report::Model>, Error> {
    Ok(held_report::Entity::find().filter(held_report::Column::Key.eq(key)).one(connection).await?)
}
