//! Restricted cases: what is shown of one to a viewer who may find it and not read it, its readers, and reading it by
//! break glass. What must not live here: the rules (`domain::break_glass`, `domain::policy`).

use async_graphql::{Context, Description, ID, InputObject, Object};
use chrono::{DateTime, Utc};
use entity::vocabulary::Restriction;
use entity::{BreakGlassId, StaffId, break_glass, case};

use super::access_note::AccessNote;
use super::case::{Case, changed};
use super::guarded::{note_as, op};
use super::input::{id, shown};
use super::loaders::loads;
use super::page::PageInfo;
use super::staff::StaffMember;
use crate::domain::case::Restrict;
use crate::domain::policy::{self, reviews_break_glass};
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
#[derive(Description)]
pub(super) struct RestrictedCase(case::Model);

impl RestrictedCase {
    /// A restricted case, noted as found.
    pub(super) fn found(ctx: &Context<'_>, row: case::Model) -> Self {
        note_as(op(ctx), &format!("case:{}", row.id), "restricted");
        Self(row)
    }
}

#[Object(use_type_description)]
impl RestrictedCase {
    /// What people call it by, such as `C-7K3M-9QX4`.
    async fn reference(&self) -> &str {
        &self.0.reference
    }

    /// Whom to ask; null while nobody has the case.
    async fn officer(&self, ctx: &Context<'_>) -> Result<Option<StaffMember>, Error> {
        let Some(officer) = self.0.officer_id else { return Ok(None) };
        Ok(loads(ctx).load_one(officer).await?.map(StaffMember))
    }
}

/// Somebody reads, or read, a restricted case without being named to it.
#[derive(Description)]
pub(super) struct BrokenGlass(pub(super) break_glass::Model);

#[Object(use_type_description)]
impl BrokenGlass {
    async fn id(&self) -> ID {
        shown(self.0.id)
    }

    /// The reference of the case.
    async fn case(&self, ctx: &Context<'_>) -> Result<Option<String>, Error> {
        let op = op(ctx);
        note_as(op, &format!("case:{}", self.0.case_id), "restricted");
        let references = store::access_note::references(op, &[self.0.case_id]).await?;
        Ok(references.into_values().next())
    }

    /// Who did it.
    async fn staff(&self, ctx: &Context<'_>) -> Result<Option<StaffMember>, Error> {
        Ok(loads(ctx).load_one(self.0.staff_id).await?.map(StaffMember))
    }

    /// Whether the viewer did it, who therefore cannot review it.
    async fn own(&self, ctx: &Context<'_>) -> bool {
        matches!(&op(ctx).viewer, Viewer::Staff(staff) if staff.id == self.0.staff_id)
    }

    /// Why, in their words.
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// From when they could read it.
    async fn began_at(&self) -> DateTime<Utc> {
        self.0.began_at
    }

    /// Until when: an hour at most.
    async fn ends_at(&self) -> DateTime<Utc> {
        self.0.ends_at
    }

    /// When a manager reviewed it; null while nobody has.
    async fn reviewed_at(&self) -> Option<DateTime<Utc>> {
        self.0.reviewed_at
    }

    /// Who reviewed it; null while nobody has.
    async fn reviewed_by(&self, ctx: &Context<'_>) -> Result<Option<StaffMember>, Error> {
        let Some(by) = self.0.reviewed_by else { return Ok(None) };
        Ok(loads(ctx).load_one(by).await?.map(StaffMember))
    }

    /// What the review came to; null while there was none.
    async fn finding(&self) -> Option<&str> {
        self.0.finding.as_deref()
    }

    /// What was read meanwhile, as access notes.
    #[graphql(complexity = "20 * child_complexity")]
    async fn notes(&self, ctx: &Context<'_>) -> Result<Vec<AccessNote>, Error> {
        let told = store::access_note::of_glass(op(ctx), &self.0).await?;
        Ok(told.into_iter().map(AccessNote).collect())
    }
}

/// A page of broken glass.
#[derive(Description)]
pub(super) struct BrokenGlassConnection(Page<break_glass::Model>);

#[Object(use_type_description)]
impl BrokenGlassConnection {
    async fn nodes(&self) -> Vec<BrokenGlass> {
        self.0.nodes.iter().cloned().map(BrokenGlass).collect()
    }

    async fn page_info(&self, ctx: &Context<'_>) -> PageInfo {
        PageInfo::of(ctx, &self.0, |row| row.id.0)
    }
}

fn must_review(ctx: &Context<'_>) -> Result<(), Error> {
    op(ctx).require(reviews_break_glass(&op(ctx).viewer))
}

#[Object]
impl RestrictedQuery {
    /// A restricted case that the viewer may find but not read, by its exact reference; null when there is none. For
    /// those who work cases.
    async fn restricted_case(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the case is called, such as `C-7K3M-9QX4`.")] reference: String,
    ) -> Result<Option<RestrictedCase>, Error> {
        let op = op(ctx);
        op.require(policy::finds_restricted(&op.viewer))?;
        let row = store::case::findable(op, &reference).await?;
        Ok(row.map(|row| RestrictedCase::found(ctx, row)))
    }

    /// Who broke the glass of restricted cases, newest first. For managers.
    #[graphql(complexity = "first.max(0) as usize * child_complexity")]
    async fn broken_glass(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "True: what was reviewed. False: what awaits review.", default)] reviewed: bool,
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
    /// Why only some may read it. Needed: null is answered with `INVALID`.
    restriction: Option<Restriction>,
    /// The reason in words, for those who may read it.
    reason: String,
}

/// Why everybody who works cases may read it again.
#[derive(InputObject)]
struct LiftRestrictionInput {
    case: String,
    version: i32,
    /// Why it no longer has to be restricted.
    reason: String,
}

/// Who may, or may no longer, read a restricted case.
#[derive(InputObject)]
struct CaseReaderInput {
    case: String,
    version: i32,
    /// The `id` of a member of staff who works cases. Needed: null is answered with `INVALID`.
    staff: Option<ID>,
}

/// Why somebody must read a restricted case now.
#[derive(InputObject)]
struct BreakGlassInput {
    case: String,
    /// Why they must read it now, for the manager who reviews it: at most 1,000 characters.
    reason: String,
}

/// What is ended before the hour is up.
#[derive(InputObject)]
struct MendGlassInput {
    /// The `id` of the broken glass, which must be the viewer's own.
    id: ID,
}

/// What a review came to.
#[derive(InputObject)]
struct ReviewGlassInput {
    /// The `id` of the broken glass.
    id: ID,
    /// What the review came to: at most 1,000 characters.
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
    /// Restricts a case to those who are named to it. For managers, and for others who work cases and have it. Refused
    /// with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn restrict_case(&self, ctx: &Context<'_>, input: RestrictCaseInput) -> Result<Case, Error> {
        let RestrictCaseInput { case, version, restriction, reason } = input;
        let typed = Restrict { restriction, reason };
        changed(ctx, command::restrict(op(ctx), Target { case, version }, typed).await).await
    }

    /// Lets a restricted case be read like any other again. For its officer and its readers. Refused with `FORBIDDEN`,
    /// `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn lift_restriction(&self, ctx: &Context<'_>, input: LiftRestrictionInput) -> Result<Case, Error> {
        let LiftRestrictionInput { case, version, reason } = input;
        changed(ctx, command::lift_restriction(op(ctx), Target { case, version }, reason).await).await
    }

    /// Lets somebody else read a restricted case. For its officer and its readers. Refused with `FORBIDDEN`,
    /// `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn add_reader(&self, ctx: &Context<'_>, input: CaseReaderInput) -> Result<Case, Error> {
        let CaseReaderInput { case, version, staff } = input;
        let staff = reader(staff.as_ref())?;
        changed(ctx, command::add_reader(op(ctx), Target { case, version }, staff).await).await
    }

    /// Lets somebody read a restricted case no longer. For its officer and its readers. Refused with `FORBIDDEN`,
    /// `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn remove_reader(&self, ctx: &Context<'_>, input: CaseReaderInput) -> Result<Case, Error> {
        let CaseReaderInput { case, version, staff } = input;
        let staff = reader(staff.as_ref())?;
        changed(ctx, command::remove_reader(op(ctx), Target { case, version }, staff).await).await
    }

    /// Begins an hour in which the viewer may read a restricted case. Its officer and the managers are told at once.
    /// For those who work cases and are not named to it. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or
    /// `CONFLICT`.
    async fn break_glass(&self, ctx: &Context<'_>, input: BreakGlassInput) -> Result<Case, Error> {
        let BreakGlassInput { case, reason } = input;
        let op = op(ctx);
        op.require(policy::finds_restricted(&op.viewer))?;
        changed(ctx, glass::begin(op, &case, reason).await).await
    }

    /// Ends the hour early. For whoever broke the glass. Refused with `FORBIDDEN`, `NOT_FOUND` or `CONFLICT`.
    async fn mend_glass(&self, ctx: &Context<'_>, input: MendGlassInput) -> Result<BrokenGlass, Error> {
        one(ctx, glass::end(op(ctx), id(&input.id)?).await?).await
    }

    /// Records what a manager made of it. For managers, but not for whoever broke the glass. Refused with `FORBIDDEN`,
    /// `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn review_glass(&self, ctx: &Context<'_>, input: ReviewGlassInput) -> Result<BrokenGlass, Error> {
        must_review(ctx)?;
        one(ctx, glass::review(op(ctx), id(&input.id)?, input.finding).await?).await
    }
}
