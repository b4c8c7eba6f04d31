//! Held reports: those that came too fast to be taken in at once. A limit never silences a report: it is kept as sent,
//! its sender has a reference, and an officer takes it in or puts it aside.
//!
//! What must not live here: which reports may be held at all (`report`).

use chrono::{DateTime, TimeDelta, Utc};
use entity::ReferralId;
use entity::vocabulary::ReferralOrigin;

use super::referral::{Receipt, Tells, receive};
use super::{mails, record};
use crate::context::{Mail, OpContext};
use crate::domain::answers::Answers;
use crate::domain::held_report::{HeldReport, HeldReportEvent};
use crate::domain::network;
use crate::domain::policy::triages;
use crate::domain::reference::ReferralReference;
use crate::domain::referral::{Received, read_report};
use crate::error::{Error, ReferralConflict};
use crate::limit::Limit;
use crate::secret::random_bits;
use crate::store;
use crate::store::stream::for_change;
use crate::throttle;

/// The reports in an hour that are taken in at once: from one internet address, and from everybody together.
const FROM_ONE: Limit = Limit::new("report from an address", 10, HOUR);
const FROM_ALL: Limit = Limit::new("report", 200, HOUR);
/// The limit of mails to the team that reports are held.
const TEAM_TOLD: Limit = Limit::new("team told of held reports", 1, HOUR);
/// The limit of mails that reports are held and nobody looked at them.
const REMINDED: Limit = Limit::new("told of reports that wait", 1, 24 * HOUR);
const LOOKED_AT_WITHIN: TimeDelta = TimeDelta::hours(4);
const HOUR: i64 = 60 * 60;

/// Counts a report. Gives the time until which reports are held if there were too many; `None` otherwise.
pub(super) async fn too_many(op: &OpContext) -> Result<Option<DateTime<Utc>>, Error> {
    if let Some(address) = op.address()
        && let Some(until) = throttle::past(op, FROM_ONE, &network::origin(address)).await?
    {
        // An address past its own limit does not use up the limit for everybody.
        return Ok(Some(until));
    }
    throttle::past(op, FROM_ALL, "everybody").await
}

/// The receipt of the report with this key, whether it is still held or was put aside; `None` when there is none. Fails
/// when the answers differ from those sent first.
pub(super) async fn known(op: &OpContext, key: &str, answers: &str) -> Result<Option<Receipt>, Error> {
    let Some(row) = store::held_report::by_key(op, &op.db.write, key).await? else { return Ok(None) };
    if row.answers != answers {
        return Err(ReferralConflict::KeyReused.into());
    }
    let held_until = Some(row.received_at + TimeDelta::seconds(HOUR));
    let (reference, received_at) = (row.reference, row.received_at);
    Ok(Some(Receipt { reference, referral: None, received_at, held_until, mash_alerted: false }))
}

/// Holds a report and gives its receipt. Sending the same key twice at once holds it once.
pub(super) async fn hold(
    op: &OpContext,
    key: String,
    answers: Answers,
    until: DateTime<Utc>,
) -> Result<Receipt, Error> {
    let (sent_key, body) = (key.clone(), serde_json::to_string(&answers)?);
    let tells = Tells::of_held_report(op, &answers).await;
    let tell_team = throttle::past(op, TEAM_TOLD, "everybody").await.is_ok_and(|past| past.is_none());
    let held = op.commit(move |op, txn| async move {
        if store::held_report::by_key(&op, &*txn, &sent_key).await?.is_some() {
            return Err(ReferralConflict::Sent.into());
        }
        let reference = ReferralReference::from_random_bits(random_bits()?).to_string();
        let receipt = Receipt {
            reference: reference.clone(),
            referral: None,
            received_at: op.now(),
            held_until: Some(until),
            mash_alerted: false,
        };
        let team = tell_team.then(|| mails::reports_held(&op.council));
        let mails: Vec<Mail> = tells.acknowledgement(&reference, &op).into_iter().chain(team).collect();
        let came = HeldReportEvent::ReportHeld { reference, key: sent_key, answers };
        let done = record::begin::<HeldReport>(&op, &txn, op.new_id(), vec![came]).await?;
        Ok(done.map(|_| receipt).mailing(mails))
    });
    match held.await {
        // Sent twice at once: the slower one gets the receipt of the faster one.
        Err(error) => known(op, &key, &body).await?.ok_or(error),
        held => held,
    }
}

/// Tells the team and the managers once a day that reports wait which nobody has looked at for hours: a held report has no
/// clock of its own before it is a referral. Returns the number of mails.
pub(crate) async fn remind(op: &OpContext) -> Result<usize, Error> {
    let held = store::held_report::waiting_since(&op.db.read, op.now() - LOOKED_AT_WITHIN).await?;
    if held == 0 || throttle::past(op, REMINDED, "everybody").await?.is_some() {
        return Ok(0);
    }
    op.write(move |op, txn| async move {
        let managers = store::staff::managers_and(&*txn, &[]).await?;
        let told = managers.iter().map(|row| row.email.as_str()).chain([op.council.team_email.as_str()]);
        let mails: Vec<Mail> = told.map(|to| mails::reports_wait(to, held, &op.council)).collect();
        let count = mails.len();
        op.queue(&txn, mails).await?;
        Ok(count)
    })
    .await
}

/// Takes in a held report as a referral, read and screened by the same rules as any other report.
pub async fn take_in(op: &OpContext, reference: String) -> Result<ReferralId, Error> {
    op.require(triages(&op.viewer))?;
    op.commit(move |op, txn| async move {
        let held: HeldReport = for_change(&op, &txn, reference.as_str()).await?;
        held.must_be_held()?;
        let received = Received {
            reference: held.reference.clone(),
            origin: ReferralOrigin::Public,
            school: None,
            contact: None,
            draft: None,
            idempotency_key: held.key.clone(),
            gathered_with: None,
            held_since: Some(held.received_at),
            told: read_report(&held.answers, op.now()).map_err(Error::Invalid)?,
            answers: held.answers.clone(),
        };
        let done = receive(&op, &txn, received, Vec::new()).await?;
        let taken_in = held.take_in(done.value)?;
        Ok(done.and(record::change(&op, &txn, held, vec![taken_in]).await?))
    })
    .await
}

/// Puts a held report aside, for a reason. Its answers are kept.
pub async fn put_aside(op: &OpContext, reference: String, reason: String) -> Result<(), Error> {
    op.require(triages(&op.viewer))?;
    op.commit(move |op, txn| async move {
        let held: HeldReport = for_change(&op, &txn, reference.as_str()).await?;
        let put_aside = held.put_aside(&reason)?;
        Ok(record::change(&op, &txn, held, vec![put_aside]).await?.map(drop))
    })
    .await
}
