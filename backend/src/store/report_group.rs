//! Reads of report groups: reports of harm from one origin that came too fast for an alert each.
//!
//! What must not live here: when reports are grouped (`service::report_group`).

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::vocabulary::{ReferralState, Risk, RiskReason};
use entity::{ReportGroupId, referral, report_group};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::filled;
use crate::context::OpContext;
use crate::db::Db;
use crate::domain::policy::reads_casework;
use crate::error::Error;

/// The group of an origin whose span ends at `ends_at`, if there is one.
pub(crate) async fn of_origin<C: ConnectionTrait>(
    connection: &C,
    origin: &str,
    ends_at: DateTime<Utc>,
) -> Result<Option<report_group::Model>, Error> {
    use report_group::Column::{EndsAt, Origin};
    Ok(report_group::Entity::find().filter(Origin.eq(origin)).filter(EndsAt.eq(ends_at)).one(connection).await?)
}

/// The groups with reports that no digest to the MASH lists yet, oldest first.
pub(crate) async fn undigested(db: &Db) -> Result<Vec<report_group::Model>, Error> {
    use report_group::Column::{BeganAt, Listed, Reports};
    let waiting = report_group::Entity::find().filter(Expr::col(Reports).gt(Expr::col(Listed)));
    Ok(waiting.order_by_asc(BeganAt).all(&db.read).await?)
}

/// A report of a group, with what a digest says of it.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    /// The reference of the referral.
    pub(crate) reference: String,
    /// The risk that the referral was screened at.
    pub(crate) risk: Risk,
    /// Whether the 999 call was confirmed, where one was needed: false only when the reporter told of immediate danger
    /// and did not say that 999 was called.
    pub(crate) called: bool,
}

/// The reports of a group, oldest first.
pub(crate) async fn reports<C: ConnectionTrait>(connection: &C, group: ReportGroupId) -> Result<Vec<Report>, Error> {
    use referral::Column::{Reference, Risk, RiskReasons};
    let reports = referral::Entity::find()
        .filter(referral::Column::ReportGroupId.eq(group))
        .order_by_asc(referral::Column::ReceivedAt)
        .order_by_asc(referral::Column::Id)
        .select_only()
        .columns([Reference, Risk, RiskReasons]);
    let reports: Vec<(String, _, String)> = reports.into_tuple().all(connection).await?;
    let called = |reasons: &str| reasons.split(',').all(|code| code != RiskReason::CallNotConfirmed.code());
    let report = |(reference, risk, reasons): (_, _, String)| Report { reference, risk, called: called(&reasons) };
    Ok(reports.into_iter().map(report).collect())
}

/// A group with counts for triage.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The group as stored.
    pub group: report_group::Model,
    /// The number of its reports that await triage.
    pub waiting: u64,
    /// The number of those that tell of immediate danger.
    pub immediate: u64,
}

/// The groups with these ids, for those who read casework; none for others, because every report in them tells of harm.
pub async fn summaries(op: &OpContext, ids: &[ReportGroupId]) -> Result<Vec<Summary>, Error> {
    if !reads_casework(&op.viewer) {
        return Ok(Vec::new());
    }
    let groups = report_group::Entity::find().filter(report_group::Column::Id.is_in(filled(ids.iter().copied())));
    let groups = groups.all(&op.db.read).await?;
    let counts: Vec<(ReportGroupId, Risk, i64)> = referral::Entity::find()
        .filter(referral::Column::ReportGroupId.is_in(filled(ids.iter().copied())))
        .filter(referral::Column::State.eq(ReferralState::Received))
        .select_only()
        .columns([referral::Column::ReportGroupId, referral::Column::Risk])
        .column_as(referral::Column::Id.count(), "count")
        .group_by(referral::Column::ReportGroupId)
        .group_by(referral::Column::Risk)
        .into_tuple()
        .all(&op.db.read)
        .await?;
    let mut counted: HashMap<ReportGroupId, (u64, u64)> = HashMap::new();
    for (group, risk, count) in counts {
        let count = u64::try_from(count).unwrap_or_default();
        let (waiting, immediate) = counted.entry(group).or_default();
        *waiting += count;
        *immediate += if risk == Risk::Immediate { count } else { 0 };
    }
    let summary = |group: report_group::Model| {
        let (waiting, immediate) = counted.get(&group.id).copied().unwrap_or_default();
        Summary { group, waiting, immediate }
    };
    Ok(groups.into_iter().map(summary).collect())
}
