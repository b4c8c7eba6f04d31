//! Children on file: the look-up by a partner agency, and the keys under which children are found.
//!
//! What must not live here: the keys of a new child, which its projection makes (`project`), and whether two records
//! are of one child (`domain::matching`).

use entity::vocabulary::{AccessAction, RefusalKind, Scope};
use entity::{child, child_key};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::agency;
use super::project::child::key_rows;
use crate::context::{OpContext, write};
use crate::db::Db;
use crate::domain::child::LookUp;
use crate::domain::matching::keys::VERSION;
use crate::error::Error;
use crate::refusal::Refused;
use crate::store;

/// The one child whom a partner agency describes exactly. `None` when no child matches, when several do, and when the
/// child has a restricted case, whose officer is then told. Every look-up is noted with its purpose, and counted.
pub async fn look_up(op: &OpContext, typed: LookUp) -> Result<Option<child::Model>, Error> {
    op.require(op.viewer.has_scope(Scope::ChildLookup))?;
    let (described, purpose) = typed.read()?;
    op.states(purpose);
    // Counted before the search: a paused client must not learn the result of the look-up that paused it.
    agency::looks_up(op).await?;
    if let Some(child) = store::child::exactly(op, &described).await? {
        op.saw(AccessAction::Disclose, format!("child:{}", child.id), Some("matched"));
        return Ok(Some(child));
    }
    // The restricted cases are searched after every miss, so that the time taken does not show whether there are any.
    for case in store::child::restricted_cases_of(op, &described).await? {
        op.was_refused(Refused::new(RefusalKind::NotFound, format!("child:{}", case.child_id)));
        agency::say_asked(op, &case).await?;
    }
    op.saw(AccessAction::Search, "lookup", None);
    agency::found_nobody(op).await?;
    Ok(None)
}

/// The most children in one transaction, so that other writers need not wait long.
const AT_ONCE: u64 = 200;
/// The most rows in one statement: SQLite binds at most 32,766 values.
const ROWS_AT_ONCE: usize = 5_000;

/// Makes the keys of every child whose keys were made by an older version, and gives their number. Safe to run twice,
/// and in two processes at once.
pub async fn make_keys(db: &Db) -> Result<u64, Error> {
    let mut made = 0;
    loop {
        let some = write(db, |txn| async move {
            let children = store::child::without_keys(&*txn, AT_ONCE).await?;
            let ids: Vec<_> = children.iter().map(|child| child.id).collect();
            child_key::Entity::delete_many().filter(child_key::Column::ChildId.is_in(ids.clone())).exec(&*txn).await?;
            let keys: Vec<_> = children.iter().flat_map(key_rows).collect();
            for some in keys.chunks(ROWS_AT_ONCE) {
                child_key::Entity::insert_many(some.iter().cloned()).exec_without_returning(&*txn).await?;
            }
            let keyed = child::ActiveModel { keyed_by: Set(VERSION), ..child::ActiveModel::default() };
            let those = child::Column::Id.is_in(ids).and(child::Column::KeyedBy.lt(VERSION));
            child::Entity::update_many().set(keyed).filter(those).exec(&*txn).await?;
            Ok(children.len() as u64)
        })
        .await?;
        if some == 0 {
            return Ok(made);
        }
        made += some;
    }
}
