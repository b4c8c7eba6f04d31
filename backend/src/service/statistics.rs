//! Keeps the published counts: compares them once a day with the cases as they were at midnight, and publishes changes
//! for ten cases together.
//!
//! Any instance may do so whenever a count is asked for. There is one row for each day, written in the same
//! transaction, so that the second instance finds it done.
//!
//! What must not live here: which changes are due (`domain::statistics`).

use chrono::NaiveDate;
use entity::{CaseId, publication, published_case};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, Iterable};

use crate::context::OpContext;
use crate::domain::london::{begin_of, london_day};
use crate::domain::statistics::{Cells, Published, due};
use crate::error::Error;
use crate::store::statistics as store;

/// The most rows in one statement, since the number of its values is limited.
const ROWS: usize = 500;

/// Brings the published counts up to the last midnight in England, as far as enough cases changed alike. Gives the day
/// at whose beginning they last changed, or today if they never did.
pub(crate) async fn publish(op: &OpContext) -> Result<NaiveDate, Error> {
    let today = london_day(op.now());
    if !store::is_compared(op, today).await? {
        compare(op, today).await?;
    }
    Ok(store::changed_on(op).await?.unwrap_or(today))
}

async fn compare(op: &OpContext, day: NaiveDate) -> Result<(), Error> {
    // As they stood at the end of the day before.
    let open = store::stood_open(op, day.pred_opt().unwrap_or(day)).await?;
    let mut closed = store::unpublished(op, begin_of(day)).await?;
    closed.retain(|id| !open.contains_key(id));
    op.write(move |op, txn| async move {
        if store::last_compared(&op, &*txn).await?.is_some_and(|last| last >= day) {
            return Ok(());
        }
        let published = store::all_published(&op, &*txn).await?;
        // Another instance may have published some of these since they were read.
        closed.retain(|id| !published.contains_key(id));
        let changed = due(&published, &open, &closed);
        let row = publication::ActiveModel { day: Set(day), changed: Set(!changed.is_empty()) };
        let first = OnConflict::column(publication::Column::Day).do_nothing().to_owned();
        let inserted = publication::Entity::insert(row).on_conflict(first).exec_without_returning(&*txn).await?;
        if inserted == 0 {
            return Ok(());
        }
        let rows: Vec<published_case::ActiveModel> = changed.into_iter().map(row_of).collect();
        for rows in rows.chunks(ROWS) {
            let mut again = OnConflict::column(published_case::Column::CaseId);
            again.update_columns(
                published_case::Column::iter().filter(|column| !matches!(column, published_case::Column::CaseId)),
            );
            published_case::Entity::insert_many(rows.to_vec()).on_conflict(again).exec_without_returning(&*txn).await?;
        }
        Ok(())
    })
    .await
}

fn row_of((id, published): (CaseId, Published)) -> published_case::ActiveModel {
    let cells = published.map(|Cells(cells)| cells).unwrap_or_default();
    let [state, whereabouts, statutory_status, sex, year_group, duration] = cells;
    published_case::ActiveModel {
        case_id: Set(id),
        state: Set(state),
        whereabouts: Set(whereabouts),
        statutory_status: Set(statutory_status),
        sex: Set(sex),
        year_group: Set(year_group),
        duration: Set(duration),
    }
}
