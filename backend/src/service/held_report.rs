//! Reports that come too often to be taken at once. A limit never silences one: it is kept as it was sent, whoever sent
//! it has a reference, and an officer takes it in or puts it aside.

use chrono::{DateTime, TimeDelta, Utc};
use entity::vocabulary::ReferralOrigin;
use entity::{HeldReportId, ReferralId, StaffId, held_report};
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};

use super::referral::{Receipt, Tells, receive};
use super::{mails, require};
use crate::context::{Done, OpContext};
use crate::domain::answers::Answers;
use crate::domain::event::Event;
use crate::domain::held_report::{HeldReport, HeldReportEvent};
use crate::domain::network;
use crate::domain::policy::triages;
use crate::domain::reference::ReferralReference;
use crate::domain::referral::{Received, read_report};
use crate::domain::viewer::Viewer;
use crate::error::{Conflict, Error};
use crate::limit::Limit;
use crate::secret::random_bits;
use crate::store;
use crate::throttle;

/// How many reports are taken at once from one address, and from everybody together.
const FROM_ONE: Limit = Limit::new("report from an address", 10, HOUR);
const FROM_ALL: Limit = Limit::new("report", 200, HOUR);
/// How often the team is told that reports are held.
const TEAM_TOLD: Limit = Limit::new("team told of held reports", 1, HOUR);
const HOUR: i64 = 60 * 60;

/// Counts a report; when to come back if there were too many.
pub(super) async fn too_many(op: &OpContext) -> Result<Option<DateTime<Utc>>, Error> {
    if let Some(address) = op.address()
        && let Some(until) = throttle::past(op, FROM_ONE, &network::origin(address)).await?
    {
        // One address past its limit does not use up what is left for everybody.
        return Ok(Some(until));
    }
    throttle::past(op, FROM_ALL, "everybody").await
}

/// The receipt of a report that is held, or was put aside, under this key.
pub(super) async fn known(op: &OpContext, key: &str, answers: &str) -> Result<Option<Receipt>, Error> {
    let Some(row) = store::held_report::by_key(op, &op.db.write, key).await? else { return Ok(None) };
    if row.answers != answers {
        return Err(Conflict::KeyReused.into());
    }
    let held_until = Some(row.received_at + TimeDelta::seconds(HOUR));
    Ok(Some(Receipt { reference: row.reference, referral: None, received_at: row.received_at, held_until }))
}

/// Holds a report.
pub(super) async fn hold(
    op: &OpContext,
    key: String,
    answers: Answers,
    until: DateTime<Utc>,
) -> Result<Receipt, Error> {
    let (inner, sent_key, body) = (op.clone(), key.clone(), serde_json::to_string(&answers)?);
    let text = body.clone();
    let tells = Tells::of_held_report(op, &answers).await;
    let tell_team = throttle::past(op, TEAM_TOLD, "everybody").await.is_ok_and(|past| past.is_none());
    let held = op
        .commit(move |txn| async move {
            if store::held_report::by_key(&inner, &*txn, &sent_key).await?.is_some() {
                return Err(Conflict::AlreadySent.into());
            }
            let id: HeldReportId = inner.new_id();
            let reference = ReferralReference::from_random_bits(random_bits()?).to_string();
            let row = held_report::ActiveModel {
                id: Set(id),
                key: Set(sent_key.clone()),
                reference: Set(reference.clone()),
                answers: Set(text),
                received_at: Set(inner.now()),
                settled_at: Set(None),
                settled_by: Set(None),
                referral_id: Set(None),
            };
            held_report::Entity::insert(row).exec_without_returning(&*txn).await?;
            let event = HeldReportEvent::ReportHeld { reference: reference.clone(), key: sent_key, answers };
            let receipt = Receipt { reference, referral: None, received_at: inner.now(), held_until: Some(until) };
            let team = tell_team.then(|| mails::reports_held(&inner.council));
            let mails = tells.acknowledgement(&receipt.reference, &inner).into_iter().chain(team).collect();
            Ok(Done::new(receipt, Event::of(id, 0, &event)?).mailing(mails))
        })
        .await;
    match held {
        // Sent twice at once: the slower one is answered what the faster one was.
        Err(error) => known(op, &key, &body).await?.ok_or(error),
        held => held,
    }
}

/// Makes a held report a referral, by the same rules and screening as one that is taken at once.
pub async fn take_in(op: &OpContext, reference: String) -> Result<ReferralId, Error> {
    require(op, triages(&op.viewer))?;
    let inner = op.clone();
    op.commit(move |txn| async move {
        let (id, held) = for_change(&inner, &txn, &reference).await?;
        let received = Received {
            reference: held.reference.clone(),
            origin: ReferralOrigin::Public,
            school: None,
            contact: None,
            draft: None,
            idempotency_key: held.key.clone(),
            gathered_with: None,
            told: read_report(&held.answers, inner.now()).map_err(Error::Invalid)?,
            answers: held.answers.clone(),
        };
        let done = receive(&inner, &txn, received, Vec::new()).await?;
        let event = held.take_in(done.value)?;
        settle(&inner, &txn, id, held.clone().apply(&event).referral).await?;
        Ok(done.also(vec![Event::of(id, held.version, &event)?]))
    })
    .await
}

/// Puts a held report aside, for a reason. It is kept.
pub async fn put_aside(op: &OpContext, reference: String, reason: String) -> Result<(), Error> {
    require(op, triages(&op.viewer))?;
    let inner = op.clone();
    op.commit(move |txn| async move {
        let (id, held) = for_change(&inner, &txn, &reference).await?;
        let event = held.put_aside(&reason)?;
        settle(&inner, &txn, id, None).await?;
        Ok(Done::new((), Event::of(id, held.version, &event)?))
    })
    .await
}

/// The report as its facts make it; it must exist for the viewer.
async fn for_change(
    op: &OpContext,
    txn: &DatabaseTransaction,
    reference: &str,
) -> Result<(HeldReportId, HeldReport), Error> {
    let row = store::held_report::for_change(op, txn, reference).await?.ok_or(Error::NotFound)?;
    let facts = store::event::stream::<HeldReportEvent, _>(txn, row.id.0).await?;
    let held = HeldReport::of(facts.into_iter().map(|(fact, _)| fact)).ok_or(Error::NotFound)?;
    if held.settled { Err(Conflict::ReportSettled.into()) } else { Ok((row.id, held)) }
}

async fn settle(
    op: &OpContext,
    txn: &DatabaseTransaction,
    id: HeldReportId,
    referral: Option<ReferralId>,
) -> Result<(), Error> {
    let by: Option<StaffId> = match &op.viewer {
        Viewer::Staff(staff) => Some(staff.id),
        Viewer::Anonymous | Viewer::SchoolContact(_) | Viewer::Partner(_) | Viewer::System(_) => None,
    };
    let settled = held_report::ActiveModel {
        settled_at: Set(Some(op.now())),
        settled_by: Set(by),
        referral_id: Set(referral),
        ..held_report::ActiveModel::default()
    };
    let open = held_report::Entity::update_many()
        .set(settled)
        .filter(held_report::Column::Id.eq(id))
        .filter(held_report::Column::SettledAt.is_null());
    if open.exec(txn).await?.rows_affected == 1 { Ok(()) } else { Err(Conflict::ReportSettled.into()) }
}
