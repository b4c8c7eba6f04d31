//! The comparison of children with what the facts of all their cases make of them, and of their keys with what they are.
//!
//! What must not live here: the row that facts make (`project::child`).
#![expect(clippy::disallowed_methods, reason = "every row is compared, whoever asks")]

use std::collections::{BTreeMap, BTreeSet};

use entity::{ChildId, case, child, child_key, event};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, TryIntoModel as _,
};
use uuid::Uuid;

use super::super::project::child::{after, key_rows, of, with_parent, with_parents};
use super::{first, first_other};
use crate::db::Db;
use crate::domain::case::{Case, CaseEvent};
use crate::domain::event::{erased, read};
use crate::domain::london::london_day;
use crate::domain::matching::keys;
use crate::domain::stream::Stream as _;
use crate::error::Error;
use crate::store::verdict::Verdict;

/// The children compared at once.
const PAGE: u64 = 200;
/// The facts of a case that say something of its child.
const OF_CHILDREN: [&str; 5] = ["case_opened", "child_filled_in", "child_corrected", "parent_recorded", "case_merged"];

/// The first row of a child that is not what its facts make of it; `None` if there is none.
pub(super) async fn first_difference(db: &Db) -> Result<Option<Verdict>, Error> {
    let mut place = ChildId(Uuid::nil());
    loop {
        let rows = child::Entity::find().filter(child::Column::Id.gt(place)).order_by_asc(child::Column::Id);
        let rows = rows.limit(PAGE).all(&db.read).await?;
        let Some(last) = rows.last() else { return Ok(None) };
        place = last.id;
        let found = compared(db, rows).await?;
        if found.is_some() {
            return Ok(found);
        }
    }
}

async fn compared(db: &Db, stored: Vec<child::Model>) -> Result<Option<Verdict>, Error> {
    let cases = case::Entity::find().filter(case::Column::ChildId.is_in(stored.iter().map(|row| row.id)));
    let cases: BTreeMap<Uuid, ChildId> =
        cases.all(&db.read).await?.into_iter().map(|row| (row.id.0, row.child_id)).collect();
    let facts = event::Entity::find()
        .filter(event::Column::Stream.is_in(cases.keys().copied()))
        .filter(event::Column::Kind.is_in(OF_CHILDREN))
        .order_by_asc(event::Column::RecordedAt)
        .order_by_asc(event::Column::Id);
    let made = made(&cases, &facts.all(&db.read).await?)?;
    // Of a child with an erased fact nothing is made, and one whom no case brought in was never there.
    let whole = |row: &child::Model| made.get(&row.id).is_none_or(Option::is_some);
    let (stored, current): (Vec<_>, _) = {
        let stored: Vec<_> = stored.into_iter().filter(whole).collect();
        let current: Vec<_> = stored.iter().filter(|row| row.keyed_by == keys::VERSION).cloned().collect();
        (stored, current)
    };
    let rows = made.into_values().flatten().map(|row| child::ActiveModel::from(row).reset_all()).collect();
    let found = first("child", rows, stored, child::Column::Id, &[child::Column::KeyedBy]);
    if found.is_some() {
        return Ok(found);
    }
    let made = current.iter().flat_map(key_rows);
    let made = made.map(|row| row.try_into_model().map(|row| (row.child_id.0, row.key)));
    let stored = child_key::Entity::find().filter(child_key::Column::ChildId.is_in(current.iter().map(|row| row.id)));
    let stored = stored.all(&db.read).await?.into_iter().map(|row| (row.child_id.0, row.key));
    let other = first_other(made.collect::<Result<BTreeSet<_>, _>>()?, stored.collect());
    Ok(other.map(|id| Verdict::Differs { table: "child_key", id, column: None }))
}

/// The children that these facts make, in the order of the facts; `None` for one of whom a fact is erased.
fn made(
    cases: &BTreeMap<Uuid, ChildId>,
    facts: &[event::Model],
) -> Result<BTreeMap<ChildId, Option<child::Model>>, Error> {
    let mut children: BTreeMap<ChildId, Option<child::Model>> = BTreeMap::new();
    for row in facts {
        let Some(child) = cases.get(&row.stream).copied() else { continue };
        if erased(&row.payload).is_some() || children.get(&child).is_some_and(Option::is_none) {
            children.insert(child, None);
            continue;
        }
        let fact: CaseEvent = read(&row.kind, &row.payload)?;
        if let CaseEvent::CaseOpened(opened) = &fact
            && let Some(facts) = &opened.new_child
            && let Some(case) = Case::begin(row.stream.into(), &fact, row.recorded_at)
        {
            children.insert(child, Some(of(&case, facts)));
            continue;
        }
        if let CaseEvent::ParentRecorded(change) = &fact {
            if let Some(Some(before)) = children.remove(&child) {
                children.insert(child, Some(with_parent(before, change, london_day(row.recorded_at))?));
            }
            continue;
        }
        if let CaseEvent::CaseMerged { parents, .. } = &fact {
            if let Some(Some(before)) = children.remove(&child) {
                children.insert(child, Some(with_parents(before, parents)?));
            }
            continue;
        }
        let (changes, changed_on) = match &fact {
            CaseEvent::ChildFilledIn { changes, .. } => (changes, None),
            CaseEvent::ChildCorrected { changes, changed_on, .. } => (changes, *changed_on),
            _ => continue,
        };
        if let Some(Some(before)) = children.remove(&child) {
            children.insert(child, Some(after(before, changes, changed_on)?));
        }
    }
    Ok(children)
}
