//! Commands on referrals: what schools, agencies and the public tell, and that one is sent elsewhere.

use chrono::{DateTime, Utc};
use entity::vocabulary::{RedirectTo, RiskReason};
use entity::{ReferralId, referral};
use sea_orm::DatabaseTransaction;

use super::{mails, record, require};
use crate::context::{Done, Mail, OpContext};
use crate::domain::answers::Answers;
use crate::domain::email::Email;
use crate::domain::network;
use crate::domain::policy::triages;
use crate::domain::referral::{Received, Referral, ReferralEvent, Told, safe_address};
use crate::domain::screening::must_reach_mash;
use crate::domain::stream::Stream;
use crate::domain::viewer::Viewer;
use crate::error::Error;
use crate::limit::Limit;
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
