//! Reads of schools and of term dates.
//!
//! What must not live here: how a calendar is read (`domain::school_days`), and the import (`service::register`).

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::vocabulary::{ContactState, SchoolStatus};
use entity::{SchoolId, school, school_contact, term_date};
use sea_orm::sea_query::{Order, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, Select};

use super::page::{Page, Wanted};
use super::{contains, filled, nothing};
use crate::context::OpContext;
use crate::domain::person_name::search_key;
use crate::domain::policy::reads_schools;
use crate::domain::postcode::Postcode;
use crate::domain::school_days::{Calendar, TermDate};
use crate::error::Error;

/// The schools that exist for the viewer: all or none, by [`reads_schools`].
fn visible(op: &OpContext) -> Select<school::Entity> {
    let all = school::Entity::find();
    if reads_schools(&op.viewer) { all } else { all.filter(nothing()) }
}

/// The school with this URN; `None` if there is none or the viewer may not see schools.
pub async fn by_urn<C: ConnectionTrait>(
    op: &OpContext,
    connection: &C,
    urn: &str,
) -> Result<Option<school::Model>, Error> {
    Ok(visible(op).filter(school::Column::Urn.eq(urn.trim())).one(connection).await?)
}

/// The school with this id, whoever asks, for a command.
pub(crate) async fn one<C: ConnectionTrait>(
    _: &OpContext,
    connection: &C,
    id: SchoolId,
) -> Result<Option<school::Model>, Error> {
    Ok(school::Entity::find_by_id(id).one(connection).await?)
}

/// The ids of the schools that are closed on `day`, by status or by closing date.
pub(super) fn closed_by(day: NaiveDate) -> SelectStatement {
    Query::select()
        .column(school::Column::Id)
        .from(school::Entity)
        .cond_where(
            Condition::any().add(school::Column::Status.eq(SchoolStatus::Closed)).add(school::Column::ClosedOn.lt(day)),
        )
        .take()
}

/// The schools that are closed on `day` and still have active contacts, for the job that suspends these.
pub(crate) async fn closed_with_contacts(op: &OpContext, day: NaiveDate) -> Result<Vec<SchoolId>, Error> {
    let mut rows: Vec<SchoolId> = school_contact::Entity::find()
        .filter(school_contact::Column::State.eq(ContactState::Active))
        .filter(school_contact::Column::SchoolId.in_subquery(closed_by(day)))
        .all(&op.db.read)
        .await?
        .into_iter()
        .map(|row| row.school_id)
        .collect();
    rows.sort_unstable();
    rows.dedup();
    Ok(rows)
}

/// All term dates of all schools and of the council, for a job.
pub(crate) async fn term_dates(op: &OpContext) -> Result<Vec<term_date::Model>, Error> {
    Ok(term_date::Entity::find().all(&op.db.read).await?)
}

/// The calendars of these schools, whoever asks: each school's own term dates over the council's.
pub async fn calendars<C: ConnectionTrait>(
    connection: &C,
    schools: &[SchoolId],
) -> Result<HashMap<SchoolId, Calendar>, Error> {
    let of_schools = term_date::Column::SchoolId.is_in(filled(schools.iter().copied()));
    let rows = term_date::Entity::find()
        .filter(Condition::any().add(of_schools).add(term_date::Column::SchoolId.is_null()))
        .all(connection)
        .await?;
    let mut spans: HashMap<Option<SchoolId>, Vec<TermDate>> = HashMap::new();
    for row in rows {
        let span = TermDate { kind: row.kind, first: row.starts_on, last: row.ends_on };
        spans.entry(row.school_id).or_default().push(span);
    }
    let council = spans.remove(&None).unwrap_or_default();
    schools
        .iter()
        .map(|school| {
            let own = spans.get(&Some(*school)).cloned().unwrap_or_default();
            Ok((*school, Calendar::new(own, council.clone()).map_err(Error::internal)?))
        })
        .collect()
}

/// The calendar of one school, whoever asks.
pub async fn calendar<C: ConnectionTrait>(connection: &C, school: SchoolId) -> Result<Calendar, Error> {
    Ok(calendars(connection, &[school]).await?.remove(&school).unwrap_or_default())
}

/// The schools with these ids, whoever asks: ids come from records that the viewer was shown.
pub async fn many(op: &OpContext, ids: &[SchoolId]) -> Result<Vec<school::Model>, Error> {
    Ok(school::Entity::find().filter(school::Column::Id.is_in(filled(ids.iter().copied()))).all(&op.db.read).await?)
}

/// A page of schools by name; `search` finds a whole URN or postcode, or parts of the name.
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

/// All schools, whoever asks, for an import.
pub(crate) async fn all<C: ConnectionTrait>(_: &OpContext, connection: &C) -> Result<Vec<school::Model>, Error> {
    Ok(school::Entity::find().all(connection).await?)
}
