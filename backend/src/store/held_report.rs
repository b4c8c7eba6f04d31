//! Reads of held reports.
//!
//! What must not live here: which reports are held (`service::report`), and who may read them (`domain::policy`).

use chrono::{DateTime, Utc};
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

/// The held reports that exist for the viewer: all for those who triage, none for others.
fn visible(viewer: &Viewer) -> Select<held_report::Entity> {
    let all = held_report::Entity::find();
    if reads_held_reports(viewer) { all } else { all.filter(nothing()) }
}

/// A page of reports that nobody has settled, the longest waiting first.
pub async fn waiting(op: &OpContext, wanted: &Wanted) -> Result<Page<held_report::Model>, Error> {
    use held_report::Column::{Id, ReceivedAt, SettledAt};
    let select = visible(&op.viewer).filter(SettledAt.is_null());
    wanted.read(&op.db.read, select, &[ReceivedAt, Id], Order::Asc).await
}

/// The number of reports that nobody has settled.
pub async fn count(op: &OpContext) -> Result<u64, Error> {
    Ok(visible(&op.viewer).filter(held_report::Column::SettledAt.is_null()).count(&op.db.read).await?)
}

/// The number of reports that nobody has settled since this moment or before, whoever asks.
pub(crate) async fn waiting_since<C: ConnectionTrait>(connection: &C, moment: DateTime<Utc>) -> Result<u64, Error> {
    use held_report::Column::{ReceivedAt, SettledAt};
    let waiting = held_report::Entity::find().filter(SettledAt.is_null()).filter(ReceivedAt.lte(moment));
    Ok(waiting.count(connection).await?)
}

/// The held report with this reference; `None` if it does not exist for the viewer or if the text is no referral
/// reference.
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

    /// Locks the row: whoever settles the same report at the same time waits, and then finds it settled.
    async fn find(op: &OpContext, txn: &DatabaseTransaction, reference: &str) -> Result<Option<HeldReportId>, Error> {
        let Ok(reference) = ReferralReference::parse(reference) else { return Ok(None) };
        let found = visible(&op.viewer).filter(held_report::Column::Reference.eq(reference.as_str()));
        Ok(found.lock_exclusive().one(txn).await?.map(|row| row.id))
    }
}

/// The held report that was sent with this idempotency key, whoever asks: the key is a secret of its sender.
pub(crate) async fn by_key<C: ConnectionTrait>(
    _: &OpContext,
    connection: &C,
    key: &str,
) -> Result<Option<held_report::Model>, Error> {
    Ok(held_report::Entity::find().filter(held_report::Column::Key.eq(key)).one(connection).await?)
}
