//! The rows of the clocks that run, of cases and of referrals.

use chrono::{DateTime, Utc};
use entity::{CaseId, ReferralId, clock};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, EntityTrait, QueryFilter};

use crate::domain::clock::{Clock, first_telling, rule};
use crate::error::Error;

/// What makes a row of a clock.
#[derive(Clone, Copy, Debug)]
pub enum Made {
    /// A fact, which was recorded then.
    ByFact(DateTime<Utc>),
    /// Older facts, by newer rules, now. Nobody is told of what was late before the rules were there: it stands on a
    /// desk. Of a child's safety everybody is.
    Anew(DateTime<Utc>),
}

/// Makes the rows of the clocks of a case agree with its fold. A clock that is late when it was keeps its row, so that
/// nobody is told again.
pub(super) async fn write_of_case(
    txn: &DatabaseTransaction,
    id: CaseId,
    clocks: &[Clock],
    made: Made,
) -> Result<(), Error> {
    write(txn, clock::Column::CaseId.eq(id).into(), clocks, |clock| row(clock, Some(id), None, made)).await
}

/// Makes the rows of the clocks of a referral agree with its fold.
pub(in crate::service) async fn write_of_referral(
    txn: &DatabaseTransaction,
    id: ReferralId,
    running: &[Clock],
    made: Made,
) -> Result<(), Error> {
    let of_referral = clock::Column::ReferralId.eq(id).into();
    write(txn, of_referral, running, |clock| row(clock, None, Some(id), made)).await
}

#[expect(clippy::disallowed_methods, reason = "nobody is shown it")]
async fn write(
    txn: &DatabaseTransaction,
    theirs: Condition,
    clocks: &[Clock],
    row: impl Fn(&Clock) -> clock::ActiveModel,
) -> Result<(), Error> {
    let held = clock::Entity::find().filter(theirs).all(txn).await?;
    let same = |row: &clock::Model, clock: &Clock| {
        (row.kind, row.item, row.late_at) == (clock.kind, clock.item, clock.late_at)
    };
    for clock in clocks {
        // It started anew within the day, and ends with the same one.
        if let Some(row) = held.iter().find(|row| same(row, clock) && row.started_at != clock.started_at) {
            clock::Entity::update_many()
                .col_expr(clock::Column::StartedAt, Expr::value(clock.started_at))
                .filter(clock::Column::Item.eq(row.item))
                .filter(clock::Column::Kind.eq(row.kind))
                .exec(txn)
                .await?;
        }
    }
    let ended = held.iter().filter(|row| !clocks.iter().any(|clock| same(row, clock))).map(|row| (row.kind, row.item));
    let new: Vec<&Clock> = clocks.iter().filter(|clock| !held.iter().any(|row| same(row, clock))).collect();
    // A matter of the roll that another case hands over brings its clock along.
    let gone: Vec<_> = ended.chain(new.iter().map(|clock| (clock.kind, clock.item))).collect();
    if !gone.is_empty() {
        let one = |(kind, item)| Condition::all().add(clock::Column::Item.eq(item)).add(clock::Column::Kind.eq(kind));
        let any = gone.into_iter().map(one).fold(Condition::any(), Condition::add);
        clock::Entity::delete_many().filter(any).exec(txn).await?;
    }
    if !new.is_empty() {
        clock::Entity::insert_many(new.into_iter().map(row)).exec_without_returning(txn).await?;
    }
    Ok(())
}

/// The row of a clock, of a case or of a referral.
pub fn row(clock: &Clock, case: Option<CaseId>, referral: Option<ReferralId>, made: Made) -> clock::ActiveModel {
    let (told_from, silent) = match made {
        Made::ByFact(at) => (at, false),
        Made::Anew(now) => (now, clock.late_at <= now && !rule(clock.kind).safeguarding),
    };
    clock::ActiveModel {
        kind: Set(clock.kind),
        item: Set(clock.item),
        case_id: Set(case),
        referral_id: Set(referral),
        started_at: Set(clock.started_at),
        late_at: Set(clock.late_at),
        told_from: Set(told_from),
        next_at: Set(first_telling(clock.kind, clock.late_at, told_from).filter(|_| !silent)),
    }
}
