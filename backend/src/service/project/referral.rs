//! The row of a referral, and the keys under which it is searched for and compared. When a case takes it up, the projection of the
//! case writes that here.

use std::collections::BTreeSet;

use entity::vocabulary::{ReferralState, RiskReason};
use entity::{JudgementId, ReferralId, judgement, referral, referral_key};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, EntityTrait, QueryFilter, SqlErr};
use uuid::Uuid;

use super::clock::{Made, write_of_referral};
use super::{Change, Project, escalation, replace};
use crate::context::OpContext;
use crate::domain::answers::Answers;
use crate::domain::escalation::Escalation;
use crate::domain::family::{self, Whom, named_in};
use crate::domain::matching::Person;
use crate::domain::matching::keys::{self, of_referral};
use crate::domain::phone::Phone;
use crate::domain::postcode::Postcode;
use crate::domain::referral::{Judged, Referral, ReferralEvent};
use crate::domain::screening::priority;
use crate::domain::search::{keys_of, of_phone};
use crate::error::{Conflict, Error, ReferralConflict};

impl Project for Referral {
    type Besides = ();

    async fn project(
        op: &OpContext,
        txn: &DatabaseTransaction,
        change: &Change<'_, Self>,
        (): (),
    ) -> Result<(), Error> {
        let row = referral_row(change.after)?;
        let made = Made::ByFact(op.now());
        let Some(before) = change.before else {
            let inserted = referral::Entity::insert(row).exec_without_returning(txn).await;
            inserted.map_err(|error| match error.sql_err() {
                // Two referrals with the same idempotency key at the same moment are one, sent twice.
                Some(SqlErr::UniqueConstraintViolation(what)) if what.contains("idempotency_key") => {
                    ReferralConflict::Sent.into()
                }
                _ => Error::from(error),
            })?;
            let keys = key_rows(change.after);
            if !keys.is_empty() {
                referral_key::Entity::insert_many(keys).exec_without_returning(txn).await?;
            }
            write_flag(txn, change.after).await?;
            return write_of_referral(txn, change.after.id, &change.after.clocks(), made).await;
        };
        let at =
            Condition::all().add(referral::Column::Id.eq(before.id)).add(referral::Column::Version.eq(before.version));
        if before.judged != change.after.judged {
            write_judgements(txn, change.after).await?;
        }
        // A case may have taken it up, which these facts do not tell: what is added or judged leaves everything else as
        // it is.
        let leaves = |fact: &ReferralEvent| {
            use ReferralEvent::{JudgedAnotherChild, JudgementTakenBack, ReferralAddedTo};
            matches!(fact, ReferralAddedTo(_) | JudgedAnotherChild(_) | JudgementTakenBack { .. })
        };
        if change.facts.iter().all(leaves) {
            let added = referral::ActiveModel {
                additions: row.additions,
                to_ask: row.to_ask,
                version: row.version,
                ..referral::ActiveModel::default()
            };
            return replace(txn, added, at).await;
        }
        // Out of a case it comes by that case's own fact.
        let taken_back = change.facts.iter().any(|fact| matches!(fact, ReferralEvent::ReferralTakenBack { .. }));
        let at = if taken_back { at } else { at.add(referral::Column::State.eq(before.state)) };
        replace(txn, row, at).await.map_err(|error| match error {
            Error::Conflict(Conflict::Stale) => ReferralConflict::Decided.into(),
            error => error,
        })?;
        write_flag(txn, change.after).await?;
        write_of_referral(txn, change.after.id, &change.after.clocks(), made).await
    }
}

/// Makes the row of the flag of a referral that no case took up agree with its fold.
pub(in crate::service) async fn write_flag(txn: &DatabaseTransaction, after: &Referral) -> Result<(), Error> {
    match flag_of(after) {
        Some(flag) => escalation::write(txn, None, flag).await,
        None => Ok(()),
    }
}

/// The flag of a referral that no case took up. There is none where the referral went elsewhere before flags began with
/// referrals: whoever sent it named the MASH's reference.
pub fn flag_of(referral: &Referral) -> Option<&Escalation> {
    referral.flag.as_ref().filter(|flag| referral.state == ReferralState::Received || !flag.is_open())
}

/// Makes the rows of the judgements agree with the fold.
async fn write_judgements(txn: &DatabaseTransaction, after: &Referral) -> Result<(), Error> {
    judgement::Entity::delete_many().filter(judgement::Column::ReferralId.eq(after.id)).exec(txn).await?;
    let rows: Vec<_> = judgement_rows(after).collect();
    if !rows.is_empty() {
        judgement::Entity::insert_many(rows).exec_without_returning(txn).await?;
    }
    Ok(())
}

/// The rows of the records that were judged to be of another child than a referral.
pub fn judgement_rows(referral: &Referral) -> impl Iterator<Item = judgement::ActiveModel> {
    referral.judged.iter().map(|Judged { judgement, at }| judgement::ActiveModel {
        // Computed from both, so that no fact need hold it; turned, because two referrals may be judged either way.
        id: Set(JudgementId(Uuid::from_u128(referral.id.0.as_u128() ^ judgement.other.id().as_u128().rotate_left(1)))),
        referral_id: Set(referral.id),
        other: Set(judgement.other.id()),
        own_digest: Set(judgement.own_digest.clone()),
        other_digest: Set(judgement.other_digest.clone()),
        staff_id: Set(judgement.by),
        at: Set(*at),
    })
}

/// The rows of the keys of a referral: those of matching, of search, and of brothers and sisters.
pub fn key_rows(referral: &Referral) -> Vec<referral_key::ActiveModel> {
    let child = &referral.received.told.child;
    rows_of(referral.id, &Person::described(child), &child.name_key(), &referral.received.answers)
}

/// The same rows for a referral on file, whose keys an older version of the rules made.
pub(in crate::service) fn key_rows_of(row: &referral::Model) -> Result<Vec<referral_key::ActiveModel>, Error> {
    Ok(rows_of(row.id, &Person::referred(row), &row.name_key, &serde_json::from_str(&row.details)?))
}

fn rows_of(id: ReferralId, told: &Person, name_key: &str, answers: &Answers) -> Vec<referral_key::ActiveModel> {
    let phones = answers
        .rows("parent")
        .into_iter()
        .filter_map(|n| Phone::parse(answers.get(&format!("parent.{n}.phone"))).ok().map(|phone| of_phone(&phone)));
    let postcode = told.postcode.as_ref().map(Postcode::as_str);
    let whom = Whom { name_key, date_of_birth: told.date_of_birth, postcode };
    let own = whom.own_keys().into_iter().map(|key| family::goes_by(&key));
    let siblings = whom.keys_of(&named_in(answers)).into_iter().map(|key| family::names(&key));
    let found_by = keys_of(name_key, told.date_of_birth).into_iter().chain(phones);
    let keys: BTreeSet<String> = of_referral(told).into_iter().chain(found_by).chain(own).chain(siblings).collect();
    keys.into_iter().map(|key| referral_key::ActiveModel { referral_id: Set(id), key: Set(key) }).collect()
}

/// The row of a referral.
pub fn referral_row(referral: &Referral) -> Result<referral::ActiveModel, Error> {
    let received = &referral.received;
    let told = &received.told;
    let reasons: Vec<&str> = told.reasons.iter().map(|reason: &RiskReason| reason.code()).collect();
    Ok(referral::ActiveModel {
        id: Set(referral.id),
        reference: Set(received.reference.clone()),
        origin: Set(received.origin),
        school_id: Set(received.school),
        contact_id: Set(received.contact),
        ground: Set(told.ground),
        state: Set(referral.state),
        risk: Set(told.risk),
        priority: Set(priority(told.risk)),
        risk_reasons: Set(reasons.join(",")),
        family_name: Set(told.child.family_name.clone()),
        given_names: Set(told.child.given_names.clone()),
        name_key: Set(told.child.name_key()),
        date_of_birth: Set(told.child.date_of_birth),
        upn: Set(told.child.upn.clone()),
        nhs_number: Set(told.child.nhs_number.clone()),
        postcode: Set(told.child.postcode.clone()),
        details: Set(serde_json::to_string(&received.answers)?),
        to_ask: Set(serde_json::to_string(&referral.to_ask)?),
        additions: Set(serde_json::to_string(&referral.additions)?),
        watch_on: Set(referral.watch_on),
        found_at_address: Set(told.found_at_address),
        received_at: Set(referral.received_at),
        idempotency_key: Set(received.idempotency_key.clone()),
        decided_at: Set(referral.decided_at),
        redirect_to: Set(referral.redirected.as_ref().map(|(to, _)| *to)),
        reason: Set(referral.redirected.as_ref().map(|(_, reason)| reason).or(referral.withdrawn.as_ref()).cloned()),
        authority: Set(referral.authority.clone()),
        acknowledged_as: Set(referral.acknowledged.as_ref().map(|told| format!("{}, {}", told.reference, told.by))),
        case_id: Set(None),
        report_group_id: Set(received.gathered_with),
        version: Set(referral.version),
        keyed_by: Set(keys::VERSION),
    })
}
