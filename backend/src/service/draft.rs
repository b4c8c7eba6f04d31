//! Commands on draft referrals: the answers of a school contact until they are sent.
//!
//! What must not live here: what becomes of a referral once it is sent (`referral`, `case`).

use entity::vocabulary::{RedirectTo, ReferralOrigin};
use entity::{DraftId, ReferralId, draft};
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};

use super::{contact_of, mails, record, referral};
use crate::context::OpContext;
use crate::domain::answers::Answers;
use crate::domain::event::DraftEvent;
use crate::domain::follow_up::standing;
use crate::domain::reference::ReferralReference;
use crate::domain::referral::{Received, faults_of_draft, read_school_referral};
use crate::domain::screening::must_reach_mash;
use crate::error::{Conflict, Error, FieldFault, ReferralConflict};
use crate::limit::Limit;
use crate::secret::random_bits;
use crate::store;
use crate::throttle;

/// Begins a draft for the contact's school, which every contact of that school can continue.
pub async fn start(op: &OpContext, answers: Answers) -> Result<DraftId, Error> {
    let contact = contact_of(op)?;
    op.commit(move |op, txn| async move {
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
        let started = DraftEvent::DraftStarted { school: contact.school, contact: contact.id };
        record::fact(id, id, 0, &started)
    })
    .await
}

/// Saves all answers of a draft. A fault in one of `fields`, those just answered, refuses the whole; faults elsewhere
/// do not, since they may still be answered.
pub async fn save(
    op: &OpContext,
    id: DraftId,
    version: i32,
    answers: Answers,
    fields: Vec<String>,
) -> Result<DraftId, Error> {
    contact_of(op)?;
    let answered = |fault: &FieldFault| fields.iter().any(|field| answers_for(&fault.field, field));
    let faults: Vec<FieldFault> = faults_of_draft(&answers, op.now()).into_iter().filter(answered).collect();
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    // The event stores the names of the fields for good, so only names of real fields may pass.
    let fields: Vec<String> =
        fields.into_iter().filter(|field| answers.0.keys().any(|known| answers_for(known, field))).collect();
    op.commit(move |op, txn| async move {
        must_be_unsent(&op, &txn, id, version).await?;
        let changed = draft::ActiveModel {
            answers: Set(serde_json::to_string(&answers)?),
            version: Set(version + 1),
            updated_at: Set(op.now()),
            ..draft::ActiveModel::default()
        };
        move_draft(&txn, id, version, changed).await?;
        record::fact(id, id, version, &DraftEvent::DraftSaved { fields })
    })
    .await
}

/// Whether a fault in the field `faulty` belongs to the answered `field`: the same, a part of its date (`-day`), or a
/// row of its group (`enquiry` covers `enquiry.2.kind`).
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
        return Err(ReferralConflict::Sent.into());
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

/// Sends a draft as a referral. Sending again gives the referral that it became, whatever the version.
pub async fn send(op: &OpContext, id: DraftId, version: i32, declaration: bool) -> Result<ReferralId, Error> {
    let contact = contact_of(op)?;
    let known = store::draft::one(op, &op.db.read, id).await?.ok_or(Error::NotFound)?;
    // A draft that was sent is answered before anything can refuse it, so that a second press succeeds.
    if let Some(sent) = known.referral_id {
        return Ok(sent);
    }
    let answers = standing(&serde_json::from_str(&known.answers)?);
    // Harm is looked at first, because nothing may hold back such a referral: no limit, and no declaration.
    let calendar = store::school::calendar(&op.db.read, contact.school).await?;
    let harm = read_school_referral(&answers, &calendar, op.now()).is_ok_and(|told| must_reach_mash(told.risk));
    let undeclared = FieldFault::new("declaration", "Confirm that what you tell us is true as far as you know");
    if !harm && !declaration {
        return Err(Error::Invalid(vec![undeclared]));
    }
    if !harm && let Some(until) = throttle::past(op, SENT, &op.viewer.to_string()).await? {
        return Err(Error::Throttled(until));
    }
    let sent = op
        .commit(move |op, txn| async move {
            // They may have been suspended since the request began.
            let row = store::contact::held(&contact, &txn).await?.ok_or(Error::Unauthenticated)?;
            let draft = must_be_unsent(&op, &txn, id, version).await?;
            let answers = standing(&serde_json::from_str(&draft.answers)?);
            let mut told = read_school_referral(&answers, &calendar, op.now()).map_err(Error::Invalid)?;
            if !declaration {
                told.to_ask.push(undeclared.into());
            }
            let received = Received {
                reference: ReferralReference::from_random_bits(random_bits()?).to_string(),
                origin: ReferralOrigin::School,
                school: Some(contact.school),
                contact: Some(contact.id),
                draft: Some(id),
                idempotency_key: format!("draft:{id}"),
                gathered_with: None,
                held_since: None,
                told,
                answers,
            };
            let flagged = must_reach_mash(received.told.risk);
            let acknowledgement =
                mails::referral_received(&row.email, &received.reference, flagged, &op.council).for_contact(row.id);
            let mut others = vec![acknowledgement, mails::referral_waits(&received.reference, &op.council)];
            if received.told.found_at_address {
                // The school is told so where it sends the referral.
                others.extend(mails::passed_on(&received.reference, RedirectTo::EducationWelfare, &op.council));
            }
            let done = referral::receive(&op, &txn, received, others).await?;
            let changed = draft::ActiveModel {
                referral_id: Set(Some(done.value)),
                updated_at: Set(op.now()),
                ..draft::ActiveModel::default()
            };
            move_draft(&txn, id, version, changed).await?;
            Ok(done)
        })
        .await;
    match sent {
        // Sent twice at once: the slower one finds the draft sent by the faster one.
        Err(Error::Conflict(Conflict::Referral(ReferralConflict::Sent) | Conflict::Stale)) => {
            let now = store::draft::one(op, &op.db.read, id).await?.ok_or(Error::NotFound)?;
            now.referral_id.ok_or_else(|| Conflict::Stale.into())
        }
        sent => sent,
    }
}

/// The limit of drafts that a contact may send. It does not apply to one that tells of harm.
const SENT: Limit = Limit::new("draft sent", 60, 60 * 60);

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
