//! Reads of schools and of their calendars.

use entity::{SchoolId, school};
use sea_orm::sea_query::Order;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, Select};

use super::page::{Page, Wanted};
use super::{contains, nothing};
use crate::context::OpContext;
use crate::domain::person_name::search_key;
use crate::domain::policy::reads_schools;
use crate::domain::postcode::Postcode;
use crate::error::Error;

fn visible(op: &OpContext) -> Select<school::Entity> {
    let all = school::Entity::find();
    if reads_schools(&op.viewer) { all } else { all.filter(nothing()) }
}

/// One school by its URN.
pub async fn by_urn<C: ConnectionTrait>(
    op: &OpContext,
    connection: &C,
    urn: &str,
) -> Result<Option<school::Model>, Error> {
    Ok(visible(op).filter(school::Column::Urn.eq(urn.trim())).one(connection).await?)
}

/// The schools with these ids. Ids come from rows that the viewer was shown.
pub async fn many(op: &OpContext, ids: &[SchoolId]) -> Result<Vec<school::Model>, Error> {
    Ok(school::Entity::find().filter(school::Column::Id.is_in(ids.iter().copied())).all(&op.db.read).await?)
}

/// A page of schools by name, found by part of the name, URN or postcode.
pub async fn list(op: &OpContext, search: Option<&str>, wanted: &Wanted) -> Result<Page<school::Model>, Error> {
    let mut select = visible(op);
    if let Some(typed) = search.map(str::trim).filter(|typed| !typed.is_empty()) {
        let mut found = Condition::any().add(school::Column::Urn.eq(typed));
        if let Ok(postcode) = Postcode::parse(typed) {
            found = found.add(school::Column::Postcode.eq(postcode.as_str()));
        }
        let mut name = Condition::all();
        for word in search_key(typed).split_whitespace() {
            name = name.add(contains(school::Column::NameKey, word));
        }
        if !name.is_empty() {
            found = found.add(name);
        }
        select = select.filter(found);
    }
    wanted.read(&op.db.read, select, &[school::Column::NameKey, school::Column::Id], Order::Asc).await
}

/// All schools, for an import.
pub(crate) async fn all<C: ConnectionTrait>(_: &OpContext, connection: &C) -> Result<Vec<school::Model>, Error> {
    Ok(school::Entity::find().all(connection).await?)
}
