//! Staff, as colleagues see them.

use async_graphql::{Context, ID, Object};
use entity::staff;
use entity::vocabulary::StaffRole;

use super::guarded::op;
use super::input::shown;
use crate::domain::policy::reads_casework;
use crate::domain::viewer::Viewer;
use crate::error::Error;
use crate::store;

#[derive(Default)]
pub(super) struct StaffQuery;

#[Object]
impl StaffQuery {
    /// Staff to whom a case may be assigned.
    #[graphql(complexity = "50 * child_complexity")]
    async fn officers(&self, ctx: &Context<'_>) -> Result<Vec<StaffMember>, Error> {
        let op = op(ctx);
        if !reads_casework(&op.viewer) {
            return Err(if op.viewer == Viewer::Anonymous { Error::Unauthenticated } else { Error::Forbidden });
        }
        Ok(store::staff::officers(op, &op.db.read).await?.into_iter().map(StaffMember).collect())
    }
}

/// A member of staff.
pub(super) struct StaffMember(pub(super) staff::Model);

#[Object]
impl StaffMember {
    async fn id(&self) -> ID {
        shown(self.0.id)
    }

    async fn name(&self) -> &str {
        &self.0.name
    }

    async fn roles(&self) -> Vec<StaffRole> {
        store::staff::roles(&self.0).into_iter().collect()
    }
}
