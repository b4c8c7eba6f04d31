//! Reads of draft referrals. A draft belongs to the school: every contact of that school sees it, and nobody else does.
//!
//! What must not live here: drafts of public reports (`report_draft`).

use entity::{DraftId, SchoolId, draft};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use super::nothing;
use super::school::closed_by;
use crate::context::OpContext;
use crate::db::Db;
use crate::domain::london::london_day;
use crate::domain::policy::manages_contacts;
use crate::domain::viewer::Viewer;
use crate::error::Error;

const MOST: u64 = 100;

/// The drafts that exist for the viewer: those of their school for a school contact, none for others.
fn visible(viewer: &Viewer) -> Select<draft::Entity> {
    let all = draft::Entity::find();
    match viewer {
        Viewer::SchoolContact(contact) => all.filter(draft::Column::SchoolId.eq(contact.school)),
        _ => all.filter(nothing()),
    }
}

/// The draft with this id, sent or not; `None` if it does not exist for the viewer.
pub async fn one<C: ConnectionTrait>(
    op: &OpContext,
    connection: &C,
    id: DraftId,
) -> Result<Option<draft::Model>, Error> {
    Ok(visible(&op.viewer).filter(draft::Column::Id.eq(id)).one(connection).await?)
}

/// The number of unsent drafts of a school, whoever asks.
pub(crate) async fn left_at<C: ConnectionTrait>(connection: &C, school: SchoolId) -> Result<u64, Error> {
    let left = draft::Entity::find().filter(draft::Column::SchoolId.eq(school));
    Ok(left.filter(draft::Column::ReferralId.is_null()).count(connection).await?)
}

/// Up to 100 unsent drafts of schools that have closed, oldest first, for those who manage contacts. Callers show that
/// they exist and who began them, never the answers.
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

/// The school of a draft, if it is one of `schools`, for somebody who is a contact of several.
pub(crate) async fn school_of(db: &Db, id: DraftId, schools: &[SchoolId]) -> Result<Option<SchoolId>, Error> {
    let draft = draft::Entity::find_by_id(id).one(&db.read).await?;
    Ok(draft.map(|draft| draft.school_id).filter(|school| schools.contains(school)))
}

/// Up to 100 unsent drafts of the viewer's school, the last changed first.
pub async fn unsent(op: &OpContext) -> Result<Vec<draft::Model>, Error> {
    Ok(visible(&op.viewer)
        .filter(draft::Column::ReferralId.is_null())
        .order_by_desc(draft::Column::UpdatedAt)
        .limit(MOST)
        .all(&op.db.read)
        .await?)
}
