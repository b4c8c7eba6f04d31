//! The row of a flag, wherever its facts are: with a referral until a case takes that up, and then with the case.

use entity::{CaseId, escalation};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, EntityTrait};

use crate::domain::escalation::{Acknowledgement, Escalation};
use crate::error::Error;

/// Makes the row of a flag agree with its fold.
pub(super) async fn write(txn: &DatabaseTransaction, case: Option<CaseId>, flag: &Escalation) -> Result<(), Error> {
    use escalation::Column as C;
    let changes = [
        C::CaseId,
        C::ReferralId,
        C::Level,
        C::Concern,
        C::Rationale,
        C::RaisedAt,
        C::Stage,
        C::Urgency,
        C::AcknowledgedAt,
        C::AcknowledgedBy,
        C::AcknowledgedName,
        C::Rating,
        C::RatedAt,
        C::RatingReason,
        C::Lowering,
        C::LoweringReason,
        C::LoweringBy,
        C::AnsweredAt,
        C::Decision,
        C::MashReference,
        C::Answer,
        C::SaidBy,
        C::SaidOn,
        C::Channel,
        C::RelayedBy,
        C::ConfirmedAt,
    ];
    escalation::Entity::insert(row(case, flag))
        .on_conflict(OnConflict::column(C::Id).update_columns(changes).to_owned())
        .exec_without_returning(txn)
        .await?;
    Ok(())
}

/// The row of a flag, which is on this case; `None` while no case took up the referral that it came with.
pub fn row(case: Option<CaseId>, flag: &Escalation) -> escalation::ActiveModel {
    let (acknowledged, answer) = (flag.acknowledged.as_ref(), flag.answer.as_ref());
    let (rating, lowering) = (flag.rating.as_ref(), flag.lowering.as_ref());
    let relayed = answer.and_then(|answer| answer.relayed.as_ref());
    escalation::ActiveModel {
        id: Set(flag.id),
        case_id: Set(case),
        referral_id: Set(flag.referral),
        level: Set(flag.level),
        stage: Set(flag.stage()),
        urgency: Set(flag.urgency()),
        concern: Set(flag.concern.clone()),
        rationale: Set(flag.rationale.clone()),
        raised_at: Set(flag.raised_at),
        acknowledged_at: Set(acknowledged.map(Acknowledgement::given_at)),
        acknowledged_by: Set(acknowledged.map(|told| told.by)),
        acknowledged_name: Set(acknowledged.and_then(|told| told.name.clone())),
        rating: Set(rating.map(|rating| rating.rating)),
        rated_at: Set(rating.map(|rating| rating.at)),
        rating_reason: Set(rating.and_then(|rating| rating.reason.clone())),
        lowering: Set(lowering.map(|rating| rating.rating)),
        lowering_reason: Set(lowering.and_then(|rating| rating.reason.clone())),
        lowering_by: Set(lowering.and_then(|rating| rating.by)),
        answered_at: Set(answer.map(|answer| answer.answered_at)),
        decision: Set(answer.map(|answer| answer.decision)),
        mash_reference: Set(answer.map(|answer| answer.mash_reference.clone())),
        answer: Set(answer.map(|answer| answer.text.clone())),
        said_by: Set(relayed.map(|relayed| relayed.said_by.clone())),
        said_on: Set(relayed.map(|relayed| relayed.said_on)),
        channel: Set(relayed.map(|relayed| relayed.channel)),
        relayed_by: Set(relayed.map(|relayed| relayed.by)),
        confirmed_at: Set(flag.confirmed_at),
    }
}
