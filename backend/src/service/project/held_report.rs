//! The row of a held report.

use entity::held_report;
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};

use super::{Change, Project};
use crate::context::OpContext;
use crate::domain::held_report::HeldReport;
use crate::domain::viewer::Viewer;
use crate::error::{Error, ReferralConflict};

impl Project for HeldReport {
    type Besides = ();

    async fn project(
        op: &OpContext,
        txn: &DatabaseTransaction,
        change: &Change<'_, Self>,
        (): (),
    ) -> Result<(), Error> {
        let after = change.after;
        let by = if let Viewer::Staff(staff) = &op.viewer { Some(staff.id) } else { None };
        let settled_by = Set(by.filter(|_| after.settled_at.is_some()));
        let row = held_report::ActiveModel { settled_by, ..report_row(after)? };
        if change.before.is_none() {
            held_report::Entity::insert(row).exec_without_returning(txn).await?;
            return Ok(());
        }
        let open = held_report::Entity::update_many()
            .set(row)
            .filter(held_report::Column::Id.eq(after.id))
            .filter(held_report::Column::SettledAt.is_null());
        if open.exec(txn).await?.rows_affected == 1 { Ok(()) } else { Err(ReferralConflict::ReportSettled.into()) }
    }
}

/// The row of a held report. Who settled it is the actor of a fact and not in it, so that column is left alone.
pub(in crate::service) fn report_row(report: &HeldReport) -> Result<held_report::ActiveModel, Error> {
    Ok(held_report::ActiveModel {
        id: Set(report.id),
        key: Set(report.key.clone()),
        reference: Set(report.reference.clone()),
        answers: Set(serde_json::to_string(&report.answers)?),
        received_at: Set(report.received_at),
        settled_at: Set(report.settled_at),
        referral_id: Set(report.referral),
        ..held_report::ActiveModel::default()
    })
}
