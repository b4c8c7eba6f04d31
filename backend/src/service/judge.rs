//! Commands that say of a referral and another record that they are of different children, and that take this back.
//!
//! What must not live here: what a judgement is (`domain::referral`), and opening a case, which judges too (`open`).

use entity::{ChildId, ReferralId};
use sea_orm::DatabaseTransaction;

use super::case::child_of;
use super::record;
use super::referral::must_not_be_overtaken;
use crate::context::OpContext;
use crate::domain::matching::{Person, compare};
use crate::domain::policy::triages;
use crate::domain::reference::{CaseReference, ReferralReference};
use crate::domain::referral::{Other, Referral};
use crate::error::{Error, ReferralConflict};
use crate::store;
use crate::store::judgement::{self, Judgements};
use crate::store::stream::load;

/// Judges that `other` is not of the child of a referral, though it looks alike: the `id` of a child on file, the
/// reference of a restricted case, or that of another referral. Until a compared fact of either changes, nobody is asked
/// again.
pub async fn judge_another(
    op: &OpContext,
    reference: String,
    version: i32,
    other: String,
) -> Result<ReferralId, Error> {
    op.require(triages(&op.viewer))?;
    op.commit(move |op, txn| async move {
        let before = referral(&op, &txn, &reference, version).await?;
        let (other, person) = find(&op, &txn, &before, &other).await?;
        let known = judgement::of(&op, &*txn, before.id).await?;
        if stands(&known, &before, other, &person) {
            return Err(ReferralConflict::Judged.into());
        }
        let fact = before.judge_another(other, &person, op.viewer.staff().ok_or(Error::Forbidden)?);
        Ok(record::change(&op, &txn, before, vec![fact]).await?.map(|after| after.id))
    })
    .await
}

/// Takes back that `other` is not of the child of a referral, whichever of the two was judged.
pub async fn look_again(op: &OpContext, reference: String, version: i32, other: String) -> Result<ReferralId, Error> {
    op.require(triages(&op.viewer))?;
    op.commit(move |op, txn| async move {
        let before = referral(&op, &txn, &reference, version).await?;
        let id = before.id;
        let (other, person) = find(&op, &txn, &before, &other).await?;
        let known = judgement::of(&op, &*txn, id).await?;
        let row = match other {
            Other::Child(child) => known.of_child(&before.described().digest(), child, &person.digest()),
            Other::Referral(other) => known.of_referral(other),
        };
        let row = row.ok_or(ReferralConflict::NotJudged)?;
        // The fact stands with the referral that was judged, which may be the other one.
        let owner: Referral = if row.referral_id == id { before } else { load(&*txn, row.referral_id).await? };
        let fact = owner.look_again(row.other)?;
        Ok(record::change(&op, &txn, owner, vec![fact]).await?.map(|_| id))
    })
    .await
}

async fn referral(op: &OpContext, txn: &DatabaseTransaction, reference: &str, version: i32) -> Result<Referral, Error> {
    let id = store::referral::id_of(op, txn, reference).await?.ok_or(Error::NotFound)?;
    let referral: Referral = load(txn, id).await?;
    must_not_be_overtaken(txn, &referral, version).await?;
    Ok(referral)
}

/// The record that is named beside a referral, as the viewer may find it, and what it tells of its child.
async fn find(
    op: &OpContext,
    txn: &DatabaseTransaction,
    referral: &Referral,
    named: &str,
) -> Result<(Other, Person), Error> {
    let described = referral.described();
    let found = if let Ok(id) = named.parse::<ChildId>() {
        // Breaking the glass allows reading only. What is judged is recorded on the referral, and writes nothing on the
        // case that was read.
        let row = store::child::beside_another(op, txn, id).await?;
        row.map(|row| (Other::Child(row.id), Person::of(&row)))
    } else if ReferralReference::parse(named).is_ok() {
        let row = store::referral::row_of(op, txn, named).await?;
        row.filter(|row| row.id != referral.id).map(|row| (Other::Referral(row.id), Person::referred(&row)))
    } else if let Ok(case) = CaseReference::parse(named) {
        let told = &referral.received.told.child;
        let (name_key, upn) = (told.name_key(), told.upn.as_deref());
        let kept =
            store::child::findable_cases_of(op, txn, &name_key, told.date_of_birth, upn, told.nhs_number.as_deref())
                .await?;
        match kept.iter().find(|row| row.reference == case.as_str()) {
            Some(row) => {
                let row = child_of(op, txn, row.child_id).await?;
                return row
                    .map(|row| (Other::Child(row.id), Person::of(&row)))
                    .ok_or_else(|| Error::internal("a case has no child"));
            }
            None => None,
        }
    } else {
        None
    };
    let found = found.filter(|(_, person)| compare(&op.council.forms, &described, person).is_some());
    found.ok_or_else(|| Error::invalid("other", "Select a record that is shown as perhaps of the same child"))
}

/// Whether a record was judged to be of another child than a referral, and both are as they were then.
pub(super) fn stands(known: &Judgements, referral: &Referral, other: Other, person: &Person) -> bool {
    match other {
        Other::Child(child) => known.of_child(&referral.described().digest(), child, &person.digest()).is_some(),
        Other::Referral(other) => known.of_referral(other).is_some(),
    }
}
