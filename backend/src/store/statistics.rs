//! Counts of open cases: exact ones among the cases that exist for the viewer, and published ones for those who may
//! only see statistics.
//!
//! What must not live here: when a change reaches the published counts (`domain::statistics`), and how a count is
//! rounded (`domain::disclosure`).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, Utc};
use entity::vocabulary::{CaseState, Sex, StatutoryStatus, Whereabouts};
use entity::{CaseId, case, child, publication, published_case};
use sea_orm::sea_query::{Alias, CaseStatement, Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use super::case::visible;
use super::stream::load_until;
use crate::context::OpContext;
use crate::domain::case::Case;
use crate::domain::clock::{begin_of, london_day};
use crate::domain::statistics::{BANDS, Cells, Dimension, Published, duration_band, year_row};
use crate::error::Error;

/// The columns that place a case in the tables: id, state, whereabouts, statutory status, the child's date of birth and
/// sex, and when the case was opened and last changed.
type Counted = (CaseId, CaseState, Whereabouts, StatutoryStatus, Option<NaiveDate>, Sex, DateTime<Utc>, DateTime<Utc>);

/// The number of open cases in each row of a table, now, among the cases that exist for the viewer. Cases withheld from
/// the viewer are left out, because a count higher by one would show them.
pub async fn open_now(op: &OpContext, by: Dimension) -> Result<Vec<(String, u64)>, Error> {
    let today = london_day(op.now());
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for (code, cases) in counted_now(op, by, today).await? {
        let row = match by {
            // Children are counted by their date of birth, of which there are fewer than children.
            Dimension::YearGroup => year_row(code.and_then(|day| day.parse().ok()), today),
            Dimension::Duration => code.unwrap_or_default(),
            // A code is stored in small letters.
            Dimension::State | Dimension::Whereabouts | Dimension::StatutoryStatus | Dimension::Sex => {
                code.unwrap_or_default().to_ascii_uppercase()
            }
        };
        *counts.entry(row).or_default() += u64::try_from(cases).unwrap_or_default();
    }
    Ok(all_rows(by, &counts.iter().map(|(code, count)| (code.as_str(), *count)).collect()))
}

/// The number of open cases that exist for the viewer, by what places them in a table.
async fn counted_now(op: &OpContext, by: Dimension, today: NaiveDate) -> Result<Vec<(Option<String>, i64)>, Error> {
    let code = match by {
        Dimension::State => Expr::col(case::Column::State.as_column_ref()),
        Dimension::Whereabouts => Expr::col(case::Column::Whereabouts.as_column_ref()),
        Dimension::StatutoryStatus => Expr::col(case::Column::StatutoryStatus.as_column_ref()),
        Dimension::Sex => Expr::col(child::Column::Sex.as_column_ref()),
        Dimension::YearGroup => Expr::col(child::Column::DateOfBirth.as_column_ref()).cast_as(Alias::new("text")),
        Dimension::Duration => band_of(today),
    };
    let mut select = visible(op).filter(case::Column::State.ne(CaseState::Closed)).select_only();
    if matches!(by, Dimension::Sex | Dimension::YearGroup) {
        select = select.inner_join(child::Entity);
    }
    Ok(select
        .expr_as(code, "code")
        .column_as(case::Column::Id.count(), "cases")
        .group_by(Expr::col(Alias::new("code")))
        .into_tuple()
        .all(&op.db.read)
        .await?)
}

/// The band of the case in the statement, by the moment at which it was opened.
fn band_of(today: NaiveDate) -> Expr {
    let opened = || Expr::col(case::Column::OpenedAt.as_column_ref());
    let mut bands = CaseStatement::new();
    for least in BANDS.into_iter().rev() {
        // Opened on the first day of the band or before.
        let first = u64::try_from(least).ok().and_then(|days| today.checked_sub_days(Days::new(days)));
        let until = begin_of(first.and_then(|day| day.succ_opt()).unwrap_or(today));
        bands = bands.case(opened().lt(until), duration_band(least));
    }
    bands.finally(duration_band(0)).into()
}

/// The number of open cases in each row of a table, by the published counts and before disclosure control.
pub(crate) async fn published(op: &OpContext, by: Dimension) -> Result<Vec<(String, u64)>, Error> {
    let column = match by {
        Dimension::State => published_case::Column::State,
        Dimension::Whereabouts => published_case::Column::Whereabouts,
        Dimension::StatutoryStatus => published_case::Column::StatutoryStatus,
        Dimension::Sex => published_case::Column::Sex,
        Dimension::YearGroup => published_case::Column::YearGroup,
        Dimension::Duration => published_case::Column::Duration,
    };
    let rows: Vec<(String, i64)> = published_case::Entity::find()
        .select_only()
        .column(column)
        .column_as(published_case::Column::CaseId.count(), "cases")
        .filter(column.is_not_null())
        .group_by(column)
        .into_tuple()
        .all(&op.db.read)
        .await?;
    let counts = rows.iter().map(|(code, count)| (code.as_str(), u64::try_from(*count).unwrap_or(0))).collect();
    Ok(all_rows(by, &counts))
}

/// The number of all cases in the published counts, closed ones included, before disclosure control.
pub(crate) async fn published_total(op: &OpContext) -> Result<u64, Error> {
    Ok(published_case::Entity::find().count(&op.db.read).await?)
}

fn all_rows(by: Dimension, counts: &BTreeMap<&str, u64>) -> Vec<(String, u64)> {
    by.codes()
        .into_iter()
        .map(|code| (counts.get(code.as_str()).copied().unwrap_or(0), code))
        .map(|(n, c)| (c, n))
        .collect()
}

/// Whether the published counts were compared with the cases as they were at the beginning of `day`, or of a later day.
pub(crate) async fn is_compared(op: &OpContext, day: NaiveDate) -> Result<bool, Error> {
    let later = publication::Entity::find().filter(publication::Column::Day.gte(day));
    Ok(later.count(&op.db.read).await? > 0)
}

/// The day at whose beginning the published counts last changed; `None` before their first change.
pub(crate) async fn changed_on(op: &OpContext) -> Result<Option<NaiveDate>, Error> {
    let changed = publication::Entity::find().filter(publication::Column::Changed.eq(true));
    Ok(changed.order_by_desc(publication::Column::Day).one(&op.db.read).await?.map(|row| row.day))
}

/// The last day for which the published counts were compared, with its row locked against another comparison; `None`
/// before the first.
pub(crate) async fn last_compared<C: ConnectionTrait>(_: &OpContext, txn: &C) -> Result<Option<NaiveDate>, Error> {
    let last = publication::Entity::find().order_by_desc(publication::Column::Day).lock_exclusive();
    Ok(last.one(txn).await?.map(|row| row.day))
}

/// Every case that was open at a moment, whoever asks, with its row in each table.
pub(crate) async fn stood_open(op: &OpContext, at: DateTime<Utc>) -> Result<BTreeMap<CaseId, Cells>, Error> {
    standing(op, case::Entity::find(), at).await
}

/// The cases that were opened before a moment and are not in the published counts.
pub(crate) async fn unpublished(op: &OpContext, at: DateTime<Utc>) -> Result<BTreeSet<CaseId>, Error> {
    let published = Query::select().column(published_case::Column::CaseId).from(published_case::Entity).take();
    let ids: Vec<CaseId> = case::Entity::find()
        .select_only()
        .column(case::Column::Id)
        .filter(case::Column::OpenedAt.lt(at))
        .filter(Expr::col(case::Column::Id.as_column_ref()).not_in_subquery(published))
        .into_tuple()
        .all(&op.db.read)
        .await?;
    Ok(ids.into_iter().collect())
}

/// The entry of every case in the published counts, within the transaction that changes them.
pub(crate) async fn all_published<C: ConnectionTrait>(
    _: &OpContext,
    txn: &C,
) -> Result<BTreeMap<CaseId, Published>, Error> {
    let rows = published_case::Entity::find().all(txn).await?;
    Ok(rows.into_iter().map(|row| (row.case_id, cells_of(row))).collect())
}

fn cells_of(row: published_case::Model) -> Published {
    let published_case::Model { case_id: _, state, whereabouts, statutory_status, sex, year_group, duration } = row;
    Some(Cells([state?, whereabouts?, statutory_status?, sex?, year_group?, duration?]))
}

/// The cases of `select` that were open at a moment, with the row of each in every table.
async fn standing(
    op: &OpContext,
    select: Select<case::Entity>,
    at: DateTime<Utc>,
) -> Result<BTreeMap<CaseId, Cells>, Error> {
    // A case changed since may have been open then; whether it was, its facts tell below.
    let select = select
        .filter(case::Column::OpenedAt.lt(at))
        .filter(Condition::any().add(case::Column::State.ne(CaseState::Closed)).add(case::Column::UpdatedAt.gte(at)));
    let rows: Vec<Counted> = select
        .select_only()
        .column(case::Column::Id)
        .column(case::Column::State)
        .column(case::Column::Whereabouts)
        .column(case::Column::StatutoryStatus)
        .column(child::Column::DateOfBirth)
        .column(child::Column::Sex)
        .column(case::Column::OpenedAt)
        .column(case::Column::UpdatedAt)
        .inner_join(child::Entity)
        .into_tuple()
        .all(&op.db.read)
        .await?;
    let today = london_day(at);
    let mut open = BTreeMap::new();
    for (id, mut state, mut whereabouts, status, born, sex, opened_at, updated_at) in rows {
        if updated_at >= at {
            let then = load_until::<Case, _>(&op.db.read, id, at).await?.ok_or(Error::NotFound)?;
            (state, whereabouts) = (then.state, then.whereabouts);
            if state == CaseState::Closed {
                continue;
            }
        }
        let days = (today - london_day(opened_at)).num_days();
        let named = [state.code(), whereabouts.code(), status.code(), sex.code()].map(str::to_owned);
        let [state, whereabouts, status, sex] = named;
        let duration = duration_band(days).to_owned();
        open.insert(id, Cells([state, whereabouts, status, sex, year_row(born, today), duration]));
    }
    Ok(open)
}
