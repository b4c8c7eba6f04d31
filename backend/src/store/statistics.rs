//! Counts of open cases on any day, by the spans of days in which nothing of a case changed: exact ones among the cases that exist for the viewer, and published ones for those who may
//! only see statistics.
//!
//! What must not live here: when a change reaches the published counts (`domain::statistics`), and how a count is
//! rounded (`domain::disclosure`).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, Utc};
use entity::vocabulary::{CaseState, ServiceRoute, Sex, StatutoryStatus, Whereabouts};
use entity::{CaseId, ChildId, case, case_span, child, publication, published_case};
use sea_orm::sea_query::{Alias, CaseStatement, Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, JoinType, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::case::visible;
use crate::config::Applicants;
use crate::context::OpContext;
use crate::domain::statistics::{BANDS, Cells, Dimension, Published, YearCounts, duration_band, year_row};
use crate::error::Error;

/// What places a case in the tables: its id, the state, whereabouts, statutory status and team of a day, since when the
/// child was missing education, and the child's date of birth and sex.
type Counted =
    (CaseId, CaseState, Whereabouts, StatutoryStatus, ServiceRoute, Option<NaiveDate>, Option<NaiveDate>, Sex);

/// The number of open cases in each row of a table on a day, by what is known now, among the cases that exist for the
/// viewer; in tables of children missing education, only those. Cases withheld from the viewer are left out, because a
/// count higher by one would show them.
pub async fn open_on(op: &OpContext, by: Dimension, day: NaiveDate) -> Result<Vec<(String, u64)>, Error> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for (code, cases) in counted_on(op, by, day).await? {
        let row = match by {
            // Children are counted by their date of birth, of which there are fewer than children.
            Dimension::YearGroup => year_row(code.and_then(|born| born.parse().ok()), day),
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

/// The number of cases that exist for the viewer and were open on a day, by what places them in a table.
async fn counted_on(op: &OpContext, by: Dimension, day: NaiveDate) -> Result<Vec<(Option<String>, i64)>, Error> {
    let code = match by {
        Dimension::State => Expr::col(case_span::Column::State.as_column_ref()),
        Dimension::Whereabouts => Expr::col(case_span::Column::Whereabouts.as_column_ref()),
        Dimension::StatutoryStatus => Expr::col(case_span::Column::StatutoryStatus.as_column_ref()),
        Dimension::Sex => Expr::col(child::Column::Sex.as_column_ref()),
        Dimension::YearGroup => Expr::col(child::Column::DateOfBirth.as_column_ref()).cast_as(Alias::new("text")),
        Dimension::Duration => band_on(day),
    };
    let spans = case_span::Entity::belongs_to(case::Entity).from(case_span::Column::CaseId).to(case::Column::Id).into();
    let mut select = visible(op).select_only().join_rev(JoinType::InnerJoin, spans).filter(covers(day));
    if by.counts_missing_only() {
        select = select.filter(is_missing(op));
    }
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

/// How many children were missing education on any day of these, and in how many episodes, by what is known now: among
/// the cases that exist for the viewer, or among all of them.
pub(crate) async fn missing_within(
    op: &OpContext,
    (first, last): (NaiveDate, NaiveDate),
    among: Among,
) -> Result<YearCounts, Error> {
    let spans = case_span::Entity::belongs_to(case::Entity).from(case_span::Column::CaseId).to(case::Column::Id).into();
    let cases = match among {
        Among::Visible => visible(op),
        Among::All => case::Entity::find(),
    };
    let lasts = Condition::any().add(case_span::Column::UntilOn.is_null()).add(case_span::Column::UntilOn.gt(first));
    let rows: Vec<(ChildId, Option<NaiveDate>)> = cases
        .select_only()
        .column(case::Column::ChildId)
        .column(case_span::Column::MissingSince)
        .distinct()
        .join_rev(JoinType::InnerJoin, spans)
        .filter(is_missing(op))
        .filter(case_span::Column::FromOn.lte(last))
        .filter(lasts)
        .into_tuple()
        .all(&op.db.read)
        .await?;
    Ok(YearCounts::of(&rows))
}

/// Whose cases are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Among {
    /// Those that exist for the viewer.
    Visible,
    /// All of them, for counts after disclosure control.
    All,
}

/// A condition on a span: the day is part of it.
fn covers(day: NaiveDate) -> Condition {
    let ends = Condition::any().add(case_span::Column::UntilOn.is_null()).add(case_span::Column::UntilOn.gt(day));
    Condition::all().add(case_span::Column::FromOn.lte(day)).add(ends)
}

/// A condition on a span: the child was missing education, as the council reads that of applicants for a school place.
fn is_missing(op: &OpContext) -> Condition {
    let missing = Condition::all().add(case_span::Column::StatutoryStatus.eq(StatutoryStatus::Cme));
    match op.council.applicants {
        Applicants::Counted => missing,
        Applicants::Apart => missing.add(case_span::Column::ServiceRoute.ne(ServiceRoute::Admissions)),
    }
}

/// The band of the span in the statement, by the day from which the child was missing education.
fn band_on(day: NaiveDate) -> Expr {
    let since = || Expr::col(case_span::Column::MissingSince.as_column_ref());
    let mut bands = CaseStatement::new();
    for least in BANDS.into_iter().rev() {
        let first = u64::try_from(least).ok().and_then(|days| day.checked_sub_days(Days::new(days)));
        bands = bands.case(since().lte(first.unwrap_or(day)), duration_band(least));
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

/// Every case that was open on a day, whoever asks, with its row in each table.
pub(crate) async fn stood_open(op: &OpContext, day: NaiveDate) -> Result<BTreeMap<CaseId, Cells>, Error> {
    let rows: Vec<Counted> = case_span::Entity::find()
        .select_only()
        .column(case_span::Column::CaseId)
        .column(case_span::Column::State)
        .column(case_span::Column::Whereabouts)
        .column(case_span::Column::StatutoryStatus)
        .column(case_span::Column::ServiceRoute)
        .column(case_span::Column::MissingSince)
        .column(child::Column::DateOfBirth)
        .column(child::Column::Sex)
        .inner_join(case::Entity)
        .join(
            JoinType::InnerJoin,
            case::Entity::belongs_to(child::Entity).from(case::Column::ChildId).to(child::Column::Id).into(),
        )
        .filter(covers(day))
        .into_tuple()
        .all(&op.db.read)
        .await?;
    let apart = op.council.applicants == Applicants::Apart;
    let cells = |(id, state, whereabouts, status, route, since, born, sex): Counted| {
        let counted = status == StatutoryStatus::Cme && !(apart && route == ServiceRoute::Admissions);
        let missing = |row: String| counted.then_some(row);
        let days = since.map_or(0, |since| (day - since).num_days());
        (
            id,
            Cells([
                Some(state.code().to_owned()),
                Some(whereabouts.code().to_owned()),
                Some(status.code().to_owned()),
                missing(sex.code().to_owned()),
                missing(year_row(born, day)),
                missing(duration_band(days).to_owned()),
            ]),
        )
    };
    Ok(rows.into_iter().map(cells).collect())
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
    state.is_some().then_some(Cells([state, whereabouts, statutory_status, sex, year_group, duration]))
}
