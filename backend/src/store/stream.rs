//! Reads of streams: the facts of one thing, what they add up to, and that for a change.
//!
//! What must not live here: which things exist for a viewer, which each noun's own module says.

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

/// A stream that somebody changes: how it is found.
pub(crate) trait Find: Stream {
    /// What whoever changes it calls it by.
    type Key: ?Sized + Sync;

    /// The id of what is called so, if it exists for the viewer; nobody else changes it until the transaction ends.
    fn find(
        op: &OpContext,
        txn: &DatabaseTransaction,
        key: &Self::Key,
    ) -> impl Future<Output = Result<Option<Self::Id>, Error>> + Send;
}

/// A thing for a change, as its facts make it: these decide, not its row, which somebody may have changed between two
/// reads. Whether the caller saw its newest version ([`Stream::must_stand_at`]) is asked after their right: who may not
/// change it learns nothing of whether it changed.
pub(crate) async fn for_change<S: Find>(op: &OpContext, txn: &DatabaseTransaction, key: &S::Key) -> Result<S, Error> {
    let id = S::find(op, txn, key).await?.ok_or(Error::NotFound)?;
    load(txn, id).await
}

/// A thing as its facts make it, whoever asks.
pub(crate) async fn load<S: Stream, C: ConnectionTrait>(connection: &C, id: S::Id) -> Result<S, Error> {
    folded(id, &facts(connection, id.into()).await?).ok_or(Error::NotFound)
}

/// A thing as the facts before `until` made it, whoever asks; none if it had none by then.
pub(crate) async fn load_until<S: Stream, C: ConnectionTrait>(
    connection: &C,
    id: S::Id,
    until: DateTime<Utc>,
) -> Result<Option<S>, Error> {
    let mut facts = facts(connection, id.into()).await?;
    facts.retain(|(_, at)| *at < until);
    Ok(folded(id, &facts))
}

fn folded<S: Stream>(id: S::Id, facts: &[(S::Fact, DateTime<Utc>)]) -> Option<S> {
    facts.iter().fold(None, |thing, (fact, at)| S::fold(thing, id, fact, *at))
}

/// The facts of one stream with when they were recorded, oldest first.
async fn facts<F: Fact, C: ConnectionTrait>(connection: &C, stream: Uuid) -> Result<Vec<(F, DateTime<Utc>)>, Error> {
    let rows =
        event::Entity::find().filter(event::Column::Stream.eq(stream)).order_by_asc(event::Column::Seq).all(connection);
    rows.await?.into_iter().map(|row| Ok((read(&row.kind, &row.payload)?, row.recorded_at))).collect()
}

/// How many facts a stream has.
pub(crate) async fn count<C: ConnectionTrait>(connection: &C, stream: Uuid) -> Result<i32, Error> {
    let count = event::Entity::find().filter(event::Column::Stream.eq(stream)).count(connection).await?;
    i32::try_from(count).map_err(Error::internal)
}
