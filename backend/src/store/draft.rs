//! Reads of drafts. A draft belongs to the school; every contact of that school sees it, and nobody else.

use entity::{DraftId, SchoolId, draft};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use super::nothing;
use super::school::closed_by;
use crate::context::OpContext;
use crate::db::Db;
use crate::domain::clock::london_day;
use crate::domain::policy::manages_contacts;
use crate::domain::viewer::Viewer;
use crate::error::Error;

const MOST: u64 = 100;

fn visible(viewer: &Viewer) -> Select<draft::Entity> {
    let all = draft::Entity::find();
    match viewer {
        Viewer::SchoolContact(contact) => all.filter(draft::Column::SchoolId.eq(contact.school)),
        _ => all.filter(nothing()),
    }
}

/// One draft, sent or not.
pub async fn one<C: ConnectionTrait>(
    op: &OpContext,
    connection: &C,
    id: DraftId,
) -> Result<Option<draft::Model>, Error> {
    Ok(visible(&op.viewer).filter(draft::Column::Id.eq(id)).one(connection).await?)
}

/// How many unsent drafts a school has left behind.
pub(crate) async fn left_at<C: ConnectionTrait>(connection: &C, school: SchoolId) -> Result<u64, Error> {
    let left = draft::Entity::find().filter(draft::Column::SchoolId.eq(school));
    Ok(left.filter(draft::Column::ReferralId.is_null()).count(connection).await?)
}

/// The unsent drafts of schools that have closed, oldest first, for those who manage contacts: that there are any and
/// who began them, never what they say.
pub async fn of_closed_schools(op: &OpContext) -> Result<Vec<draft::Model>, Error> {
    let all = draft::Entity::find();
    let visible = if manages_contacts(&op.viewer) { all } else { all.filter(nothing()) };
    let closed = closed_by(london_day(op.now()));
    Ok(visible
        .filter(draft::Column::ReferralId.is_null())
        .filter(draft::Column::SchoolId.in_subquery(closed))
        .order_by_asc(draft::Column::CreatedAt)
        .limit(MOST)
        .all(&op.db.read)
        .await?)
}

/// For which of `schools` a draft is, if it is for one of them; for somebody who acts for several.
pub(crate) async fn school_of(db: &Db, id: DraftId, schools: &[SchoolId]) -> Result<Option<SchoolId>, Error> {
    let draft = draft::Entity::find_by_id(id).one(&db.read).await?;
    Ok(draft.map(|draft| draft.school_id).filter(|school| schools.contains(school)))
}

/// The unsent drafts, newest first.
pub async fn unsent(op: &OpContext) -> Result<Vec<draft::Model>, Error> {
    Ok(visible(&op.viewer)
        .filter(draft::Column::ReferralId.is_null())
        .order_by_desc(draft::Column::UpdatedAt)
        .limit(MOST)
        .all(&op.db.read)
        .await?)
}
