//! Commands on referrals: storing those that schools, agencies and the public send, with the mails about them, and
//! redirecting.
//!
//! What must not live here: reading the answers (`domain::referral`), and opening a case (`case`).

use chrono::{DateTime, Utc};
use entity::vocabulary::{ReferralState, RiskReason};
use entity::{ReferralId, referral, referral_key};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};

use super::case::to_officer;
use super::project::referral::{key_rows_of, write_flag};
use super::project::{Made, write_of_referral};
use super::{alert, contact_of, mails, record};
use crate::context::{Done, Mail, OpContext, write};
use crate::db::Db;
use crate::domain::answers::Answers;
use crate::domain::case::Case;
use crate::domain::email::Email;
use crate::domain::london::london_day;
use crate::domain::matching::keys::VERSION;
use crate::domain::network;
use crate::domain::policy::triages;
use crate::domain::referral::{Acknowledge, Received, Redirect, Referral, ReferralEvent, safe_address};
use crate::domain::screening::must_reach_mash;
use crate::domain::stream::Stream;
use crate::domain::viewer::Viewer;
use crate::error::{Conflict, Error, ReferralConflict};
use crate::limit::Limit;
use crate::store;
use crate::store::stream::{for_change, load, since};
use crate::throttle;

/// The answer to whoever sent a report.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// The reference, which the referral keeps even if the report is held first.
    pub reference: String,
    /// The id of the referral; `None` while the report is held.
    pub referral: Option<ReferralId>,
    /// When the report arrived.
    pub received_at: DateTime<Utc>,
    /// For a held report, when the limit that held it is over and reports are taken in at once again; `None` otherwise.
    pub held_until: Option<DateTime<Utc>>,
    /// Whether the MASH was alerted; one that is held never tells of harm.
    pub mash_alerted: bool,
}

impl From<referral::Model> for Receipt {
    fn from(row: referral::Model) -> Self {
        let mash_alerted = must_reach_mash(row.risk);
        let referral::Model { id, reference, received_at, .. } = row;
        Self { reference, referral: Some(id), received_at, held_until: None, mash_alerted }
    }
}

/// The limit of acknowledgements to one address, whoever reports: nobody may be flooded with mail through us.
const ACKNOWLEDGED: Limit = Limit::new("report acknowledged to an address", 3, 24 * 60 * 60);
/// The limit of acknowledgements for reports from one internet address.
const ACKNOWLEDGED_FROM: Limit = Limit::new("report acknowledged from an address", 10, 60 * 60);
/// The limit of mails to the team about reports from one internet address by people who are not signed in.
const TEAM_TOLD_FROM: Limit = Limit::new("team told of reports from an address", 20, 60 * 60);

/// Whether a mail about a report is within its limit. If the limit cannot be counted, the mail is left out and the
/// report still taken.
async fn within(op: &OpContext, limit: Limit, target: &str) -> bool {
    match throttle::past(op, limit, target).await {
        Ok(past) => past.is_none(),
        Err(error) => {
            tracing::warn!(%error, "A mail about a report is left out because its limit could not be counted");
            false
        }
    }
}

/// The recipients of mail about a report, apart from the MASH. A limit drops a mail here, never the report.
#[derive(Clone, Debug)]
pub(super) struct Tells {
    /// The reporter's address, if they said that mail there is safe and it is within the limits.
    safe: Option<Email>,
    /// Whether the team gets a mail.
    team: bool,
}

impl Tells {
    /// The recipients for a report with these answers. Counts towards the limits.
    pub(super) async fn of_report(op: &OpContext, answers: &Answers) -> Self {
        let signed = op.viewer != Viewer::Anonymous;
        let team = match op.address().map(network::origin) {
            Some(origin) if !signed => within(op, TEAM_TOLD_FROM, &origin).await,
            _ => true,
        };
        Self { team, ..Self::of_held_report(op, answers).await }
    }

    /// The recipients for a report that is held: not the team, which gets one mail about all held reports.
    pub(super) async fn of_held_report(op: &OpContext, answers: &Answers) -> Self {
        let mut safe = safe_address(answers);
        if let (Some(_), Some(origin)) = (&safe, op.address().map(network::origin))
            && !within(op, ACKNOWLEDGED_FROM, &origin).await
        {
            safe = None;
        }
        if let Some(address) = &safe
            && !within(op, ACKNOWLEDGED, address.as_str()).await
        {
            safe = None;
        }
        Self { safe, team: false }
    }

    /// The mails about the report with this reference.
    pub(super) fn mails(&self, reference: &str, op: &OpContext) -> Vec<Mail> {
        let team = self.team.then(|| mails::referral_waits(reference, &op.council));
        self.acknowledgement(reference, op).into_iter().chain(team).collect()
    }

    /// The acknowledgement of the report with this reference; `None` if there is no safe address within the limits.
    pub(super) fn acknowledgement(&self, reference: &str, op: &OpContext) -> Option<Mail> {
        let to = self.safe.as_ref()?;
        Some(mails::report_received(to.as_str(), reference, &op.council))
    }
}

/// Stores a referral. If it tells of harm, the MASH is alerted in the same transaction, unless it belongs to a group,
/// of which a digest tells. `others` are the mails to the sender and to the team.
pub(super) async fn receive(
    op: &OpContext,
    txn: &DatabaseTransaction,
    received: Received,
    others: Vec<Mail>,
) -> Result<Done<ReferralId>, Error> {
    let mut mails = others;
    let gathered = received.gathered_with.is_some();
    let received = ReferralEvent::ReferralReceived(Box::new(received));
    let done = record::begin::<Referral>(op, txn, op.new_id(), vec![received]).await?;
    let Received { reference, told, .. } = &done.value.received;
    if let Some(flag) = done.value.flag.as_ref().filter(|_| !gathered) {
        let uncalled = told.reasons.contains(&RiskReason::CallNotConfirmed);
        mails.push(alert::of(op, flag, reference, uncalled)?);
    }
    Ok(done.map(|referral| referral.id).mailing(mails))
}

/// Fails as stale if something that a decision minds was done to the referral since the caller saw it with `version` facts.
/// What the MASH does with its flag takes nothing from what an officer decides.
pub(super) async fn must_not_be_overtaken(
    txn: &DatabaseTransaction,
    referral: &Referral,
    version: i32,
) -> Result<(), Error> {
    if referral.version == version {
        return Ok(());
    }
    let later: Vec<ReferralEvent> = since(txn, referral.id, version).await?;
    let only_flag = later.iter().all(|fact| fact.step().is_some());
    if only_flag && (1..referral.version).contains(&version) { Ok(()) } else { Err(Conflict::Stale.into()) }
}

/// Redirects a referral, for a reason that the school reads, and mails the contact who sent it and the team that gets it.
pub async fn redirect(op: &OpContext, reference: String, version: i32, typed: Redirect) -> Result<ReferralId, Error> {
    op.require(triages(&op.viewer))?;
    op.commit(move |op, txn| async move {
        let before: Referral = for_change(&op, &txn, reference.as_str()).await?;
        must_not_be_overtaken(&txn, &before, version).await?;
        let redirected = before.redirect(&typed, london_day(op.now()))?;
        let contact = match before.received.contact {
            Some(contact) => store::contact::many(&op, &[contact]).await?.pop(),
            None => None,
        };
        let reference = &before.received.reference;
        let told = contact
            .map(|contact| mails::referral_redirected(&contact.email, reference, &op.council).for_contact(contact.id));
        let passed_on = typed.to.and_then(|to| mails::passed_on(reference, to, &op.council));
        let mails: Vec<Mail> = told.into_iter().chain(passed_on).collect();
        Ok(record::change(&op, &txn, before, vec![redirected]).await?.map(|after| after.id).mailing(mails))
    })
    .await
}

/// Records that the authority to which a referral was sent has acknowledged it.
pub async fn acknowledge(
    op: &OpContext,
    reference: String,
    version: i32,
    typed: Acknowledge,
) -> Result<ReferralId, Error> {
    op.require(triages(&op.viewer))?;
    op.commit(move |op, txn| async move {
        let id = store::referral::id_of(&op, &txn, &reference).await?.ok_or(Error::NotFound)?;
        let before: Referral = load(&*txn, id).await?;
        before.must_stand_at(version)?;
        let acknowledged = before.acknowledge(&typed, london_day(op.now()))?;
        Ok(record::change(&op, &txn, before, vec![acknowledged]).await?.map(|after| after.id))
    })
    .await
}

/// Takes a referral that was redirected in error back to triage, for a reason.
pub async fn take_back(op: &OpContext, reference: String, version: i32, reason: String) -> Result<ReferralId, Error> {
    op.require(triages(&op.viewer))?;
    op.commit(move |op, txn| async move {
        let id = store::referral::id_of(&op, &txn, &reference).await?.ok_or(Error::NotFound)?;
        let before: Referral = load(&*txn, id).await?;
        before.must_stand_at(version)?;
        let taken = before.take_back(&reason)?;
        Ok(record::change(&op, &txn, before, vec![taken]).await?.map(|after| after.id))
    })
    .await
}

/// Adds something to a referral of the contact's school, decided or not: the answer to what was to be asked for in
/// `field`, or anything else if that is empty.
pub async fn add(op: &OpContext, reference: String, field: String, text: String) -> Result<ReferralId, Error> {
    let contact = contact_of(op)?;
    op.commit(move |op, txn| async move {
        let row = store::referral::row_of(&op, &txn, &reference).await?.ok_or(Error::NotFound)?;
        let before: Referral = load(&*txn, row.id).await?;
        let added = before.add(contact.id, &field, &text)?;
        let mut mails = vec![mails::school_changed_referral(&before.received.reference, "added to", &op.council)];
        if let Some(case) = row.case_id {
            let case: Case = load(&*txn, case).await?;
            mails.extend(to_officer(&op, &txn, &case, &[]).await?);
        }
        Ok(record::change(&op, &txn, before, vec![added]).await?.map(|after| after.id).mailing(mails))
    })
    .await
}

/// Withdraws a referral of the contact's school that awaits triage, for a reason.
pub async fn withdraw(op: &OpContext, reference: String, version: i32, reason: String) -> Result<ReferralId, Error> {
    let contact = contact_of(op)?;
    op.commit(move |op, txn| async move {
        let before: Referral = for_change(&op, &txn, reference.as_str()).await?;
        before.must_stand_at(version)?;
        let withdrawn = before.withdraw(contact.id, &reason)?;
        let mail = mails::school_changed_referral(&before.received.reference, "withdrew", &op.council);
        Ok(record::change(&op, &txn, before, vec![withdrawn]).await?.map(|after| after.id).mailing([mail]))
    })
    .await
}

/// Brings a referral back to triage whose child has reached compulsory school age, and tells the team. Refused as
/// decided if another run was faster.
pub async fn come_back(op: &OpContext, id: ReferralId) -> Result<(), Error> {
    op.commit(move |op, txn| async move {
        let before: Referral = load(&*txn, id).await?;
        let back = before.come_back(london_day(op.now())).ok_or(ReferralConflict::Decided)?;
        let mail = mails::referral_waits(&before.received.reference, &op.council);
        Ok(record::change(&op, &txn, before, vec![back]).await?.map(drop).mailing([mail]))
    })
    .await
}

/// The most referrals in one transaction, so that other writers need not wait long.
const AT_ONCE: u64 = 200;
/// The most rows in one statement: SQLite binds at most 32,766 values.
const ROWS_AT_ONCE: usize = 5_000;

/// Makes the keys of every referral whose keys were made by an older version, and the flags and clocks of those
/// that wait, and gives their number. Safe to run twice, and in two processes at once.
pub async fn make_keys(db: &Db, now: DateTime<Utc>) -> Result<u64, Error> {
    let mut made = 0;
    loop {
        let some = write(db, move |txn| async move {
            let referrals = store::referral::without_keys(&*txn, AT_ONCE).await?;
            let ids: Vec<_> = referrals.iter().map(|row| row.id).collect();
            let of_those = referral_key::Column::ReferralId.is_in(ids.clone());
            referral_key::Entity::delete_many().filter(of_those).exec(&*txn).await?;
            let mut keys = Vec::new();
            for row in &referrals {
                keys.extend(key_rows_of(row)?);
                if matches!(row.state, ReferralState::Received | ReferralState::WithAuthority) {
                    let waiting: Referral = load(&*txn, row.id).await?;
                    write_flag(&txn, &waiting).await?;
                    write_of_referral(&txn, row.id, &waiting.clocks(), Made::Anew(now)).await?;
                }
            }
            for some in keys.chunks(ROWS_AT_ONCE) {
                referral_key::Entity::insert_many(some.iter().cloned()).exec_without_returning(&*txn).await?;
            }
            let keyed = referral::ActiveModel { keyed_by: Set(VERSION), ..referral::ActiveModel::default() };
            let those = referral::Column::Id.is_in(ids).and(referral::Column::KeyedBy.lt(VERSION));
            referral::Entity::update_many().set(keyed).filter(those).exec(&*txn).await?;
            Ok(referrals.len() as u64)
        })
        .await?;
        if some == 0 {
            return Ok(made);
        }
        made += some;
    }
}
