//! Commands on referrals: what schools, agencies and the public tell, and that one is sent elsewhere.

use chrono::{DateTime, Utc};
use entity::vocabulary::{RedirectTo, ReferralOrigin, RiskReason, Scope};
use entity::{ReferralId, referral};
use sea_orm::DatabaseTransaction;

use super::{held_report, mails, record, report_group, require};
use crate::context::{Done, Mail, OpContext};
use crate::domain::answers::Answers;
use crate::domain::email::Email;
use crate::domain::network;
use crate::domain::policy::triages;
use crate::domain::reference::ReferralReference;
use crate::domain::referral::{Received, Referral, ReferralEvent, Told, read_report, safe_address};
use crate::domain::screening::must_reach_mash;
use crate::domain::stream::Stream;
use crate::domain::viewer::Viewer;
use crate::error::{Conflict, Error, ReferralConflict};
use crate::limit::Limit;
use crate::secret::random_bits;
use crate::store;
use crate::store::stream::for_change;
use crate::throttle;

/// That a report arrived.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// What it is called.
    pub reference: String,
    /// The referral that it is; none if it is held.
    pub referral: Option<ReferralId>,
    /// When it arrived.
    pub received_at: DateTime<Utc>,
    /// Where so many came that it is held for an officer to look at: when reports are taken at once again.
    pub held_until: Option<DateTime<Utc>>,
}

impl From<referral::Model> for Receipt {
    fn from(row: referral::Model) -> Self {
        Self { reference: row.reference, referral: Some(row.id), received_at: row.received_at, held_until: None }
    }
}

/// Takes what a member of the public, a professional or a partner agency tells. The same key never makes a second one.
/// What nobody signed for is held when it comes too often, unless it tells of harm: a limit must never silence a report.
/// One that tells of harm is always taken; past a rate its alert is gathered with others of its origin.
pub async fn send_report(op: &OpContext, key: String, answers: Answers) -> Result<Receipt, Error> {
    let origin = match &op.viewer {
        Viewer::Partner(partner) => {
            require(op, partner.scopes.contains(&Scope::ReferralCreate))?;
            ReferralOrigin::Partner
        }
        _ => ReferralOrigin::Public,
    };
    if key.len() < 16 || key.len() > 100 || !key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return Err(Error::invalid("key", "The key must be 16 to 100 letters, digits or hyphens"));
    }
    let idempotency_key = format!("report:{}:{key}", op.viewer);
    let body = serde_json::to_string(&answers)?;
    if let Some(known) = store::referral::by_key(op, &op.db.read, &idempotency_key).await? {
        return if known.details == body { Ok(known.into()) } else { Err(ReferralConflict::KeyReused.into()) };
    }
    if let Some(held) = held_report::known(op, &idempotency_key, &body).await? {
        return Ok(held);
    }
    let told = read_report(&answers, op.now()).map_err(Error::Invalid)?;
    if op.viewer == Viewer::Anonymous
        && !must_reach_mash(told.risk)
        && let Some(until) = held_report::too_many(op).await?
    {
        return held_report::hold(op, idempotency_key, answers, until).await;
    }
    let tells = Tells::of_report(op, &answers).await;
    let gathers = op.viewer == Viewer::Anonymous && must_reach_mash(told.risk);
    let flood = if gathers { report_group::flood(op).await? } else { None };
    let sent_key = idempotency_key.clone();
    let sent = op
        .commit(move |op, txn| async move {
            if store::referral::by_key(&op, &*txn, &sent_key).await?.is_some() {
                return Err(ReferralConflict::Sent.into());
            }
            let gathered_with = match flood {
                Some(flood) => Some(report_group::gather(&op, &txn, flood).await?),
                None => None,
            };
            let received = Received {
                reference: ReferralReference::from_random_bits(random_bits()?).to_string(),
                origin,
                school: None,
                contact: None,
                draft: None,
                idempotency_key: sent_key,
                gathered_with,
                told,
                answers,
            };
            let others = tells.mails(&received.reference, &op);
            receive(&op, &txn, received, others).await
        })
        .await;
    match sent {
        Ok(_) | Err(Error::Conflict(Conflict::Referral(ReferralConflict::Sent))) => {
            let known = store::referral::by_key(op, &op.db.write, &idempotency_key).await?;
            known.map(Receipt::from).ok_or_else(|| Error::internal("a referral that was stored cannot be found"))
        }
        Err(error) => Err(error),
    }
}

/// Acknowledgements to one address, whoever reports: nobody is to be buried in mail through us.
const ACKNOWLEDGED: Limit = Limit::new("report acknowledged to an address", 3, 24 * 60 * 60);
/// Acknowledgements of what comes from one place.
const ACKNOWLEDGED_FROM: Limit = Limit::new("report acknowledged from an address", 10, 60 * 60);
/// Mails to the team about what comes from one place without anybody having signed for it.
const TEAM_TOLD_FROM: Limit = Limit::new("team told of reports from an address", 20, 60 * 60);

/// Whether a mail about a report is within its limit; one whose limit cannot be counted is left out.
async fn within(op: &OpContext, limit: Limit, target: &str) -> bool {
    match throttle::past(op, limit, target).await {
        Ok(past) => past.is_none(),
        Err(error) => {
            tracing::warn!(%error, "A mail about a report is left out because its limit could not be counted");
            false
        }
    }
}

/// Who gets mail about a report apart from the MASH. A limit drops a mail here, never the report.
#[derive(Clone, Debug)]
pub(super) struct Tells {
    /// The address of whoever reported, if mail there is safe and within the limits.
    safe: Option<Email>,
    /// Whether the team is told.
    team: bool,
}

impl Tells {
    /// Who gets mail about a report with these answers; counts it.
    pub(super) async fn of_report(op: &OpContext, answers: &Answers) -> Self {
        let signed = op.viewer != Viewer::Anonymous;
        let team = match op.address().map(network::origin) {
            Some(origin) if !signed => within(op, TEAM_TOLD_FROM, &origin).await,
            _ => true,
        };
        Self { team, ..Self::of_held_report(op, answers).await }
    }

    /// The same for a report that is held: the team is told of all that are held together.
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

    /// The mails about the report called `reference`.
    pub(super) fn mails(&self, reference: &str, op: &OpContext) -> Vec<Mail> {
        let team = self.team.then(|| mails::referral_waits(reference, &op.council));
        self.acknowledgement(reference, op).into_iter().chain(team).collect()
    }

    /// The acknowledgement of the report called `reference`, if there is to be one.
    pub(super) fn acknowledgement(&self, reference: &str, op: &OpContext) -> Option<Mail> {
        let to = self.safe.as_ref()?;
        Some(mails::report_received(to.as_str(), reference, &op.council))
    }
}

/// Stores a referral, and tells the MASH at once when it tells of harm, unless the next digest does. `others` are the
/// mails to whoever sent it and to the team.
pub(super) async fn receive(
    op: &OpContext,
    txn: &DatabaseTransaction,
    received: Received,
    others: Vec<Mail>,
) -> Result<Done<ReferralId>, Error> {
    let mut mails = others;
    let Told { risk, reasons, .. } = &received.told;
    if must_reach_mash(*risk) && received.gathered_with.is_none() {
        let called = !reasons.contains(&RiskReason::CallNotConfirmed);
        mails.push(mails::danger_alert(&received.reference, called, &op.council));
    }
    let received = ReferralEvent::ReferralReceived(Box::new(received));
    let done = record::begin::<Referral>(op, txn, op.new_id(), vec![received]).await?;
    Ok(done.map(|referral| referral.id).mailing(mails))
}

/// Sends a referral elsewhere, with a reason that the school sees.
pub async fn redirect(
    op: &OpContext,
    reference: String,
    version: i32,
    to: Option<RedirectTo>,
    reason: String,
    mash_reference: String,
) -> Result<ReferralId, Error> {
    require(op, triages(&op.viewer))?;
    op.commit(move |op, txn| async move {
        let before: Referral = for_change(&op, &txn, reference.as_str()).await?;
        before.must_stand_at(version)?;
        let redirected = before.redirect(to, &reason, &mash_reference)?;
        let contact = match before.received.contact {
            Some(contact) => store::contact::many(&op, &[contact]).await?.pop(),
            None => None,
        };
        let mail = contact.map(|contact| {
            mails::referral_redirected(&contact.email, &before.received.reference, &op.council).for_contact(contact.id)
        });
        Ok(record::change(&op, &txn, before, vec![redirected]).await?.map(|after| after.id).mailing(mail))
    })
    .await
}
