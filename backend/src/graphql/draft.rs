//! Drafts of a school's referrals. What must not live here: what the questions mean (`domain::referral`).
#![expect(clippy::unused_async, reason = "a resolver is async whether or not it waits")]

use async_graphql::{Context, Description, ID, InputObject, Object};
use chrono::{DateTime, Utc};
use entity::draft;

use super::absence::SchoolDays;
use super::guarded::{note, op};
use super::input::{AnsweredInput, Answers, AnswersInput, FieldFault, answered, id, shown, told, typed};
use super::loaders::{CalendarOf, loads};
use super::referral::Referral;
use crate::domain::answers::Answers as Typed;
use crate::domain::field::Form;
use crate::domain::follow_up;
use crate::domain::london::london_day;
use crate::domain::referral::{read_school_referral, school_days};
use crate::domain::school_days::Calendar;
use crate::domain::screening::must_reach_mash;
use crate::domain::viewer::Viewer;
use crate::error::Error;
use crate::service::draft as command;
use crate::store;

#[derive(Default)]
pub(super) struct DraftQuery;

fn must_be_contact(ctx: &Context<'_>) -> Result<(), Error> {
    op(ctx).require(matches!(op(ctx).viewer, Viewer::SchoolContact(_)))
}

#[Object]
impl DraftQuery {
    /// One draft of the viewer's school; null when there is none. For school contacts.
    async fn draft(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The `id` of the draft.")] id: ID,
    ) -> Result<Option<Draft>, Error> {
        must_be_contact(ctx)?;
        let op = op(ctx);
        let Ok(id) = self::id(&id) else { return Ok(None) };
        Ok(store::draft::one(op, &op.db.read, id).await?.map(Draft))
    }

    /// The unsent drafts of the viewer's school, newest first. For school contacts.
    #[graphql(complexity = "25 * child_complexity")]
    async fn drafts(&self, ctx: &Context<'_>) -> Result<Vec<Draft>, Error> {
        must_be_contact(ctx)?;
        Ok(store::draft::unsent(op(ctx)).await?.into_iter().map(Draft).collect())
    }
}

/// A draft.
#[derive(Description)]
pub(super) struct Draft(draft::Model);

impl Draft {
    fn typed(&self) -> Result<Typed, Error> {
        Ok(serde_json::from_str(&self.0.answers)?)
    }

    fn standing(&self) -> Result<Typed, Error> {
        Ok(follow_up::standing(&self.typed()?))
    }

    async fn calendar(&self, ctx: &Context<'_>) -> Result<Calendar, Error> {
        Ok(loads(ctx).load_one(CalendarOf(self.0.school_id)).await?.unwrap_or_default())
    }
}

#[Object(use_type_description)]
impl Draft {
    async fn id(&self) -> ID {
        shown(self.0.id)
    }

    async fn version(&self) -> i32 {
        self.0.version
    }

    /// What was answered so far. Seeing it is noted.
    #[graphql(complexity = "20 + child_complexity")]
    async fn answers(&self, ctx: &Context<'_>) -> Result<Vec<Answers>, Error> {
        note(ctx, &format!("draft:{}", self.0.id));
        Ok(told(&self.typed()?))
    }

    /// What of that would be sent: without the answers to questions that are not asked any more because another answer was
    /// changed, which the draft keeps in case it is changed back. Seeing it is noted.
    #[graphql(complexity = "20 + child_complexity")]
    async fn to_send(&self, ctx: &Context<'_>) -> Result<Vec<Answers>, Error> {
        note(ctx, &format!("draft:{}", self.0.id));
        Ok(told(&self.standing()?))
    }

    /// The name of the contact who began it.
    async fn started_by(&self, ctx: &Context<'_>) -> Result<String, Error> {
        Ok(loads(ctx).load_one(self.0.contact_id).await?.map(|contact| contact.name).unwrap_or_default())
    }

    /// When it was begun.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it was last saved.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }

    /// Everything that is still wrong or lacking and keeps it from being sent, by field; empty when it can be sent.
    #[graphql(complexity = "20 + child_complexity")]
    async fn faults(&self, ctx: &Context<'_>) -> Result<Vec<FieldFault>, Error> {
        let calendar = self.calendar(ctx).await?;
        let faults = read_school_referral(&self.standing()?, &calendar, op(ctx).now()).err().unwrap_or_default();
        Ok(faults.into_iter().map(FieldFault::from).collect())
    }

    /// What is lacking or cannot be read and does not keep it from being sent, because it points to harm: it is asked
    /// for afterwards.
    #[graphql(complexity = "20 + child_complexity")]
    async fn to_ask(&self, ctx: &Context<'_>) -> Result<Vec<FieldFault>, Error> {
        let calendar = self.calendar(ctx).await?;
        let told = read_school_referral(&self.standing()?, &calendar, op(ctx).now()).ok();
        Ok(told.into_iter().flat_map(|told| told.to_ask).map(FieldFault::from).collect())
    }

    /// Whether nobody contacts the family about it before the MASH or the council has advised, because it points to harm.
    #[graphql(complexity = "20 + child_complexity")]
    async fn advice_first(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        let calendar = self.calendar(ctx).await?;
        let told = read_school_referral(&self.standing()?, &calendar, op(ctx).now());
        Ok(told.is_ok_and(|told| must_reach_mash(told.risk)))
    }

    /// The school days of the absence so far, on the calendar of the school; null where the day is not told from which
    /// they count.
    #[graphql(complexity = "20 + child_complexity")]
    async fn school_days(&self, ctx: &Context<'_>) -> Result<Option<SchoolDays>, Error> {
        let calendar = self.calendar(ctx).await?;
        Ok(school_days(&self.standing()?, &calendar, london_day(op(ctx).now())).map(SchoolDays::from))
    }

    /// The referral it became, after which the draft cannot change; null before.
    async fn referral(&self, ctx: &Context<'_>) -> Result<Option<Referral>, Error> {
        let Some(referral) = self.0.referral_id else { return Ok(None) };
        Ok(loads(ctx).load_one(referral).await?.map(|row| Referral::shown(ctx, row)))
    }
}

/// How a draft begins.
#[derive(InputObject)]
struct StartDraftInput {
    /// The answers to begin with, such as those of a sibling's family.
    answers: Option<Vec<AnswersInput>>,
}

/// All answers of a draft.
#[derive(InputObject)]
struct SaveDraftInput {
    /// The `id` of the draft.
    id: ID,
    version: i32,
    /// All answers so far, not only the changed ones.
    answers: Vec<AnswersInput>,
    /// The fields just answered: a fault in one of these refuses the whole save.
    fields: Vec<AnsweredInput>,
}

/// Which draft is sent.
#[derive(InputObject)]
struct SendDraftInput {
    /// The `id` of the draft.
    id: ID,
    version: i32,
    /// That what it tells is true as far as the sender knows.
    declaration: bool,
}

#[derive(Default)]
pub(super) struct DraftMutation;

async fn changed(ctx: &Context<'_>, id: entity::DraftId) -> Result<Draft, Error> {
    let op = op(ctx);
    store::draft::one(op, &op.db.read, id).await?.map(Draft).ok_or(Error::NotFound)
}

#[Object]
impl DraftMutation {
    /// Begins a draft for the viewer's school. For school contacts. Refused with `FORBIDDEN` or `INVALID`.
    async fn start_draft(&self, ctx: &Context<'_>, input: StartDraftInput) -> Result<Draft, Error> {
        let id = command::start(op(ctx), typed(Form::Referral, input.answers.unwrap_or_default())?).await?;
        changed(ctx, id).await
    }

    /// Saves a draft, however much it lacks. For contacts of its school. Refused with `FORBIDDEN`, `NOT_FOUND`,
    /// `INVALID` or `CONFLICT`.
    async fn save_draft(&self, ctx: &Context<'_>, input: SaveDraftInput) -> Result<Draft, Error> {
        let SaveDraftInput { id, version, answers, fields } = input;
        let (answers, fields) = (typed(Form::Referral, answers)?, answered(&fields)?);
        let id = command::save(op(ctx), self::id(&id)?, version, answers, fields).await?;
        changed(ctx, id).await
    }

    /// Sends a draft as a referral; sending again gives the same referral. For contacts of its school. Refused with
    /// `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn send_draft(&self, ctx: &Context<'_>, input: SendDraftInput) -> Result<Referral, Error> {
        let SendDraftInput { id, version, declaration } = input;
        let op = op(ctx);
        let sent = command::send(op, self::id(&id)?, version, declaration).await?;
        store::referral::many(op, &[sent]).await?.pop().map(|row| Referral::shown(ctx, row)).ok_or(Error::NotFound)
    }
}
