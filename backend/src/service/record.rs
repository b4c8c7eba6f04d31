//! How a command stores what a rule decided: the facts, the rows made of them, and the value the command gives back.
//!
//! What must not live here: what a fact does (`domain`), and which rows show it (`project`).

use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::project::{Change, Project};
use crate::context::{Done, OpContext};
use crate::domain::event::Event;
use crate::domain::stream::{Fact, Stream};
use crate::error::Error;

/// Stores the first facts of a new stream, and gives the thing they make.
pub(super) async fn begin<S: Project>(
    op: &OpContext,
    txn: &DatabaseTransaction,
    id: S::Id,
    facts: Vec<S::Fact>,
) -> Result<Done<S>, Error>
where
    S::Besides: Default,
{
    record(op, txn, id, None, facts, S::Besides::default()).await
}

/// Stores further facts of `before`, and gives the thing after them.
pub(super) async fn change<S: Project>(
    op: &OpContext,
    txn: &DatabaseTransaction,
    before: S,
    facts: Vec<S::Fact>,
) -> Result<Done<S>, Error>
where
    S::Besides: Default,
{
    let id = before.id();
    record(op, txn, id, Some(before), facts, S::Besides::default()).await
}

/// Stores facts of a stream, new or not. `besides` is what its rows hold and no fact does.
pub(super) async fn record<S: Project>(
    op: &OpContext,
    txn: &DatabaseTransaction,
    id: S::Id,
    before: Option<S>,
    facts: Vec<S::Fact>,
    besides: S::Besides,
) -> Result<Done<S>, Error> {
    let first = before.as_ref().map_or(0, Stream::version);
    let events = (first..).zip(&facts).map(|(after, fact)| Event::of(id, after, fact));
    let events: Vec<Event> = events.collect::<Result<_, _>>()?;
    let after = facts.iter().fold(before.clone(), |thing, fact| S::fold(thing, id, fact, op.now()));
    let after = after.ok_or_else(|| Error::internal("the first fact of something does not begin it"))?;
    let change = Change { before: before.as_ref(), after: &after, facts: &facts };
    Box::pin(S::project(op, txn, &change, besides)).await?;
    Done::of(after, events)
}

/// Stores one fact of a stream that has `after` facts and is no fold: its state is in its rows alone.
pub(super) fn fact<F: Fact, T>(value: T, stream: impl Into<Uuid>, after: i32, fact: &F) -> Result<Done<T>, Error> {
    Ok(Done::new(value, Event::of(stream, after, fact)?))
}
