//! Makes the keys under which children on file are looked up, for those who were stored under other rules or under none.
//!
//! What must not live here: keys of a new child, which its projection makes (`project`).

use entity::{child, child_key};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::project::child::key_rows;
use crate::context::write;
use crate::db::Db;
use crate::domain::matching::keys::VERSION;
use crate::error::Error;
use crate::store;

/// Children for one transaction, so that writers need not wait long.
const AT_ONCE: u64 = 200;
/// Rows for one statement: SQLite binds at most 32,766 values.
const ROWS_AT_ONCE: usize = 5_000;

/// Makes the keys of every child who lacks today's, and says of how many. Safe to run twice, and in two processes at once.
pub async fn make_keys(db: &Db) -> Result<u64, Error> {
    let mut made = 0;
    while store::child::lacks_keys(db).await? {
        made += write(db, |txn| async move {
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
    }
    Ok(made)
}
