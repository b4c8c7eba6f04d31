//! Reads of proposals about school contacts. A head teacher sees those that head teachers of the school made; those of
//! officers are seen only by staff who manage contacts.
//!
//! What must not live here: who may decide one (`domain::policy`).

use entity::vocabulary::{ContactKind, ProposalState};
use entity::{ContactProposalId, SchoolId, contact_proposal};
use sea_orm::sea_query::Order;
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, Select};

use super::nothing;
use super::page::{Page, Wanted};
use super::stream::Find;
use crate::context::OpContext;
use crate::domain::policy::manages_contacts;
use crate::domain::proposal::Proposal;
use crate::domain::viewer::Viewer;
use crate::error::Error;

/// The proposals that exist for the viewer: all for those who manage contacts; for a head teacher those that head
/// teachers of the school made.
fn visible(viewer: &Viewer) -> Select<contact_proposal::Entity> {
    let all = contact_proposal::Entity::find();
    match viewer {
        Viewer::SchoolContact(contact) if contact.kind == ContactKind::HeadTeacher => all
            .filter(contact_proposal::Column::SchoolId.eq(contact.school))
            .filter(contact_proposal::Column::ProposedBy.is_not_null()),
        viewer if manages_contacts(viewer) => all,
        _ => all.filter(nothing()),
    }
}

/// The proposal with this id; `None` if it does not exist for the viewer.
pub async fn one(op: &OpContext, id: ContactProposalId) -> Result<Option<contact_proposal::Model>, Error> {
    Ok(visible(&op.viewer).filter(contact_proposal::Column::Id.eq(id)).one(&op.db.read).await?)
}

/// A page of proposals, newest first; only those in `state` if there is one.
pub async fn list(
    op: &OpContext,
    state: Option<ProposalState>,
    wanted: &Wanted,
) -> Result<Page<contact_proposal::Model>, Error> {
    let mut select = visible(&op.viewer);
    if let Some(state) = state {
        select = select.filter(contact_proposal::Column::State.eq(state));
    }
    let by = [contact_proposal::Column::ProposedAt, contact_proposal::Column::Id];
    wanted.read(&op.db.read, select, &by, Order::Desc).await
}

/// The number of open proposals that a school's head teachers made, whoever asks.
pub(crate) async fn waiting<C: ConnectionTrait>(connection: &C, school: SchoolId) -> Result<u64, Error> {
    Ok(contact_proposal::Entity::find()
        .filter(contact_proposal::Column::SchoolId.eq(school))
        .filter(contact_proposal::Column::ProposedBy.is_not_null())
        .filter(contact_proposal::Column::State.eq(ProposalState::Proposed))
        .count(connection)
        .await?)
}

impl Find for Proposal {
    type Key = ContactProposalId;

    async fn find(
        op: &OpContext,
        txn: &DatabaseTransaction,
        id: &ContactProposalId,
    ) -> Result<Option<ContactProposalId>, Error> {
        let row = visible(&op.viewer).filter(contact_proposal::Column::Id.eq(*id)).one(txn).await?;
        Ok(row.map(|row| row.id))
    }
}
