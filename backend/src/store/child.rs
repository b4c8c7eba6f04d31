//! Reads of children on file: by the ids of records that were shown, by an exact description, and by likeness. Likeness
//! is found by a few look-ups, each served by an index and cut off at its own limit, so that what is common (a first
//! name, the first of January) never crowds out an exact match.
//!
//! What must not live here: whether two records are of one child (`domain::matching`, and then a person).

use std::collections::BTreeSet;

use chrono::NaiveDate;
use entity::{ChildId, case, child, child_key};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    Select,
};

use super::case::{BreakGlassReading, findable_only, is_restricted, withheld};
use super::filled;
use crate::context::OpContext;
use crate::domain::child::Described;
use crate::domain::matching::Person;
use crate::domain::matching::keys::{Born, LookUp, VERSION, look_ups};
use crate::error::Error;

/// The most children of one look-up; the newest are taken.
const MOST: u64 = 200;

/// The children with these ids, whoever asks: ids come from records that the viewer was shown.
pub async fn many<C: ConnectionTrait>(
    _: &OpContext,
    connection: &C,
    ids: &[ChildId],
) -> Result<Vec<child::Model>, Error> {
    Ok(child::Entity::find().filter(child::Column::Id.is_in(filled(ids.iter().copied()))).all(connection).await?)
}

/// The id of the child in the outer query.
fn own_id() -> Expr {
    Expr::col(child::Column::Id.as_column_ref())
}

/// The child with this id, if the viewer may bring them into another case: not one whose case is withheld from them,
/// even if they broke the glass.
pub(crate) async fn for_another_case<C: ConnectionTrait>(
    op: &OpContext,
    connection: &C,
    id: ChildId,
) -> Result<Option<child::Model>, Error> {
    Ok(child::Entity::find()
        .filter(child::Column::Id.eq(id))
        .filter(withheld(op, BreakGlassReading::DoesNotCount, &own_id()).not())
        .one(connection)
        .await?)
}

/// The child with this id, if the viewer may read a case of theirs, by breaking the glass too: for what is recorded of
/// another record, which is the viewer's to write.
pub(crate) async fn beside_another<C: ConnectionTrait>(
    op: &OpContext,
    connection: &C,
    id: ChildId,
) -> Result<Option<child::Model>, Error> {
    Ok(child::Entity::find()
        .filter(child::Column::Id.eq(id))
        .filter(withheld(op, BreakGlassReading::Counts, &own_id()).not())
        .one(connection)
        .await?)
}

/// The child, whoever asks, locked until the transaction ends.
pub(crate) async fn hold(_: &OpContext, txn: &DatabaseTransaction, id: ChildId) -> Result<child::Model, Error> {
    #[expect(clippy::disallowed_methods, reason = "nobody is shown it: what a command may do was decided of its case")]
    let row = child::Entity::find_by_id(id).lock_exclusive().one(txn).await?;
    row.ok_or(Error::NotFound)
}

/// The one child who matches exactly, for a partner's look-up. `None` when no child does, when several do, and when the
/// child has a restricted case.
pub async fn exactly(op: &OpContext, described: &Described) -> Result<Option<child::Model>, Error> {
    let mut select = child::Entity::find().filter(is_exactly(described));
    // An agency must not learn that a child with a restricted case is known.
    select = select.filter(is_restricted(&own_id()).not());
    let mut found = select.limit(2).all(&op.db.read).await?;
    Ok(if found.len() == 1 { found.pop() } else { None })
}

fn is_exactly(described: &Described) -> Condition {
    let Described { name_key, born, upn } = described;
    let same = Condition::all()
        .add(Expr::col(child::Column::NameKey.as_column_ref()).eq(name_key))
        .add(Expr::col(child::Column::DateOfBirth.as_column_ref()).eq(*born));
    match upn {
        Some(upn) => same.add(Expr::col(child::Column::Upn.as_column_ref()).eq(upn.as_str())),
        None => same,
    }
}

/// The restricted cases of the children whom a partner's look-up describes exactly, newest first. Their officers are
/// told of the look-up; no viewer is shown them.
pub(crate) async fn restricted_cases_of(op: &OpContext, described: &Described) -> Result<Vec<case::Model>, Error> {
    let children =
        Query::select().column(child::Column::Id).from(child::Entity).cond_where(is_exactly(described)).take();
    Ok(case::Entity::find()
        .filter(Expr::col(case::Column::ChildId.as_column_ref()).in_subquery(children))
        .filter(case::Column::Restriction.is_not_null())
        .order_by_desc(case::Column::OpenedAt)
        .all(&op.db.read)
        .await?)
}

/// Up to five cases that the viewer may find but not read whose child has the same UPN or NHS number, or the same name
/// and date of birth; newest first.
pub async fn findable_cases_of<C: ConnectionTrait>(
    op: &OpContext,
    connection: &C,
    name_key: &str,
    born: Option<NaiveDate>,
    upn: Option<&str>,
    nhs_number: Option<&str>,
) -> Result<Vec<case::Model>, Error> {
    const MOST: u64 = 5;
    if born.is_none() && upn.is_none() && nhs_number.is_none() {
        return Ok(Vec::new());
    }
    let mut same = Condition::any();
    if let Some(upn) = upn {
        same = same.add(Expr::col(child::Column::Upn).eq(upn));
    }
    if let Some(number) = nhs_number {
        same = same.add(Expr::col(child::Column::NhsNumber).eq(number));
    }
    if let Some(born) = born {
        let named = Expr::col(child::Column::NameKey).eq(name_key);
        same = same.add(named.and(Expr::col(child::Column::DateOfBirth).eq(born)));
    }
    let children = Query::select().column(child::Column::Id).from(child::Entity).cond_where(same).take();
    Ok(findable_only(op)
        .filter(Expr::col(case::Column::ChildId.as_column_ref()).in_subquery(children))
        .order_by_desc(case::Column::OpenedAt)
        .limit(MOST)
        .all(connection)
        .await?)
}

/// The children on file worth comparing with the one described: those with the same UPN or date of birth, and those
/// found by the keys of name and postcode. Children whose case is withheld from the viewer are left out.
pub async fn candidates<C: ConnectionTrait>(
    op: &OpContext,
    connection: &C,
    described: &Person,
) -> Result<Vec<child::Model>, Error> {
    let mut found = BTreeSet::new();
    if let Some(born) = described.date_of_birth {
        let same = child::Entity::find().filter(child::Column::DateOfBirth.eq(born));
        found.extend(newest(connection, same, child::Column::Id).await?);
    }
    for look_up in look_ups(&op.council.forms, described) {
        let met = child_key::Entity::find().filter(meets(look_up)).distinct();
        found.extend(newest(connection, met, child_key::Column::ChildId).await?);
    }
    if found.is_empty() {
        return Ok(Vec::new());
    }
    Ok(child::Entity::find()
        .filter(child::Column::Id.is_in(filled(found)))
        .filter(withheld(op, BreakGlassReading::Counts, &own_id()).not())
        .order_by_asc(child::Column::Id)
        .all(connection)
        .await?)
}

/// Ids rise with time, so the highest are the newest.
async fn newest<K: ConnectionTrait, E: EntityTrait, C: ColumnTrait>(
    connection: &K,
    select: Select<E>,
    id: C,
) -> Result<Vec<ChildId>, Error> {
    Ok(select.select_only().column(id).order_by_desc(id).limit(MOST).into_tuple().all(connection).await?)
}

fn meets(LookUp { keys, born }: LookUp) -> Condition {
    let key = Condition::all().add(child_key::Column::Key.is_in(keys));
    match born {
        Born::Any => key,
        Born::On(day) => key.add(child_key::Column::DateOfBirth.eq(day)),
        Born::AmongOrUnknown(days) => {
            let among = child_key::Column::DateOfBirth.is_in(days);
            key.add(among.or(child_key::Column::DateOfBirth.is_null()))
        }
    }
}

/// Up to `most` children whose keys were made by an older version of the rules, for a job.
pub(crate) async fn without_keys<C: ConnectionTrait>(connection: &C, most: u64) -> Result<Vec<child::Model>, Error> {
    Ok(child::Entity::find()
        .filter(child::Column::KeyedBy.lt(VERSION))
        .limit(most)
        .lock_exclusive()
        .all(connection)
        .await?)
}
