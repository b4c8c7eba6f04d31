//! Rows made of facts: what a fact changes in the tables that lists and searches read, in the transaction that stores
//! the fact. A file for each noun.
//!
//! What must not live here: decisions. A projection writes what the domain's fold says, and nothing of its own.

mod agency;
mod break_glass;
mod case;
pub(super) mod child;
mod contact;
mod held_report;
mod proposal;
mod referral;
mod staff;

#[cfg(test)]
pub(crate) use {case::case_row, staff::staff_row};

use std::future::Future;

use sea_orm::{ActiveModelTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, SqlErr};

use crate::context::OpContext;
use crate::domain::stream::Stream;
use crate::error::{Conflict, Error};

/// What happened to a thing.
pub(super) struct Change<'a, S: Stream> {
    /// As it stood; none when it is new.
    pub(super) before: Option<&'a S>,
    /// As it stands now.
    pub(super) after: &'a S,
    /// The facts between the two, in order.
    pub(super) facts: &'a [S::Fact],
}

/// A stream that tables show.
pub(super) trait Project: Stream {
    /// What is stored in its rows and is part of no fact.
    type Besides: Send;

    /// Makes the rows what the thing is after a change.
    fn project(
        op: &OpContext,
        txn: &DatabaseTransaction,
        change: &Change<'_, Self>,
        besides: Self::Besides,
    ) -> impl Future<Output = Result<(), Error>> + Send;
}

/// Replaces the one row that meets a condition: its id, and the version before the change.
async fn replace<E: EntityTrait>(
    txn: &DatabaseTransaction,
    row: impl ActiveModelTrait<Entity = E>,
    at: Condition,
) -> Result<(), Error> {
    let moved = E::update_many().set(row).filter(at).exec(txn).await.map_err(or_stale)?;
    if moved.rows_affected == 1 { Ok(()) } else { Err(Conflict::Stale.into()) }
}

/// Somebody else did the like at the same moment, and the database lets only one of the two through.
fn or_stale(error: DbErr) -> Error {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Conflict::Stale.into(),
        _ => error.into(),
    }
}
