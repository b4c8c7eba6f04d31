//! Commands on drafts and referrals.

use chrono::{DateTime, Utc};
use entity::vocabulary::{RedirectTo, ReferralOrigin, ReferralState, RiskReason, Scope};
use entity::{DraftId, ReferralId, draft, referral};
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};

use super::{held_report, mails, project, report_group, require};
use crate::context::{Done, Mail, OpContext};
use crate::domain::answers::Answers;
use crate::domain::email::Email;
use crate::domain::event::{DraftEvent, Event};
use crate::domain::network;
use crate::domain::policy::triages;
use crate::domain::reference::ReferralReference;
use crate::domain::referral::{
    Received, Referral, ReferralEvent, Told, read_report, read_school_referral, safe_address,
};
use crate::domain::screening::must_reach_mash;
use crate::domain::viewer::{SchoolContact, Viewer};
use crate::error::{Conflict, Error, FieldFault};
use crate::limit::Limit;
use crate::secret::random_bits;
use crate::store;
use crate::throttle;

fn contact(op: &OpContext) -> Result<SchoolContact, Error> {
    match &op.viewer {
        Viewer::SchoolContact(contact) => Ok(contact.clone()),
        Viewer::Anonymous => Err(Error::Unauthenticated),
        Viewer::Staff(_) | Viewer::Partner(_) | Viewer::System(_) => Err(Error::Forbidden),
    }
}

/// Begins a draft for the contact's school.
pub async fn start_draft(op: &OpContext, answers: Answers) -> Result<DraftId, Error> {
    let contact = contact(op)?;
    let op = op.clone();
    op.clone()
        .commit(move |txn| async move {
            let id: DraftId = op.new_id();
            let row = draft::ActiveModel {
                id: Set(id),
                school_id: Set(contact.school),
                contact_id: Set(contact.id),
                answers: Set(serde_json::to_string(&answers)?),
                referral_id: Set(None),
                version: Set(1),
                created_at: Set(op.now()),
                updated_at: Set(op.now()),
            };
            draft::Entity::insert(row).exec_without_returning(&*txn).await?;
            let event = DraftEvent::DraftStarted { school: contact.school, contact: contact.id };
            Ok(Done::new(id, Event::of(id, 0, &event)?))
        })
        .await
}

/// Saves all answers of a draft. A fault in one of `fields`, which were just answered, refuses the whole; what is lacking
/// elsewhere does not.
pub async fn save_draft(
    op: &OpContext,
    id: DraftId,
    version: i32,
    answers: Answers,
    fields: Vec<String>,
) -> Result<DraftId, Error> {
    contact(op)?;
    let answered = |fault: &FieldFault| fields.iter().any(|field| answers_for(&fault.field, field));
    let faults = read_school_referral(&answers, op.now()).err().unwrap_or_default();
    let faults: Vec<FieldFault> = faults.into_iter().filter(answered).collect();
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    // The event keeps the names of the fields for good, so nothing else may be among them.
    let fields: Vec<String> =
        fields.into_iter().filter(|field| answers.0.keys().any(|known| answers_for(known, field))).collect();
    let op = op.clone();
    op.clone()
        .commit(move |txn| async move {
            must_be_unsent(&op, &txn, id, version).await?;
            let changed = draft::ActiveModel {
                answers: Set(serde_json::to_string(&answers)?),
                version: Set(version + 1),
                updated_at: Set(op.now()),
                ..draft::ActiveModel::default()
            };
            move_draft(&txn, id, version, changed).await?;
            Ok(Done::new(id, Event::of(id, version, &DraftEvent::DraftSaved { fields })?))
        })
        .await
}

/// Whether a fault in `faulty` belongs to the answered `field`: the same, one of its parts (`-day`), or one of its rows
/// (`enquiry` answers for `enquiry.2.kind`).
fn answers_for(faulty: &str, field: &str) -> bool {
    faulty.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with('-') || rest.starts_with('.'))
}

async fn must_be_unsent(
    op: &OpContext,
    txn: &DatabaseTransaction,
    id: DraftId,
    version: i32,
) -> Result<draft::Model, Error> {
    let row = store::draft::one(op, txn, id).await?.ok_or(Error::NotFound)?;
    if row.referral_id.is_some() {
        return Err(Conflict::AlreadySent.into());
    }
    if row.version == version { Ok(row) } else { Err(Conflict::Stale.into()) }
}

async fn move_draft(
    txn: &DatabaseTransaction,
    id: DraftId,
    version: i32,
    changed: draft::ActiveModel,
) -> Result<(), Error> {
    let moved = draft::Entity::update_many()
        .set(changed)
        .filter(draft::Column::Id.eq(id))
        .filter(draft::Column::Version.eq(version))
        .filter(draft::Column::ReferralId.is_null())
        .exec(txn)
        .await?;
    if moved.rows_affected == 1 { Ok(()) } else { Err(Conflict::Stale.into()) }
}

/// Sends a draft as a referral. Sending again answers the referral that it became, whatever the version.
pub async fn send_draft(op: &OpContext, id: DraftId, version: i32, declaration: bool) -> Result<ReferralId, Error> {
    let contact = contact(op)?;
    let known = store::draft::one(op, &op.db.read, id).await?.ok_or(Error::NotFound)?;
    if let Some(sent) = known.referral_id {
        return Ok(sent);
    }
    if !declaration {
        return Err(Error::invalid("declaration", "Confirm that what you tell us is true as far as you know"));
    }
    let answers: Answers = serde_json::from_str(&known.answers)?;
    let harm = read_school_referral(&answers, op.now()).is_ok_and(|told| must_reach_mash(told.risk));
    if !harm && let Some(until) = throttle::past(op, SENT, &op.viewer.to_string()).await? {
        return Err(Error::Throttled(until));
    }
    let inner = op.clone();
    let sent = op
        .commit(move |txn| async move {
            // They may have been suspended since the request began.
            let row = store::contact::held(&contact, &txn).await?.ok_or(Error::Unauthenticated)?;
            let draft = must_be_unsent(&inner, &txn, id, version).await?;
            let answers: Answers = serde_json::from_str(&draft.answers)?;
            let told = read_school_referral(&answers, inner.now()).map_err(Error::Invalid)?;
            let received = Received {
                reference: ReferralReference::from_random_bits(random_bits()?).to_string(),
                origin: ReferralOrigin::School,
                school: Some(contact.school),
                contact: Some(contact.id),
                draft: Some(id),
                idempotency_key: format!("draft:{id}"),
                gathered_with: None,
                told,
                answers,
            };
            let acknowledgement =
                mails::referral_received(&row.email, &received.reference, &inner.council).for_contact(row.id);
            let others = vec![acknowledgement, mails::referral_waits(&received.reference, &inner.council)];
            let done = receive(&inner, &txn, received, others).await?;
            let changed = draft::ActiveModel {
                referral_id: Set(Some(done.value)),
                updated_at: Set(inner.now()),
                ..draft::ActiveModel::default()
            };
            move_draft(&txn, id, version, changed).await?;
            Ok(done)
        })
        .await;
    match sent {
        // Pressed twice: the slower press finds the draft sent by the faster one.
        Err(Error::Conflict(Conflict::AlreadySent | Conflict::Stale)) => {
            let now = store::draft::one(op, &op.db.read, id).await?.ok_or(Error::NotFound)?;
            now.referral_id.ok_or_else(|| Conflict::Stale.into())
        }
        sent => sent,
    }
}

/// How many drafts a contact may send. No limit holds for one that tells of harm.
const SENT: Limit = Limit::new("draft sent", 60, 60 * 60);

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
        return if known.details == body { Ok(known.into()) } else { Err(Conflict::KeyReused.into()) };
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
    let (inner, sent_key) = (op.clone(), idempotency_key.clone());
    let sent = op
        .commit(move |txn| async move {
            if store::referral::by_key(&inner, &*txn, &sent_key).await?.is_some() {
                return Err(Conflict::AlreadySent.into());
            }
            let gathered_with = match flood {
                Some(flood) => Some(report_group::gather(&inner, &txn, flood).await?),
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
            let others = tells.mails(&received.reference, &inner);
            receive(&inner, &txn, received, others).await
        })
        .await;
    match sent {
        Ok(_) | Err(Error::Conflict(Conflict::AlreadySent)) => {
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
    let referral = Referral::receive(op.new_id(), received.clone(), op.now());
    project::new_referral(txn, &referral).await?;
    let event = Event::of(referral.id, 0, &ReferralEvent::ReferralReceived(Box::new(received)))?;
    Ok(Done::new(referral.id, event).mailing(mails))
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
    let inner = op.clone();
    op.commit(move |txn| async move {
        let (before, row) = for_change(&inner, &txn, &reference, version).await?;
        let event = before.redirect(to, &reason, &mash_reference)?;
        let stored = Event::of(before.id, before.version, &event)?;
        let after = before.apply(&event, inner.now());
        project::referral(&txn, &after).await?;
        let mut mails = Vec::new();
        if let Some(contact) = row.contact_id {
            let contact = store::contact::many(&inner, &[contact]).await?.pop();
            mails.extend(contact.map(|contact| {
                mails::referral_redirected(&contact.email, &row.reference, &inner.council).for_contact(contact.id)
            }));
        }
        Ok(Done::new(after.id, stored).mailing(mails))
    })
    .await
}

/// The referral as its facts make it, and its row: it must exist for the viewer and stand at `version`.
pub(super) async fn for_change(
    op: &OpContext,
    txn: &DatabaseTransaction,
    reference: &str,
    version: i32,
) -> Result<(Referral, referral::Model), Error> {
    let row = store::referral::for_change(op, txn, reference).await?;
    if row.state != ReferralState::Received {
        return Err(Conflict::AlreadyDecided.into());
    }
    let mut referral: Option<Referral> = None;
    for (fact, at) in store::event::stream::<ReferralEvent, _>(txn, row.id.0).await? {
        referral = match (referral, fact) {
            (None, ReferralEvent::ReferralReceived(received)) => Some(Referral::receive(row.id, *received, at)),
            (referral, fact) => referral.map(|referral| referral.apply(&fact, at)),
        };
    }
    // The fold decides, not the row: somebody may have saved between the two reads.
    let referral = referral.ok_or(Error::NotFound)?;
    if referral.version == version { Ok((referral, row)) } else { Err(Conflict::Stale.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_answers_for_itself_its_parts_and_its_rows_only() {
        for (faulty, field, expected) in [
            ("harm", "harm", true),
            ("harmDetails", "harm", false),
            ("dateOfBirth-day", "dateOfBirth", true),
            ("enquiry.2.kind", "enquiry", true),
            ("enquiry.1.kind", "enquiry.1.kind", true),
            ("upn", "upnAbsence", false),
        ] {
            assert_eq!(answers_for(faulty, field), expected, "{faulty} {field}");
        }
    }
}
