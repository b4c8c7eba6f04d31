//! Projections: rows made of facts. They write what a fact changes in the tables that lists and searches read, in the
//! transaction that stores the fact. There is one file for each noun. The rows themselves are public for whoever fills a
//! whole register at once.
//!
//! What must not live here: decisions. A projection writes the result of the domain's fold and nothing else.

mod agency;
mod break_glass;
mod case;
pub mod child;
mod clock;
mod contact;
mod escalation;
mod held_report;
mod proposal;
pub mod referral;
mod staff;

pub(in crate::service) use agency::{agency_row, agreement_row, client_row, token_row};
pub(in crate::service) use break_glass::glass_row;
pub use case::{case_row, enquiry_row, placement_row, reader_rows, removal_row, span_rows};
pub(in crate::service) use case::{key_rows, rewrite};
pub(in crate::service) use clock::write_of_referral;
pub use clock::{Made, row as clock_row};
pub use contact::contact_row;
pub use escalation::row as escalation_row;
pub(in crate::service) use held_report::report_row;
pub(in crate::service) use proposal::proposal_row;
pub use staff::staff_row;

use std::future::Future;

use sea_orm::{ActiveModelTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, SqlErr};

use crate::context::OpContext;
use crate::domain::stream::Stream;
use crate::error::{Conflict, Error};

/// A change of a stream.
pub(super) struct Change<'a, S: Stream> {
    /// The thing before the change; `None` when it is new.
    pub(super) before: Option<&'a S>,
    /// The thing after the change.
    pub(super) after: &'a S,
    /// The facts that lead from the one to the other, in order.
    pub(super) facts: &'a [S::Fact],
}

/// A stream that has rows.
pub(super) trait Project: Stream {
    /// What its rows hold and no fact does, such as the hash of a token.
    type Besides: Send;

    /// Writes the rows of a thing after a change. Fails with a conflict when another writer changed them first.
    fn project(
        op: &OpContext,
        txn: &DatabaseTransaction,
        change: &Change<'_, Self>,
        besides: Self::Besides,
    ) -> impl Future<Output = Result<(), Error>> + Send;
}

/// Replaces the one row that meets a condition, its id and the version before the change. Fails as stale when there is
/// none.
async fn replace<E: EntityTrait>(
    txn: &DatabaseTransaction,
    row: impl ActiveModelTrait<Entity = E>,
    at: Condition,
) -> Result<(), Error> {
    let moved = E::update_many().set(row).filter(at).exec(txn).await.map_err(or_stale)?;
    if moved.rows_affected == 1 { Ok(()) } else { Err(Conflict::Stale.into()) }
}

/// A violated unique constraint as a stale change: another writer did the same at the same moment, and only one may
/// pass.
fn or_stale(error: DbErr) -> Error {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Conflict::Stale.into(),
        _ => error.into(),
    }
}
