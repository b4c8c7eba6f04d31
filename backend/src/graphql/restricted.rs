//! Restricted cases: what those see of one who may find but not read it, who may read it, and reading it by breaking the
//! glass.

use async_graphql::{Context, ID, InputObject, Object};
use chrono::{DateTime, Utc};
use entity::vocabulary::Restriction;
use entity::{BreakGlassId, StaffId, break_glass, case};

use super::access_note::AccessNote;
use super::case::{Case, changed};
use super::guarded::{note, op};
use super::input::{id, shown};
use super::loaders::loads;
use super::page::PageInfo;
use super::staff::StaffMember;
use crate::domain::case::Restrict;
use crate::domain::policy::{self, reviews_glass};
use crate::domain::viewer::Viewer;
use crate::error::Error;
use crate::service::break_glass as glass;
use crate::service::case::{self as command, Target};
use crate::store;
use crate::store::page::{Page, Wanted};

#[derive(Default)]
pub(super) struct RestrictedQuery;

#[derive(Default)]
pub(super) struct RestrictedMutation;

/// A case that the viewer may find but not read: that it is there and whose it is, and nothing of the child.
pub(super) struct RestrictedCase(case::Model);

impl RestrictedCase {
    /// One that leaves a note of having been found.
    pub(super) fn found(ctx: &Context<'_>, row: case::Model) -> Self {
        note(op(ctx), &format!("case:{}", row.id), "restricted");
        Self(row)
    }
}

#[Object]
impl RestrictedCase {
    async fn reference(&self) -> &str {
        &self.0.reference
    }

    /// Whom to ask.
    async fn officer(&self, ctx: &Context<'_>) -> Result<Option<StaffMember>, Error> {
        let Some(officer) = self.0.officer_id else { return Ok(None) };
        Ok(loads(ctx).load_one(officer).await?.map(StaffMember))
    }
}

/// Somebody reads, or read, a restricted case without being named to it.
pub(super) struct BrokenGlass(pub(super) break_glass::Model);

#[Object]
impl BrokenGlass {
    async fn id(&self) -> ID {
        shown(self.0.id)
    }

    /// The case's reference.
    async fn case(&self, ctx: &Context<'_>) -> Result<Option<String>, Error> {
        let op = op(ctx);
        note(op, &format!("case:{}", self.0.case_id), "restricted");
        let references = store::access_note::references(op, &[self.0.case_id]).await?;
        Ok(references.into_values().next())
    }

    /// Who.
    async fn staff(&self, ctx: &Context<'_>) -> Result<Option<StaffMember>, Error> {
        Ok(loads(ctx).load_one(self.0.staff_id).await?.map(StaffMember))
    }

    /// Whether the viewer did it, who therefore cannot review it.
    async fn own(&self, ctx: &Context<'_>) -> bool {
        matches!(&op(ctx).viewer, Viewer::Staff(staff) if staff.id == self.0.staff_id)
    }

    async fn reason(&self) -> &str {
        &self.0.reason
    }

    async fn began_at(&self) -> DateTime<Utc> {
        self.0.began_at
    }

    async fn ends_at(&self) -> DateTime<Utc> {
        self.0.ends_at
    }

    async fn reviewed_at(&self) -> Option<DateTime<Utc>> {
        self.0.reviewed_at
    }

    async fn reviewed_by(&self, ctx: &Context<'_>) -> Result<Option<StaffMember>, Error> {
        let Some(by) = self.0.reviewed_by else { return Ok(None) };
        Ok(loads(ctx).load_one(by).await?.map(StaffMember))
    }

    /// What the review came to.
    async fn finding(&self) -> Option<&str> {
        self.0.finding.as_deref()
    }

    /// What was read meanwhile.
    #[graphql(complexity = "20 * child_complexity")]
    async fn notes(&self, ctx: &Context<'_>) -> Result<Vec<AccessNote>, Error> {
        let told = store::access_note::of_glass(op(ctx), &self.0).await?;
        Ok(told.into_iter().map(AccessNote).collect())
    }
}

/// A page of broken glass.
pub(super) struct BrokenGlassConnection(Page<break_glass::Model>);

#[Object]
impl BrokenGlassConnection {
    async fn nodes(&self) -> Vec<BrokenGlass> {
        self.0.nodes.iter().cloned().map(BrokenGlass).collect()
    }

    async fn page_info(&self, ctx: &Context<'_>) -> PageInfo {
        PageInfo::of(ctx, &self.0, |row| row.id.0)
    }
}

fn must_review(ctx: &Context<'_>) -> Result<(), Error> {
    match &op(ctx).viewer {
        viewer if reviews_glass(viewer) => Ok(()),
        Viewer::Anonymous => Err(Error::Unauthenticated),
        _ => Err(Error::Forbidden),
    }
}

#[Object]
impl RestrictedQuery {
    /// A restricted case that the viewer may find but not read, by its exact reference; null when there is none.
    async fn restricted_case(&self, ctx: &Context<'_>, reference: String) -> Result<Option<RestrictedCase>, Error> {
        let op = op(ctx);
        if !policy::finds_restricted(&op.viewer) {
            return Err(if op.viewer == Viewer::Anonymous { Error::Unauthenticated } else { Error::Forbidden });
        }
        let row = store::case::findable(op, &reference).await?;
        Ok(row.map(|row| RestrictedCase::found(ctx, row)))
    }

    /// Who broke the glass of restricted cases: what awaits review, or what was reviewed, newest first.
    #[graphql(complexity = "first.max(0) as usize * child_complexity")]
    async fn broken_glass(
        &self,
        ctx: &Context<'_>,
        #[graphql(default)] reviewed: bool,
        #[graphql(default = 10)] first: i32,
        after: Option<String>,
        before: Option<String>,
    ) -> Result<BrokenGlassConnection, Error> {
        must_review(ctx)?;
        let wanted = Wanted::parse(op(ctx), first, after.as_deref(), before.as_deref())?;
        Ok(BrokenGlassConnection(store::break_glass::list(op(ctx), reviewed, &wanted).await?))
    }
}

/// Why only some may read a case.
#[derive(InputObject)]
struct RestrictCaseInput {
    case: String,
    version: i32,
    restriction: Option<Restriction>,
    reason: String,
}

/// Why everybody who works cases may read it again.
#[derive(InputObject)]
struct LiftRestrictionInput {
    case: String,
    version: i32,
    reason: String,
}

/// Who may, or may no longer, read a restricted case.
#[derive(InputObject)]
struct CaseReaderInput {
    case: String,
    version: i32,
    staff: Option<ID>,
}

/// Why somebody must read a restricted case now.
#[derive(InputObject)]
struct BreakGlassInput {
    case: String,
    reason: String,
}

/// What is ended before the hour is up.
#[derive(InputObject)]
struct MendGlassInput {
    id: ID,
}

/// What a review came to.
#[derive(InputObject)]
struct ReviewGlassInput {
    id: ID,
    finding: String,
}

fn reader(staff: Option<&ID>) -> Result<Option<StaffId>, Error> {
    staff.filter(|staff| !staff.is_empty()).map(id).transpose()
}

async fn one(ctx: &Context<'_>, id: BreakGlassId) -> Result<BrokenGlass, Error> {
    store::break_glass::one(op(ctx), id).await?.map(BrokenGlass).ok_or(Error::NotFound)
}

#[Object]
impl RestrictedMutation {
    /// Restricts a case to those who are named to it.
    async fn restrict_case(&self, ctx: &Context<'_>, input: RestrictCaseInput) -> Result<Case, Error> {
        let RestrictCaseInput { case, version, restriction, reason } = input;
        let typed = Restrict { restriction, reason };
        changed(ctx, command::restrict(op(ctx), Target { case, version }, typed).await).await
    }

    /// Lets a restricted case be read like any other again.
    async fn lift_restriction(&self, ctx: &Context<'_>, input: LiftRestrictionInput) -> Result<Case, Error> {
        let LiftRestrictionInput { case, version, reason } = input;
        changed(ctx, command::lift_restriction(op(ctx), Target { case, version }, reason).await).await
    }

    /// Lets somebody else read a restricted case.
    async fn add_reader(&self, ctx: &Context<'_>, input: CaseReaderInput) -> Result<Case, Error> {
        let CaseReaderInput { case, version, staff } = input;
        let staff = reader(staff.as_ref())?;
        changed(ctx, command::add_reader(op(ctx), Target { case, version }, staff).await).await
    }

    /// Lets somebody read a restricted case no longer.
    async fn remove_reader(&self, ctx: &Context<'_>, input: CaseReaderInput) -> Result<Case, Error> {
        let CaseReaderInput { case, version, staff } = input;
        let staff = reader(staff.as_ref())?;
        changed(ctx, command::remove_reader(op(ctx), Target { case, version }, staff).await).await
    }

    /// Begins an hour in which the viewer may read a restricted case. Its officer and the managers are told at once.
    async fn break_glass(&self, ctx: &Context<'_>, input: BreakGlassInput) -> Result<Case, Error> {
        let BreakGlassInput { case, reason } = input;
        let op = op(ctx);
        if !policy::finds_restricted(&op.viewer) {
            return Err(if op.viewer == Viewer::Anonymous { Error::Unauthenticated } else { Error::Forbidden });
        }
        changed(ctx, glass::begin(op, &case, reason).await).await
    }

    /// Ends it before the hour is up.
    async fn mend_glass(&self, ctx: &Context<'_>, input: MendGlassInput) -> Result<BrokenGlass, Error> {
        one(ctx, glass::end(op(ctx), id(&input.id)?).await?).await
    }

    /// Records what a manager made of it.
    async fn review_glass(&self, ctx: &Context<'_>, input: ReviewGlassInput) -> Result<BrokenGlass, Error> {
        must_review(ctx)?;
        one(ctx, glass::review(op(ctx), id(&input.id)?, input.finding).await?).await
    }
}
