//! Groups of anonymous reports of harm that come faster than single alerts can be read. None is silenced: each is a
//! referral like any other, and the MASH hears of it within a minute, by one list instead of a mail for each, so that a
//! thousand invented reports do not bury a true one. Reports by schools, agencies and anybody signed in are never
//! grouped.
//!
//! What must not live here: the text of the digest (`mails`).

use chrono::{DateTime, TimeDelta, Utc};
use entity::vocabulary::Risk;
use entity::{ReportGroupId, report_group};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, EntityTrait, QueryFilter};

use super::mails::{self, Gathered};
use crate::context::OpContext;
use crate::domain::network;
use crate::error::Error;
use crate::limit::Limit;
use crate::secret::keyring::Purpose;
use crate::store;
use crate::store::report_group::Report;
use crate::throttle;

/// The reports of harm in ten minutes that get an alert each: from one internet address, and from everybody together.
const FROM_ONE: Limit = Limit::new("report of harm from an address", 5, SPAN);
const FROM_ALL: Limit = Limit::new("report of harm", 30, SPAN);
const SPAN: i64 = 10 * 60;

/// The least time between two digests of one group. With the pauses of the jobs, less than a minute passes until a
/// report is listed.
const BETWEEN: TimeDelta = TimeDelta::seconds(50);

/// The limit that a report of harm is past, which names the group it joins.
#[derive(Clone, Debug)]
pub(super) struct Flood {
    origin: String,
    one_origin: bool,
    ends_at: DateTime<Utc>,
}

/// Counts an anonymous report of harm. Gives the limit it is past, or `None` when it gets an alert of its own. Reports
/// without a known address count as one origin.
pub(super) async fn flood(op: &OpContext) -> Result<Option<Flood>, Error> {
    let Some(keyring) = op.keyring() else { return Ok(None) };
    let origin = op.address().map_or_else(|| "unknown".to_owned(), network::origin);
    let (from, one_origin, ends_at) = match throttle::past(op, FROM_ONE, &origin).await? {
        // An origin past its own limit does not use up the limit for everybody.
        Some(ends_at) => (origin.as_str(), true, ends_at),
        None => match throttle::past(op, FROM_ALL, EVERYBODY).await? {
            Some(ends_at) => (EVERYBODY, false, ends_at),
            None => return Ok(None),
        },
    };
    Ok(Some(Flood { origin: keyring.hash(Purpose::ReportOrigin, &[from]), one_origin, ends_at }))
}

const EVERYBODY: &str = "everybody";

/// Adds one report to the group of its flood; the first report makes the group.
pub(super) async fn gather(op: &OpContext, txn: &DatabaseTransaction, flood: Flood) -> Result<ReportGroupId, Error> {
    use report_group::Column::{EndsAt, Origin, Reports};
    let Flood { origin, one_origin, ends_at } = flood;
    let first = report_group::ActiveModel {
        id: Set(op.new_id()),
        origin: Set(origin.clone()),
        one_origin: Set(one_origin),
        began_at: Set(op.now()),
        ends_at: Set(ends_at),
        reports: Set(0),
        listed: Set(0),
        digested_at: Set(None),
    };
    report_group::Entity::insert(first)
        .on_conflict(OnConflict::columns([Origin, EndsAt]).do_nothing().to_owned())
        .exec_without_returning(txn)
        .await?;
    // The update locks the row until the report is stored, so that a digest counts both or neither.
    report_group::Entity::update_many()
        .col_expr(Reports, Expr::col(Reports).add(1))
        .filter(Origin.eq(origin.as_str()))
        .filter(EndsAt.eq(ends_at))
        .exec(txn)
        .await?;
    let group = store::report_group::of_origin(txn, &origin, ends_at).await?;
    group.map(|group| group.id).ok_or_else(|| Error::internal("a group of reports cannot be found"))
}

/// Queues a digest of every report in this group, unless one left just before or lists them all; true when it did. Safe
/// to run twice and in two processes: only the one that raises the number of listed reports sends the list.
pub(crate) async fn digest(op: &OpContext, group: report_group::Model) -> Result<bool, Error> {
    use report_group::Column::{DigestedAt, Id, Listed};
    op.write(move |op, txn| async move {
        let reports = store::report_group::reports(&*txn, group.id).await?;
        let listed = i32::try_from(reports.len()).unwrap_or(i32::MAX);
        let rested = Condition::any().add(DigestedAt.is_null()).add(DigestedAt.lte(op.now() - BETWEEN));
        let told = report_group::ActiveModel {
            listed: Set(listed),
            digested_at: Set(Some(op.now())),
            ..report_group::ActiveModel::default()
        };
        // The row is changed only if `listed` is still what was read, so that only one process sends this list.
        let told = report_group::Entity::update_many()
            .set(told)
            .filter(Id.eq(group.id))
            .filter(Listed.eq(group.listed))
            .filter(Listed.lt(listed))
            .filter(rested)
            .exec(&*txn)
            .await?;
        if told.rows_affected != 1 {
            return Ok(false);
        }
        let mut gathered = Gathered {
            uncalled: Vec::new(),
            danger: Vec::new(),
            other: Vec::new(),
            one_origin: group.one_origin,
            since: group.began_at,
        };
        for Report { reference, risk, called } in reports {
            let among = match (risk, called) {
                (Risk::Immediate, false) => &mut gathered.uncalled,
                (Risk::Immediate, true) => &mut gathered.danger,
                _ => &mut gathered.other,
            };
            among.push(reference);
        }
        op.queue(&txn, vec![mails::mash_digest(&gathered, &op.council)]).await?;
        Ok(true)
    })
    .await
}
