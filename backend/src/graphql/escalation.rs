//! Flags raised with the MASH: one, those at a stage, and what is done to them. What must not live here: what may happen to
//! a flag (`domain::escalation`), and raising one on a case (`case::change`).

use std::sync::OnceLock;

use async_graphql::{Context, Description, ID, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::escalation;
use entity::vocabulary::{
    AcknowledgedBy, Channel, ClockKind, EscalationLevel, EscalationStage, MashDecision, MashRating,
};

use super::case::{Case, shown_words};
use super::clock::Clock;
use super::guarded::{note_as, op};
use super::input::{Date, id, shown};
use super::loaders::{AlertsOf, ClocksOf, ClocksOfReferral, FlagFactsOf, loads};
use super::referral::Referral;
use super::staff::StaffMember;
use super::timeline::TimelineEntry;
use crate::domain::escalation::{Acknowledge, AnswerEscalation, Rate, Step};
use crate::domain::policy::{
    self, ReferralFacts, oversees, reads_casework, reads_escalations, speaks_for_mash, triages, withheld_by_agreement,
};
use crate::error::Error;
use crate::service::escalation::{self as command, Right};
use crate::store;
use crate::store::escalation::is_unheard;
use crate::store::page::LARGEST;

#[derive(Default)]
pub(super) struct EscalationQuery;

#[derive(Default)]
pub(super) struct EscalationMutation;

/// A flag raised with the MASH, the multi-agency safeguarding hub: a concern for the safety of the child. It is with the
/// referral that raised it until a case takes that up, and then on the case.
#[derive(Description)]
pub(super) struct Escalation(escalation::Model, OnceLock<Case>);

/// That the MASH has a flag.
#[derive(SimpleObject)]
struct Acknowledgement {
    /// When the MASH said so; where somebody else recorded it, as they told.
    at: DateTime<Utc>,
    /// How the MASH said so.
    by: AcknowledgedBy,
    /// Who said so there, where somebody else recorded it.
    name: Option<String>,
}

/// A lower rating that waits for a second person.
#[derive(SimpleObject)]
struct Lowering {
    /// The rating that was proposed.
    rating: MashRating,
    /// Why.
    reason: Option<String>,
    /// Who proposed it; null for the system of the MASH.
    by: Option<StaffMember>,
    /// When it was proposed.
    at: Option<DateTime<Utc>>,
}

/// That somebody else recorded what the MASH had said.
#[derive(SimpleObject)]
struct Relayed {
    /// Who said it at the MASH.
    said_by: String,
    /// The day on which they did.
    said_on: Date,
    /// How it was heard.
    channel: Channel,
    /// Who recorded it; null when they are not on the staff any more.
    by: Option<StaffMember>,
    /// When the MASH or a manager confirmed it; null while that is awaited.
    confirmed_at: Option<DateTime<Utc>>,
}

/// How far the alert of a flag has got.
#[derive(SimpleObject)]
struct AlertDelivery {
    /// When it was queued.
    queued_at: DateTime<Utc>,
    /// When the mail server took it; null while it has not.
    sent_at: Option<DateTime<Utc>>,
    /// Whether it could not be handed over so far. It is tried again until it is.
    in_trouble: bool,
}

impl Escalation {
    /// A flag that is shown with the case or the referral that holds it.
    pub(super) fn of(row: escalation::Model) -> Self {
        Self(row, OnceLock::new())
    }

    /// A flag that is shown with the case that it is on, and shares what is read for that.
    pub(super) fn on(row: escalation::Model, case: Case) -> Self {
        Self(row, OnceLock::from(case))
    }

    /// A flag that is noted as shown with what holds it.
    fn noted(ctx: &Context<'_>, row: escalation::Model) -> Self {
        let of = match (row.case_id, row.referral_id) {
            (Some(case), _) => format!("case:{case}"),
            (None, Some(referral)) => format!("referral:{referral}"),
            (None, None) => format!("escalation:{}", row.id),
        };
        note_as(op(ctx), &of, "escalations");
        Self::of(row)
    }

    /// What may be done to it, as `service::escalation` decides once more.
    async fn may(&self, ctx: &Context<'_>, right: Right) -> Result<bool, Error> {
        let viewer = &op(ctx).viewer;
        if right != Right::Answer && self.is_decided_by(ctx).await? && !oversees(viewer) {
            return Ok(false);
        }
        let Some(case) = self.0.case_id else {
            let facts = ReferralFacts { own_school: false, harm: true, withheld: false };
            return Ok(policy::referral(viewer, right.on_referral(), facts));
        };
        if self.1.get().is_none() {
            let row = loads(ctx).load_one(case).await?.ok_or(Error::NotFound)?;
            // Another field of the same flag may have been faster; they read the same.
            self.1.set(Case::of(row)).ok();
        }
        let case = self.1.get().ok_or_else(|| Error::internal("the case of a flag was not read"))?;
        Ok(policy::case(viewer, right.on_case(), case.facts(ctx).await?))
    }

    /// The newest of what happened to it that is such a step.
    async fn newest(&self, ctx: &Context<'_>, is: fn(&Step) -> bool) -> Result<Option<TimelineEntry>, Error> {
        for entry in facts(ctx, &self.0).await? {
            if entry.step()?.is_some_and(|(_, step)| is(&step)) {
                return Ok(Some(entry));
            }
        }
        Ok(None)
    }

    /// Whether the viewer has the case, or decides what becomes of the referral, and so does not speak for the MASH here.
    async fn is_decided_by(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        let viewer = &op(ctx).viewer;
        let Some(case) = self.0.case_id else { return Ok(triages(viewer)) };
        let officer = loads(ctx).load_one(case).await?.and_then(|row| row.officer_id);
        Ok(officer.is_some() && officer == viewer.staff())
    }

    /// Words that may tell where a child is whose address is kept; of one without a case nothing is kept yet.
    async fn words(&self, ctx: &Context<'_>, words: &str) -> Result<String, Error> {
        match self.0.case_id {
            Some(case) => shown_words(ctx, case, words).await,
            None => Ok(words.to_owned()),
        }
    }

    async fn words_if_any(&self, ctx: &Context<'_>, words: Option<&str>) -> Result<Option<String>, Error> {
        match words {
            Some(words) => self.words(ctx, words).await.map(Some),
            None => Ok(None),
        }
    }

    fn is_open(&self) -> bool {
        self.0.stage != EscalationStage::Answered
    }
}

#[Object(use_type_description)]
impl Escalation {
    async fn id(&self) -> ID {
        shown(self.0.id)
    }

    /// How serious it is, as whoever raised it judged.
    async fn level(&self) -> EscalationLevel {
        self.0.level
    }

    /// What they are worried about.
    async fn concern(&self, ctx: &Context<'_>) -> Result<String, Error> {
        self.words(ctx, &self.0.concern).await
    }

    /// Why they chose this level.
    async fn rationale(&self, ctx: &Context<'_>) -> Result<String, Error> {
        self.words(ctx, &self.0.rationale).await
    }

    /// When it was raised.
    async fn raised_at(&self) -> DateTime<Utc> {
        self.0.raised_at
    }

    /// What it waits for.
    async fn stage(&self) -> EscalationStage {
        self.0.stage
    }

    /// The case it is on; null while no case took up the referral that it came with.
    async fn case(&self, ctx: &Context<'_>) -> Result<Option<Case>, Error> {
        let Some(id) = self.0.case_id else { return Ok(None) };
        Ok(loads(ctx).load_one(id).await?.map(|row| Case::shown(ctx, row)))
    }

    /// The referral that it came with; null for one that somebody raised on a case, and if the viewer may not read that
    /// referral.
    async fn referral(&self, ctx: &Context<'_>) -> Result<Option<Referral>, Error> {
        let Some(id) = self.0.referral_id else { return Ok(None) };
        Ok(loads(ctx).load_one(id).await?.map(|row| Referral::shown(ctx, row)))
    }

    /// That the MASH has it; null until it said so.
    async fn acknowledgement(&self) -> Option<Acknowledgement> {
        let (at, by) = self.0.acknowledged_at.zip(self.0.acknowledged_by)?;
        Some(Acknowledgement { at, by, name: self.0.acknowledged_name.clone() })
    }

    /// How urgently the MASH works on it; null until it was rated.
    async fn rating(&self) -> Option<MashRating> {
        self.0.rating
    }

    /// When it was rated so; null until it was rated.
    async fn rated_at(&self) -> Option<DateTime<Utc>> {
        self.0.rated_at
    }

    /// Why it was rated so, if that was said.
    async fn rating_reason(&self, ctx: &Context<'_>) -> Result<Option<String>, Error> {
        self.words_if_any(ctx, self.0.rating_reason.as_deref()).await
    }

    /// A lower rating that waits for a second person; null while none does, and for partner agencies.
    async fn lowering(&self, ctx: &Context<'_>) -> Result<Option<Lowering>, Error> {
        let Some(rating) = self.0.lowering.filter(|_| reads_casework(&op(ctx).viewer)) else { return Ok(None) };
        let by = match self.0.lowering_by {
            Some(staff) => loads(ctx).load_one(staff).await?.map(StaffMember),
            None => None,
        };
        let reason = self.words_if_any(ctx, self.0.lowering_reason.as_deref()).await?;
        let proposed = self.newest(ctx, |step| matches!(step, Step::LoweringProposed(_))).await?;
        Ok(Some(Lowering { rating, reason, by, at: proposed.map(|entry| entry.recorded_at()) }))
    }

    /// When the MASH's answer was recorded; null while it is awaited.
    async fn answered_at(&self) -> Option<DateTime<Utc>> {
        self.0.answered_at
    }

    /// What the MASH decided; null while the answer is awaited.
    async fn decision(&self) -> Option<MashDecision> {
        self.0.decision
    }

    /// The reference by which the MASH knows the matter; null while the answer is awaited.
    async fn mash_reference(&self) -> Option<&str> {
        self.0.mash_reference.as_deref()
    }

    /// What the MASH said, in words; null while the answer is awaited.
    async fn answer(&self, ctx: &Context<'_>) -> Result<Option<String>, Error> {
        self.words_if_any(ctx, self.0.answer.as_deref()).await
    }

    /// Who recorded the answer, and from whom they have it; null when the MASH recorded it itself, and for partner
    /// agencies.
    async fn relayed(&self, ctx: &Context<'_>) -> Result<Option<Relayed>, Error> {
        let escalation::Model { said_by: Some(said_by), said_on: Some(said_on), channel: Some(channel), .. } = &self.0
        else {
            return Ok(None);
        };
        if !reads_casework(&op(ctx).viewer) {
            return Ok(None);
        }
        let by = match self.0.relayed_by {
            Some(staff) => loads(ctx).load_one(staff).await?.map(StaffMember),
            None => None,
        };
        let (said_by, said_on) = (said_by.clone(), Date(*said_on));
        Ok(Some(Relayed { said_by, said_on, channel: *channel, by, confirmed_at: self.0.confirmed_at }))
    }

    /// Who recorded the answer, by name: for an answer of the MASH itself whoever of the MASH it was. Null while the answer is
    /// awaited, for one of a case that was taken in as a duplicate, and for partner agencies.
    async fn answered_by(&self, ctx: &Context<'_>) -> Result<Option<String>, Error> {
        if self.0.answered_at.is_none() || !reads_casework(&op(ctx).viewer) {
            return Ok(None);
        }
        match self.newest(ctx, |step| matches!(step, Step::Answered(_))).await? {
            Some(entry) => entry.who(ctx).await.map(Some),
            None => Ok(None),
        }
    }

    /// What happened to it since it was raised, newest first, with who, when and why; empty for partner agencies.
    #[graphql(complexity = "10 * child_complexity")]
    async fn history(&self, ctx: &Context<'_>) -> Result<Vec<TimelineEntry>, Error> {
        if reads_casework(&op(ctx).viewer) { facts(ctx, &self.0).await } else { Ok(Vec::new()) }
    }

    /// How far the alert to the MASH has got; null for a flag that it was told of in a list with others, or whose alert is
    /// not kept any more, and for partner agencies.
    async fn alert(&self, ctx: &Context<'_>) -> Result<Option<AlertDelivery>, Error> {
        if !reads_casework(&op(ctx).viewer) {
            return Ok(None);
        }
        let alerts = loads(ctx).load_one(AlertsOf(self.0.id)).await?.unwrap_or_default();
        Ok(alerts.into_iter().next().map(|row| AlertDelivery {
            queued_at: row.created_at,
            sent_at: row.sent_at,
            in_trouble: row.sent_at.is_none() && row.fault.is_some(),
        }))
    }

    /// What is owed on it and by when, the one that is late first at the front; empty for partner agencies.
    #[graphql(complexity = "2 * child_complexity")]
    async fn clocks(&self, ctx: &Context<'_>) -> Result<Vec<Clock>, Error> {
        if !reads_casework(&op(ctx).viewer) {
            return Ok(Vec::new());
        }
        let all = match (self.0.case_id, self.0.referral_id) {
            (Some(case), _) => loads(ctx).load_one(ClocksOf(case)).await?,
            (None, Some(referral)) => loads(ctx).load_one(ClocksOfReferral(referral)).await?,
            (None, None) => None,
        };
        // A referral has the clock of its screening under the same id.
        let own = |row: &entity::clock::Model| row.item == self.0.id.0 && row.kind != ClockKind::FlaggedScreening;
        Ok(all.unwrap_or_default().into_iter().filter(own).map(Clock).collect())
    }

    /// Whether the viewer may record now that the MASH has it.
    async fn may_acknowledge(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        let may = self.may(ctx, Right::Answer).await?;
        Ok(may && is_unheard(&self.0))
    }

    /// Whether the viewer may rate it now, or agree to a lower rating.
    async fn may_rate(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        let may = self.may(ctx, Right::Rate).await?;
        let speaks = speaks_for_mash(&op(ctx).viewer) && !self.is_decided_by(ctx).await?;
        Ok(may && (speaks || self.0.lowering.is_some()) && self.is_open())
    }

    /// Whether the viewer may record its answer now.
    async fn may_answer(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        let may = self.may(ctx, Right::Answer).await?;
        Ok(may && self.is_open())
    }

    /// Whether an answer that the viewer records now counts at once, because the viewer speaks for the MASH, and neither has
    /// the case nor decides what becomes of the referral.
    async fn speaks_for_mash(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        Ok(speaks_for_mash(&op(ctx).viewer) && !self.is_decided_by(ctx).await?)
    }

    /// Whether the viewer may confirm its relayed answer now. Nobody confirms their own.
    async fn may_confirm(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        let may = self.may(ctx, Right::Confirm).await?;
        let own = self.0.relayed_by.is_some() && self.0.relayed_by == op(ctx).viewer.staff();
        Ok(may && !own && self.0.stage == EscalationStage::Relayed)
    }
}

/// What happened to a flag, newest first: on the case, and before that with the referral.
async fn facts(ctx: &Context<'_>, flag: &escalation::Model) -> Result<Vec<TimelineEntry>, Error> {
    let streams = [flag.case_id.map(|case| case.0), flag.referral_id.map(|referral| referral.0)];
    let mut facts = Vec::new();
    for stream in streams.into_iter().flatten() {
        for row in loads(ctx).load_one(FlagFactsOf(stream)).await?.unwrap_or_default() {
            let entry = TimelineEntry::of_referral(row, flag.case_id);
            if entry.step()?.is_some_and(|(of, _)| of == flag.id) {
                facts.push(entry);
            }
        }
    }
    Ok(facts)
}

/// How many flags are at a stage.
#[derive(SimpleObject)]
struct EscalationCount {
    /// The stage.
    stage: EscalationStage,
    /// How many are; 101 stands for more than 100.
    count: u64,
}

/// The flags at a stage.
#[derive(SimpleObject)]
struct Escalations {
    /// The first of them: the most urgent, and of the answered those that were answered last.
    nodes: Vec<Escalation>,
    /// Whether there are more.
    more: bool,
    /// When they stood so.
    at: DateTime<Utc>,
}

#[Object]
impl EscalationQuery {
    /// The flag with this `id`; null if there is none or the viewer may not see it. For those who work cases, the MASH, and
    /// the MASH's own system with the scope `ESCALATION_ANSWER` and an agreement that names `ESCALATIONS`.
    async fn escalation(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "id", desc = "The `id` of the flag.")] escalation: ID,
    ) -> Result<Option<Escalation>, Error> {
        let op = op(ctx);
        admit(ctx)?;
        let Ok(escalation) = id(&escalation) else { return Ok(None) };
        let row = store::escalation::by_id(op, &op.db.read, escalation).await?;
        Ok(row.map(|row| Escalation::noted(ctx, row)))
    }

    /// The flags at this stage that the viewer may see. For those who work cases, the MASH, and the MASH's own system with
    /// the scope `ESCALATION_ANSWER` and an agreement that names `ESCALATIONS`.
    #[graphql(complexity = "first.max(0) as usize * child_complexity")]
    async fn escalations(
        &self,
        ctx: &Context<'_>,
        stage: EscalationStage,
        #[graphql(default = 25)] first: i32,
    ) -> Result<Escalations, Error> {
        let op = op(ctx);
        admit(ctx)?;
        let first = u64::try_from(first).ok().filter(|first| (1..=LARGEST).contains(first));
        let first = first.ok_or_else(|| Error::invalid("first", "Ask for between 1 and 100 at a time"))?;
        let mut rows = store::escalation::at_stage(op, stage, first + 1).await?;
        let wanted = usize::try_from(first).unwrap_or(usize::MAX);
        let more = rows.len() > wanted;
        rows.truncate(wanted);
        let nodes = rows.into_iter().map(|row| Escalation::noted(ctx, row)).collect();
        Ok(Escalations { nodes, more, at: op.now() })
    }

    /// How many flags that the viewer may see are at each stage. For those who work cases, and the MASH.
    #[graphql(complexity = "20")]
    async fn escalation_counts(&self, ctx: &Context<'_>) -> Result<Vec<EscalationCount>, Error> {
        let op = op(ctx);
        op.require(reads_casework(&op.viewer))?;
        let mut counts = Vec::new();
        for stage in EscalationStage::ALL.iter().copied() {
            counts.push(EscalationCount { stage, count: store::escalation::count_at(op, stage).await? });
        }
        Ok(counts)
    }
}

/// That the MASH has a flag.
#[derive(InputObject)]
struct AcknowledgeEscalationInput {
    /// The `id` of the flag.
    escalation: ID,
    /// Who at the MASH said so. Needed of those who do not speak for the MASH; left out by those who do.
    name: Option<String>,
    /// The day on which they said so, `YYYY-MM-DD` and not after today. Left out for today.
    said_on: Option<String>,
    /// The time at which they said so, such as `9:40am` or `14:05`: not in the future, and not before the flag was raised.
    /// Left out with the day for just now.
    said_at: Option<String>,
}

/// How urgent a flag is.
#[derive(InputObject)]
struct RateEscalationInput {
    /// The `id` of the flag.
    escalation: ID,
    /// The rating. Needed: null is answered with `INVALID`.
    rating: Option<MashRating>,
    /// Why: at most 4,000 characters. Needed for a lower rating than before.
    reason: Option<String>,
}

/// What the MASH said.
#[derive(InputObject)]
struct AnswerEscalationInput {
    /// The `id` of the flag that is answered.
    escalation: ID,
    /// What the MASH decided. Needed: null is answered with `INVALID`.
    decision: Option<MashDecision>,
    /// The reference by which the MASH knows the matter.
    mash_reference: String,
    /// What the MASH said, in words: at most 4,000 characters.
    answer: String,
    /// Who said it at the MASH. Needed of those who do not speak for the MASH, as are the next two.
    said_by: Option<String>,
    /// The day on which they said it, `YYYY-MM-DD` and not after today.
    said_on: Option<String>,
    /// How it was heard.
    channel: Option<Channel>,
}

/// Which relayed answer is confirmed.
#[derive(InputObject)]
struct ConfirmEscalationInput {
    /// The `id` of the flag.
    escalation: ID,
}

/// What an alert to the MASH holds.
#[derive(InputObject)]
struct AcknowledgeByLinkInput {
    /// The token at the end of the link.
    token: String,
}

/// What following the link came to.
#[derive(SimpleObject)]
struct AcknowledgedByLink {
    /// Always true: a link that does not work is answered with `NOT_FOUND`.
    acknowledged: bool,
}

/// What is done to a flag is answered with the flag, so its agreement must name flags.
fn admit(ctx: &Context<'_>) -> Result<(), Error> {
    let op = op(ctx);
    op.require(reads_escalations(&op.viewer) && !withheld_by_agreement(&op.viewer, "escalations"))
}

async fn changed(ctx: &Context<'_>, done: Result<entity::EscalationId, Error>) -> Result<Escalation, Error> {
    let (op, id) = (op(ctx), done?);
    let row = store::escalation::by_id(op, &op.db.write, id).await?.ok_or(Error::NotFound)?;
    Ok(Escalation::noted(ctx, row))
}

#[Object]
impl EscalationMutation {
    /// Records that the MASH has a flag. For CME officers, managers and the MASH liaison, and for the MASH's own system with
    /// the scope `ESCALATION_ANSWER`. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn acknowledge_escalation(
        &self,
        ctx: &Context<'_>,
        input: AcknowledgeEscalationInput,
    ) -> Result<Escalation, Error> {
        admit(ctx)?;
        let AcknowledgeEscalationInput { escalation, name, said_on, said_at } = input;
        let typed = Acknowledge {
            name: name.unwrap_or_default(),
            said_on: said_on.unwrap_or_default(),
            said_at: said_at.unwrap_or_default(),
        };
        changed(ctx, command::acknowledge(op(ctx), id(&escalation)?, typed).await).await
    }

    /// Records that the MASH has the flag of an alert, by the link in it, and tells nothing of it. For anybody who has the
    /// link, while it works; to follow it twice is no fault. Refused with `NOT_FOUND`.
    async fn acknowledge_by_link(
        &self,
        ctx: &Context<'_>,
        input: AcknowledgeByLinkInput,
    ) -> Result<AcknowledgedByLink, Error> {
        command::acknowledge_by_link(op(ctx), &input.token).await?;
        Ok(AcknowledgedByLink { acknowledged: true })
    }

    /// Rates a flag. A lower rating than before is proposed first, and holds once a second person rates it the same. For the
    /// MASH liaison, for managers as the second person, and for the MASH's own system with the scope `ESCALATION_ANSWER`.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn rate_escalation(&self, ctx: &Context<'_>, input: RateEscalationInput) -> Result<Escalation, Error> {
        admit(ctx)?;
        let RateEscalationInput { escalation, rating, reason } = input;
        let typed = Rate { rating, reason: reason.unwrap_or_default() };
        changed(ctx, command::rate(op(ctx), id(&escalation)?, typed).await).await
    }

    /// Records what the MASH said. The word of the MASH liaison, unless the case is theirs, and of the MASH's own system
    /// with the scope `ESCALATION_ANSWER` counts at once; what CME officers and managers relay waits until it is confirmed.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn answer_escalation(&self, ctx: &Context<'_>, input: AnswerEscalationInput) -> Result<Escalation, Error> {
        admit(ctx)?;
        let AnswerEscalationInput { escalation, decision, mash_reference, answer, said_by, said_on, channel } = input;
        let typed = AnswerEscalation {
            decision,
            mash_reference,
            text: answer,
            said_by: said_by.unwrap_or_default(),
            said_on: said_on.unwrap_or_default(),
            channel,
        };
        changed(ctx, command::answer(op(ctx), id(&escalation)?, typed).await).await
    }

    /// Confirms an answer that somebody relayed. For the MASH liaison and managers, but not for whoever relayed it, and for
    /// the MASH's own system with the scope `ESCALATION_ANSWER`. Refused with `FORBIDDEN`, `NOT_FOUND` or `CONFLICT`.
    async fn confirm_escalation(&self, ctx: &Context<'_>, input: ConfirmEscalationInput) -> Result<Escalation, Error> {
        admit(ctx)?;
        changed(ctx, command::confirm(op(ctx), id(&input.escalation)?).await).await
    }
}
