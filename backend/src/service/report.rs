//! Reports by members of the public, professionals and partner agencies: taken in at once as a referral, or held when
//! too many come.
//!
//! What must not live here: reading the answers (`domain::referral`), and what becomes of a held report
//! (`held_report`).

use entity::vocabulary::{ReferralOrigin, Scope};

use super::referral::{Receipt, Tells, receive};
use super::{held_report, report_group};
use crate::context::OpContext;
use crate::domain::answers::Answers;
use crate::domain::reference::ReferralReference;
use crate::domain::referral::{Received, read_report};
use crate::domain::screening::must_reach_mash;
use crate::domain::viewer::Viewer;
use crate::error::{Conflict, Error, ReferralConflict};
use crate::secret::random_bits;
use crate::store;

/// Takes a report; sending the same `key` again gives the same receipt, and fails if the answers differ. An anonymous
/// report is held when too many come, since a limit must never silence a report. One that tells of harm is never held;
/// past its own limit it joins a group, and the MASH is told by digest.
pub async fn send(op: &OpContext, key: String, answers: Answers) -> Result<Receipt, Error> {
    let origin = match &op.viewer {
        Viewer::Partner(partner) => {
            op.require(partner.scopes.contains(&Scope::ReferralCreate))?;
            ReferralOrigin::Partner
        }
        _ => ReferralOrigin::Public,
    };
    if key.len() < 16 || key.len() > 100 || !key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return Err(Error::invalid("key", "The key must be 16 to 100 letters, digits or hyphens"));
    }
    let idempotency_key = format!("report:{}:{key}", op.viewer);
    let body = serde_json::to_string(&answers)?;
    // A known key is answered before anything is read or counted: a second try must get the first receipt.
    if let Some(known) = store::referral::by_key(op, &op.db.read, &idempotency_key).await? {
        return if known.details == body { Ok(known.into()) } else { Err(ReferralConflict::KeyReused.into()) };
    }
    if let Some(held) = held_report::known(op, &idempotency_key, &body).await? {
        return Ok(held);
    }
    let told = read_report(&answers, op.now()).map_err(Error::Invalid)?;
    // Harm is looked at before the limit, so that no limit can hold such a report.
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
            // Once more, within the transaction: the same key may have been sent twice at once.
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
                held_since: None,
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
