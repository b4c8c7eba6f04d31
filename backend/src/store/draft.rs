//! Reads of drafts. A draft belongs to the school; every contact of that school sees it, and nobody else.

use entity::{DraftId, draft};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use super::nothing;
use crate::context::OpContext;
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

/// The unsent drafts, newest first.
pub async fn unsent(op: &OpContext) -> Result<Vec<draft::Model>, Error> {
    Ok(visible(&op.viewer)
        .filter(draft::Column::ReferralId.is_null())
        .order_by_desc(draft::Column::UpdatedAt)
        .limit(MOST)
        .all(&op.db.read)
        .await?)
}
