//! The row of one breaking of the glass.

use entity::break_glass;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, EntityTrait};

use super::{Change, Project};
use crate::context::OpContext;
use crate::domain::break_glass::BreakGlass;
use crate::error::Error;

impl Project for BreakGlass {
    type Besides = ();

    async fn project(_: &OpContext, txn: &DatabaseTransaction, change: &Change<'_, Self>, (): ()) -> Result<(), Error> {
        use break_glass::Column::{EndsAt, Finding, Id, ReviewedAt, ReviewedBy};
        break_glass::Entity::insert(glass_row(change.after))
            .on_conflict(OnConflict::column(Id).update_columns([EndsAt, ReviewedAt, ReviewedBy, Finding]).to_owned())
            .exec_without_returning(txn)
            .await?;
        Ok(())
    }
}

/// The row of a breaking of the glass.
pub(in crate::service) fn glass_row(glass: &BreakGlass) -> break_glass::ActiveModel {
    break_glass::ActiveModel {
        id: Set(glass.id),
        case_id: Set(glass.case),
        staff_id: Set(glass.staff),
        reason: Set(glass.reason.clone()),
        began_at: Set(glass.began_at),
        ends_at: Set(glass.ends_at),
        reviewed_at: Set(glass.reviewed.as_ref().map(|(at, _, _)| *at)),
        reviewed_by: Set(glass.reviewed.as_ref().map(|(_, by, _)| *by)),
        finding: Set(glass.reviewed.as_ref().map(|(_, _, finding)| finding.clone())),
    }
}
