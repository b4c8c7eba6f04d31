//! The rows of the clocks that run, of cases and of referrals.

use entity::{CaseId, ReferralId, clock};
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};

use crate::domain::clock::{Clock, first_telling};
use crate::error::Error;

/// Makes the rows of the clocks of a case agree with its fold.
pub(super) async fn write_of_case(txn: &DatabaseTransaction, id: CaseId, clocks: &[Clock]) -> Result<(), Error> {
    clock::Entity::delete_many().filter(clock::Column::CaseId.eq(id)).exec(txn).await?;
    insert(txn, clocks.iter().map(|clock| row(clock, Some(id), None))).await
}

/// Makes the row of the clock of a referral agree with its fold; `None` where none runs.
pub(in crate::service) async fn write_of_referral(
    txn: &DatabaseTransaction,
    id: ReferralId,
    running: Option<&Clock>,
) -> Result<(), Error> {
    clock::Entity::delete_many().filter(clock::Column::ReferralId.eq(id)).exec(txn).await?;
    insert(txn, running.map(|clock| row(clock, None, Some(id)))).await
}

async fn insert(txn: &DatabaseTransaction, rows: impl IntoIterator<Item = clock::ActiveModel>) -> Result<(), Error> {
    let rows: Vec<_> = rows.into_iter().collect();
    if !rows.is_empty() {
        clock::Entity::insert_many(rows).exec_without_returning(txn).await?;
    }
    Ok(())
}

/// The row of a clock, of a case or of a referral.
pub fn row(clock: &Clock, case: Option<CaseId>, referral: Option<ReferralId>) -> clock::ActiveModel {
    clock::ActiveModel {
        kind: Set(clock.kind),
        item: Set(clock.item),
        case_id: Set(case),
        referral_id: Set(referral),
        started_at: Set(clock.started_at),
        late_at: Set(clock.late_at),
        next_at: Set(first_telling(clock.kind, clock.late_at)),
    }
}
