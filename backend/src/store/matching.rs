//! Children on file who may be the one described: a few look-ups, each by an index and cut at a bound of its own, so that
//! what is common (a forename, the first of January) never crowds out what is exact.
//!
//! What must not live here: which of them it is (`domain::matching`, and then a person).

use std::collections::BTreeSet;

use entity::{ChildId, child, child_key};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use super::case::children_kept_from;
use crate::context::OpContext;
use crate::db::Db;
use crate::domain::matching::Person;
use crate::domain::matching::keys::{Born, LookUp, VERSION, look_ups};
use crate::error::Error;

/// The most children of one look-up, newest first.
const MOST: u64 = 200;

/// Children on file worth comparing with the one described: of the same UPN, of the same date of birth, and those that
/// the keys of the name and the postcode meet. Not those whose case is kept from the viewer.
pub async fn candidates(op: &OpContext, described: &Person) -> Result<Vec<child::Model>, Error> {
    let mut found = BTreeSet::new();
    if let Some(upn) = &described.upn {
        let same = child::Entity::find().filter(child::Column::Upn.eq(upn.as_str()));
        found.extend(newest(op, same, child::Column::Id).await?);
    }
    if let Some(born) = described.date_of_birth {
        let same = child::Entity::find().filter(child::Column::DateOfBirth.eq(born));
        found.extend(newest(op, same, child::Column::Id).await?);
    }
    for look_up in look_ups(described) {
        let met = child_key::Entity::find().filter(meets(look_up)).distinct();
        found.extend(newest(op, met, child_key::Column::ChildId).await?);
    }
    if found.is_empty() {
        return Ok(Vec::new());
    }
    Ok(child::Entity::find()
        .filter(child::Column::Id.is_in(found))
        .filter(Expr::col(child::Column::Id.as_column_ref()).not_in_subquery(children_kept_from(op)))
        .order_by_asc(child::Column::Id)
        .all(&op.db.read)
        .await?)
}

/// Ids rise with time, so the highest are the newest.
async fn newest<E: EntityTrait, C: ColumnTrait>(
    op: &OpContext,
    select: Select<E>,
    id: C,
) -> Result<Vec<ChildId>, Error> {
    Ok(select.select_only().column(id).order_by_desc(id).limit(MOST).into_tuple().all(&op.db.read).await?)
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

/// Some of the children whose keys were made by other rules than today's, for a job.
pub(crate) async fn without_keys<C: ConnectionTrait>(connection: &C, most: u64) -> Result<Vec<child::Model>, Error> {
    Ok(child::Entity::find().filter(child::Column::KeyedBy.lt(VERSION)).limit(most).all(connection).await?)
}

/// Whether any child's keys are to be made anew.
pub(crate) async fn lacks_keys(db: &Db) -> Result<bool, Error> {
    Ok(!without_keys(&db.read, 1).await?.is_empty())
}
