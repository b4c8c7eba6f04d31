//! Public reports that are held because too many came at once, and what is decided of them. What must not live here:
//! when a report is held (`service::report`).
#![expect(clippy::unused_async, reason = "a resolver is async whether or not it waits")]

use async_graphql::{Context, Description, InputObject, Object};
use chrono::{DateTime, Utc};
use entity::held_report;

use super::guarded::{note, op};
use super::input::{Answers, told};
use super::page::{DisclosedCount, PageInfo};
use super::referral::Referral;
use crate::domain::disclosure::exact;
use crate::domain::policy::reads_held_reports;
use crate::error::Error;
use crate::service::held_report as command;
use crate::store;
use crate::store::page::{Page, Wanted};

#[derive(Default)]
pub(super) struct HeldReportQuery;

#[Object]
impl HeldReportQuery {
    /// Reports that are held, a page at a time, the one that waits longest first. For those who triage.
    #[graphql(complexity = "first.max(0) as usize * child_complexity")]
    async fn held_reports(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 25)] first: i32,
        after: Option<String>,
        before: Option<String>,
    ) -> Result<HeldReportConnection, Error> {
        let op = reader(ctx)?;
        let wanted = Wanted::parse(op, first, after.as_deref(), before.as_deref())?;
        Ok(HeldReportConnection(store::held_report::waiting(op, &wanted).await?))
    }

    /// One report that is or was held, by its reference; null when there is none. For those who triage.
    async fn held_report(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the sender was told the report is called.")] reference: String,
    ) -> Result<Option<HeldReport>, Error> {
        let op = reader(ctx)?;
        Ok(store::held_report::by_reference(op, &op.db.read, &reference).await?.map(HeldReport))
    }
}

fn reader<'a>(ctx: &Context<'a>) -> Result<&'a crate::context::OpContext, Error> {
    let op = op(ctx);
    op.require(reads_held_reports(&op.viewer))?;
    Ok(op)
}

/// A page of held reports.
#[derive(Description)]
struct HeldReportConnection(Page<held_report::Model>);

#[Object(use_type_description)]
impl HeldReportConnection {
    async fn nodes(&self) -> Vec<HeldReport> {
        self.0.nodes.iter().cloned().map(HeldReport).collect()
    }

    async fn page_info(&self, ctx: &Context<'_>) -> PageInfo {
        PageInfo::of(ctx, &self.0, |row| row.id.0)
    }

    /// How many there are in all.
    async fn count(&self, ctx: &Context<'_>) -> Result<DisclosedCount, Error> {
        Ok(exact(store::held_report::count(op(ctx)).await?).into())
    }
}

/// A report that came too often to be taken at once. Nothing of it was checked or screened but that it does not tell of
/// harm.
#[derive(Description)]
struct HeldReport(held_report::Model);

#[Object(use_type_description)]
impl HeldReport {
    /// What it is called; as a referral it keeps the name.
    async fn reference(&self, ctx: &Context<'_>) -> &str {
        if let Some(referral) = self.0.referral_id {
            note(ctx, &format!("referral:{referral}"));
        }
        &self.0.reference
    }

    /// When it came.
    async fn received_at(&self) -> DateTime<Utc> {
        self.0.received_at
    }

    /// When it was taken in or put aside; null while it waits.
    async fn settled_at(&self) -> Option<DateTime<Utc>> {
        self.0.settled_at
    }

    /// Whether it became a referral.
    async fn taken_in(&self) -> bool {
        self.0.referral_id.is_some()
    }

    /// What was typed, field by field. Seeing it is noted.
    #[graphql(complexity = "20 + child_complexity")]
    async fn answers(&self, ctx: &Context<'_>) -> Result<Vec<Answers>, Error> {
        note(ctx, &format!("held_report:{}", self.0.id));
        Ok(told(&serde_json::from_str(&self.0.answers)?))
    }
}

/// Which held report.
#[derive(InputObject)]
struct TakeInHeldReportInput {
    /// The reference of the report.
    reference: String,
}

/// Which held report, and why it is put aside.
#[derive(InputObject)]
struct PutAsideHeldReportInput {
    /// The reference of the report.
    reference: String,
    /// Why: at most 2,000 characters.
    reason: String,
}

#[derive(Default)]
pub(super) struct HeldReportMutation;

#[Object]
impl HeldReportMutation {
    /// Makes a held report a referral. For those who triage. Refused with `FORBIDDEN`, `NOT_FOUND` or `CONFLICT`.
    async fn take_in_held_report(&self, ctx: &Context<'_>, input: TakeInHeldReportInput) -> Result<Referral, Error> {
        let op = op(ctx);
        let id = command::take_in(op, input.reference).await?;
        store::referral::many(op, &[id]).await?.pop().map(Referral).ok_or(Error::NotFound)
    }

    /// Puts a held report aside. It is kept. For those who triage. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or
    /// `CONFLICT`.
    async fn put_aside_held_report(
        &self,
        ctx: &Context<'_>,
        input: PutAsideHeldReportInput,
    ) -> Result<HeldReport, Error> {
        let op = op(ctx);
        let PutAsideHeldReportInput { reference, reason } = input;
        command::put_aside(op, reference.clone(), reason).await?;
        let row = store::held_report::by_reference(op, &op.db.read, &reference).await?;
        row.map(HeldReport).ok_or(Error::NotFound)
    }
}
