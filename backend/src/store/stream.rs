//! Reads of streams: the facts of one thing, their fold, and that fold for a change.
//!
//! What must not live here: which things exist for a viewer (the module of each noun).

use std::future::Future;

use chrono::{DateTime, Utc};
use entity::event;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
};
use uuid::Uuid;

use crate::context::OpContext;
use crate::domain::event::read;
use crate::domain::stream::{Fact, Stream};
use crate::error::Error;

/// How a command finds the stream that it changes.
pub(crate) trait Find: Stream {
    /// What the caller names it by: a reference or an id.
    type Key: ?Sized + Sync;

    /// The id of the stream, if it exists for the viewer. Where two commands must not change it at once, its row is
    /// locked until the transaction ends.
    fn find(
        op: &OpContext,
        txn: &DatabaseTransaction,
        key: &Self::Key,
    ) -> impl Future<Output = Result<Option<Self::Id>, Error>> + Send;
}

/// A thing for a change, folded from its facts, since its row could have changed between two reads. Callers compare the
/// version that the user saw ([`Stream::must_stand_at`]) only after the right to act, so that whoever has no right does
/// not learn whether it changed. Fails when it does not exist for the viewer.
pub(crate) async fn for_change<S: Find>(op: &OpContext, txn: &DatabaseTransaction, key: &S::Key) -> Result<S, Error> {
    let id = S::find(op, txn, key).await?.ok_or(Error::NotFound)?;
    load(txn, id).await
}

/// A thing folded from its facts, whoever asks; fails when it has none.
pub(crate) async fn load<S: Stream, C: ConnectionTrait>(connection: &C, id: S::Id) -> Result<S, Error> {
    folded(id, &facts(connection, id.into()).await?)?.ok_or(Error::NotFound)
}

/// None without facts; an error if the first of them does not begin the thing.
fn folded<S: Stream>(id: S::Id, facts: &[(S::Fact, DateTime<Utc>)]) -> Result<Option<S>, Error> {
    let Some(((first, at), later)) = facts.split_first() else { return Ok(None) };
    let begun =
        S::begin(id, first, *at).ok_or_else(|| Error::internal("the first fact of a stream does not begin it"))?;
    Ok(Some(later.iter().fold(begun, |thing, (fact, at)| thing.after(fact, *at))))
}

/// The facts of one stream with the time each was recorded, oldest first.
async fn facts<F: Fact, C: ConnectionTrait>(connection: &C, stream: Uuid) -> Result<Vec<(F, DateTime<Utc>)>, Error> {
    let rows =
        event::Entity::find().filter(event::Column::Stream.eq(stream)).order_by_asc(event::Column::Seq).all(connection);
    rows.await?.into_iter().map(|row| Ok((read(&row.kind, &row.payload)?, row.recorded_at))).collect()
}

/// The facts of a stream after its first `version`, oldest first.
pub(crate) async fn since<F: Fact, C: ConnectionTrait>(
    connection: &C,
    stream: impl Into<Uuid>,
    version: i32,
) -> Result<Vec<F>, Error> {
    let rows = event::Entity::find()
        .filter(event::Column::Stream.eq(stream.into()))
        .filter(event::Column::Seq.gt(version))
        .order_by_asc(event::Column::Seq)
        .all(connection);
    rows.await?.into_iter().map(|row| read(&row.kind, &row.payload)).collect()
}

/// The number of facts in a stream.
pub(crate) async fn count<C: ConnectionTrait>(connection: &C, stream: Uuid) -> Result<i32, Error> {
    let count = event::Entity::find().filter(event::Column::Stream.eq(stream)).count(connection).await?;
    i32::try_from(count).map_err(Error::internal)
}
