//! Reads of who broke the glass of a restricted case.
//!
//! What must not live here: who may do so, and who reviews it (`domain::policy`).

use chrono::{DateTime, Utc};
use entity::{BreakGlassId, ChildId, break_glass, case};
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, Select};

use super::nothing;
use super::page::{Page, Wanted};
use super::stream::Find;
use crate::context::OpContext;
use crate::db::Db;
use crate::domain::break_glass::BreakGlass;
use crate::domain::policy::reviews_break_glass;
use crate::domain::viewer::Viewer;
use crate::error::Error;

/// The rows that exist for the viewer: all for those who review them, for other staff only their own.
fn visible(op: &OpContext) -> Select<break_glass::Entity> {
    let all = break_glass::Entity::find();
    match &op.viewer {
        Viewer::System(_) => all,
        viewer if reviews_break_glass(viewer) => all,
        Viewer::Staff(staff) => all.filter(break_glass::Column::StaffId.eq(staff.id)),
        _ => all.filter(nothing()),
    }
}

/// A page of those that await review, or of those reviewed; newest first.
pub async fn list(op: &OpContext, reviewed: bool, wanted: &Wanted) -> Result<Page<break_glass::Model>, Error> {
    let select = if reviewed {
        visible(op).filter(break_glass::Column::ReviewedAt.is_not_null())
    } else {
        visible(op).filter(break_glass::Column::ReviewedAt.is_null())
    };
    let by = [break_glass::Column::BeganAt, break_glass::Column::Id];
    wanted.read_among(&op.db.read, visible(op), select, &by, Order::Desc).await
}

/// The row with this id; `None` if it does not exist for the viewer.
pub async fn one(op: &OpContext, id: BreakGlassId) -> Result<Option<break_glass::Model>, Error> {
    Ok(visible(op).filter(break_glass::Column::Id.eq(id)).one(&op.db.read).await?)
}

/// The viewer's own access to a case of this child by breaking the glass, if it has not ended.
pub async fn of_viewer(op: &OpContext, child: ChildId) -> Result<Option<break_glass::Model>, Error> {
    let Viewer::Staff(staff) = &op.viewer else { return Ok(None) };
    let cases = Query::select()
        .column(case::Column::Id)
        .from(case::Entity)
        .and_where(Expr::col(case::Column::ChildId).eq(child.0))
        .take();
    Ok(break_glass::Entity::find()
        .filter(break_glass::Column::CaseId.in_subquery(cases))
        .filter(break_glass::Column::StaffId.eq(staff.id))
        .filter(break_glass::Column::BeganAt.lte(op.now()))
        .filter(break_glass::Column::EndsAt.gt(op.now()))
        .order_by_desc(break_glass::Column::EndsAt)
        .one(&op.db.read)
        .await?)
}

impl Find for BreakGlass {
    type Key = BreakGlassId;

    async fn find(op: &OpContext, txn: &DatabaseTransaction, id: &BreakGlassId) -> Result<Option<BreakGlassId>, Error> {
        Ok(visible(op).filter(break_glass::Column::Id.eq(*id)).one(txn).await?.map(|row| row.id))
    }
}

/// The number that began before a moment and still await review, for the job that reminds managers.
pub(crate) async fn unreviewed(db: &Db, before: DateTime<Utc>) -> Result<u64, Error> {
    Ok(break_glass::Entity::find()
        .filter(break_glass::Column::ReviewedAt.is_null())
        .filter(break_glass::Column::BeganAt.lt(before))
        .count(&db.read)
        .await?)
}
