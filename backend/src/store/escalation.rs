//! Reads of flags raised with the MASH.
//!
//! What must not live here: what may be done to a flag (`domain::escalation`), and which cases and referrals exist for a
//! viewer (`store::case`, `store::referral`), from which follows which flags do.

use entity::vocabulary::{EscalationStage, MailKind, Risk, Scope};
use entity::{CaseId, EscalationId, ReferralId, case, escalation, message, referral};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};

use super::case::visible as visible_cases;
use super::filled;
use super::page::count_some;
use super::referral::visible as visible_referrals;
use crate::context::OpContext;
use crate::domain::policy::reads_escalations;
use crate::domain::screening::must_reach_mash;
use crate::domain::viewer::Viewer;
use crate::error::Error;

/// Whether nothing shows yet that the MASH has a flag, by its row as `domain::escalation` says it of the fold.
pub fn is_unheard(row: &escalation::Model) -> bool {
    row.stage != EscalationStage::Answered && row.acknowledged_at.is_none() && row.rating.is_none()
}

/// The flags that exist for the viewer: those of cases that do, and those of referrals that do while no case took them
/// up. An agency that answers flags lists no referrals, but has their flags.
fn visible(op: &OpContext) -> Select<escalation::Entity> {
    if !reads_escalations(&op.viewer) {
        return escalation::Entity::find().filter(super::nothing());
    }
    let own = Expr::col(case::Column::Id.as_column_ref()).equals(escalation::Column::CaseId.as_column_ref());
    let of_case = visible_cases(op).filter(own).select_only().expr(Expr::val(1)).into_query();
    let of_case = Condition::all().add(escalation::Column::CaseId.is_not_null()).add(Expr::exists(of_case));
    let referrals = match &op.viewer {
        Viewer::Partner(partner) if partner.scopes.contains(&Scope::EscalationAnswer) => {
            let harmful = Risk::ALL.iter().copied().filter(|risk| must_reach_mash(*risk));
            referral::Entity::find().filter(referral::Column::Risk.is_in(harmful))
        }
        _ => visible_referrals(op),
    };
    let own = Expr::col(referral::Column::Id.as_column_ref()).equals(escalation::Column::ReferralId.as_column_ref());
    let of_referral = referrals.filter(own).select_only().expr(Expr::val(1)).into_query();
    let of_referral = Condition::all().add(escalation::Column::CaseId.is_null()).add(Expr::exists(of_referral));
    escalation::Entity::find().filter(Condition::any().add(of_case).add(of_referral))
}

/// The flag with this id, if it exists for the viewer.
pub async fn by_id<C: ConnectionTrait>(
    op: &OpContext,
    connection: &C,
    id: EscalationId,
) -> Result<Option<escalation::Model>, Error> {
    Ok(visible(op).filter(escalation::Column::Id.eq(id)).one(connection).await?)
}

/// The flag with this id, whoever asks, for the link in an alert, which says no word of what it is about.
pub(crate) async fn of_link<C: ConnectionTrait>(
    _: &OpContext,
    connection: &C,
    id: EscalationId,
) -> Result<Option<escalation::Model>, Error> {
    #[expect(clippy::disallowed_methods, reason = "nobody is shown it")]
    Ok(escalation::Entity::find_by_id(id).one(connection).await?)
}

/// The flags among these, whoever asks, for a mail to the MASH, which says no word of what they are about.
pub(crate) async fn of_clocks<C: ConnectionTrait>(
    _: &OpContext,
    connection: &C,
    ids: &[EscalationId],
) -> Result<Vec<escalation::Model>, Error> {
    let these = escalation::Column::Id.is_in(filled(ids.iter().copied()));
    Ok(escalation::Entity::find().filter(these).all(connection).await?)
}

/// The first flags at a stage that exist for the viewer: the most urgent first, and those answered last at the front of
/// the answered.
pub async fn at_stage(op: &OpContext, stage: EscalationStage, first: u64) -> Result<Vec<escalation::Model>, Error> {
    let select = visible(op).filter(escalation::Column::Stage.eq(stage)).limit(first);
    let select = match stage {
        EscalationStage::Answered => select.order_by_desc(escalation::Column::AnsweredAt),
        _ => select.order_by_asc(escalation::Column::Urgency).order_by_asc(escalation::Column::RaisedAt),
    };
    Ok(select.order_by_asc(escalation::Column::Id).all(&op.db.read).await?)
}

/// How many flags are at a stage, as far as they are counted.
pub async fn count_at(op: &OpContext, stage: EscalationStage) -> Result<u64, Error> {
    count_some(&op.db.read, visible(op).filter(escalation::Column::Stage.eq(stage))).await
}

/// The flags of these cases, oldest first. The viewer was shown the cases.
pub async fn of_cases(op: &OpContext, cases: &[CaseId]) -> Result<Vec<escalation::Model>, Error> {
    let theirs = escalation::Column::CaseId.is_in(filled(cases.iter().copied()));
    let select = escalation::Entity::find().filter(theirs);
    Ok(select.order_by_asc(escalation::Column::RaisedAt).all(&op.db.read).await?)
}

/// The flags of these referrals that no case took up. The viewer was shown the referrals.
pub async fn of_referrals(op: &OpContext, referrals: &[ReferralId]) -> Result<Vec<escalation::Model>, Error> {
    let theirs = escalation::Column::ReferralId.is_in(filled(referrals.iter().copied()));
    let select = escalation::Entity::find().filter(theirs).filter(escalation::Column::CaseId.is_null());
    Ok(select.all(&op.db.read).await?)
}

/// The newest alert of each of these flags, which the viewer was shown.
pub async fn alerts(op: &OpContext, flags: &[EscalationId]) -> Result<Vec<message::Model>, Error> {
    let of_these = message::Column::EscalationId.is_in(filled(flags.iter().copied()));
    let select = message::Entity::find().filter(message::Column::Kind.eq(MailKind::SafeguardingAlert)).filter(of_these);
    Ok(select.order_by_desc(message::Column::CreatedAt).all(&op.db.read).await?)
}
