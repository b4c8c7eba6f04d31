//! Staff: as colleagues see them, and their accounts as administrators do.

use std::collections::BTreeSet;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::vocabulary::{StaffRole, StaffState};
use entity::{StaffId, staff};

use super::guarded::op;
use super::input::{id, shown};
use super::page::PageInfo;
use crate::domain::policy::{manages_staff, reads_casework};
use crate::domain::viewer::Viewer;
use crate::error::Error;
use crate::service::staff::{self as command, Invite, Invited};
use crate::store;
use crate::store::page::{Page, Wanted};

#[derive(Default)]
pub(super) struct StaffQuery;

fn must(ctx: &Context<'_>, allowed: fn(&Viewer) -> bool) -> Result<(), Error> {
    match &op(ctx).viewer {
        viewer if allowed(viewer) => Ok(()),
        Viewer::Anonymous => Err(Error::Unauthenticated),
        _ => Err(Error::Forbidden),
    }
}

#[Object]
impl StaffQuery {
    /// Staff to whom a case may be assigned.
    #[graphql(complexity = "50 * child_complexity")]
    async fn officers(&self, ctx: &Context<'_>) -> Result<Vec<StaffMember>, Error> {
        must(ctx, reads_casework)?;
        let op = op(ctx);
        Ok(store::staff::officers(op, &op.db.read).await?.into_iter().map(StaffMember).collect())
    }

    /// The accounts of staff, by name.
    #[graphql(complexity = "first.max(0) as usize * child_complexity")]
    async fn staff(
        &self,
        ctx: &Context<'_>,
        filter: Option<StaffFilter>,
        #[graphql(default = 25)] first: i32,
        after: Option<String>,
        before: Option<String>,
    ) -> Result<StaffConnection, Error> {
        must(ctx, manages_staff)?;
        let wanted = Wanted::parse(op(ctx), first, after.as_deref(), before.as_deref())?;
        let StaffFilter { state, role } = filter.unwrap_or_default();
        let page = store::staff::list(op(ctx), state, role, &wanted).await?;
        let ids: Vec<StaffId> = page.nodes.iter().map(|row| row.id).collect();
        let secured = store::staff::with_second_factor(op(ctx), &ids).await?;
        Ok(StaffConnection { page, secured })
    }

    /// One account.
    async fn staff_member(&self, ctx: &Context<'_>, id: ID) -> Result<Option<StaffAccount>, Error> {
        must(ctx, manages_staff)?;
        let Ok(id) = self::id(&id) else { return Ok(None) };
        account(ctx, id).await
    }
}

async fn account(ctx: &Context<'_>, id: StaffId) -> Result<Option<StaffAccount>, Error> {
    let Some(row) = store::staff::account(op(ctx), id).await? else { return Ok(None) };
    let secured = store::staff::with_second_factor(op(ctx), &[id]).await?.contains(&id);
    Ok(Some(StaffAccount { row, secured }))
}

/// What a list of accounts is narrowed to.
#[derive(InputObject, Default)]
struct StaffFilter {
    state: Option<StaffState>,
    role: Option<StaffRole>,
}

/// A member of staff.
pub(super) struct StaffMember(pub(super) staff::Model);

#[Object]
impl StaffMember {
    async fn id(&self) -> ID {
        shown(self.0.id)
    }

    async fn name(&self) -> &str {
        &self.0.name
    }

    async fn roles(&self) -> Vec<StaffRole> {
        store::staff::roles(&self.0).into_iter().collect()
    }
}

/// A page of accounts.
struct StaffConnection {
    page: Page<staff::Model>,
    secured: BTreeSet<StaffId>,
}

#[Object]
impl StaffConnection {
    async fn nodes(&self) -> Vec<StaffAccount> {
        let account = |row: &staff::Model| StaffAccount { row: row.clone(), secured: self.secured.contains(&row.id) };
        self.page.nodes.iter().map(account).collect()
    }

    async fn page_info(&self, ctx: &Context<'_>) -> PageInfo {
        PageInfo::of(ctx, &self.page, |row| row.id.0)
    }
}

/// The account of a member of staff.
struct StaffAccount {
    row: staff::Model,
    secured: bool,
}

#[Object]
impl StaffAccount {
    async fn id(&self) -> ID {
        shown(self.row.id)
    }

    async fn version(&self) -> i32 {
        self.row.version
    }

    async fn name(&self) -> &str {
        &self.row.name
    }

    async fn email(&self) -> &str {
        &self.row.email
    }

    async fn roles(&self) -> Vec<StaffRole> {
        store::staff::roles(&self.row).into_iter().collect()
    }

    async fn state(&self) -> StaffState {
        self.row.state
    }

    async fn created_at(&self) -> DateTime<Utc> {
        self.row.created_at
    }

    async fn last_sign_in_at(&self) -> Option<DateTime<Utc>> {
        self.row.last_sign_in_at
    }

    /// Whether they have a second factor.
    async fn second_factor(&self) -> bool {
        self.secured
    }

    /// How many open cases they have.
    #[graphql(complexity = 5)]
    async fn open_cases(&self, ctx: &Context<'_>) -> Result<u64, Error> {
        store::staff::open_cases(op(ctx), self.row.id).await
    }

    /// The managers to whom their open cases can be handed.
    #[graphql(complexity = "20 * child_complexity")]
    async fn heirs(&self, ctx: &Context<'_>) -> Result<Vec<StaffMember>, Error> {
        let op = op(ctx);
        Ok(store::staff::managers(op, &op.db.read, self.row.id).await?.into_iter().map(StaffMember).collect())
    }
}

/// An invitation that was sent just now.
#[derive(SimpleObject)]
struct StaffInvitation {
    /// The code that the mailed link asks for, this once. Tell it to whoever was invited by another way than e-mail.
    code: String,
    /// The account it is for.
    account: StaffAccount,
}

/// Somebody to invite.
#[derive(InputObject)]
struct InviteStaffInput {
    name: String,
    email: String,
    roles: Vec<StaffRole>,
}

/// An account, as whoever changes it saw it.
#[derive(InputObject)]
struct StaffAccountInput {
    id: ID,
    version: i32,
}

/// Other roles for somebody.
#[derive(InputObject)]
struct ChangeStaffRolesInput {
    id: ID,
    version: i32,
    roles: Vec<StaffRole>,
}

/// Somebody who may no longer sign in.
#[derive(InputObject)]
struct DeactivateStaffInput {
    id: ID,
    version: i32,
    /// The manager who takes over their open cases; not needed when there is only one.
    heir: Option<ID>,
}

#[derive(Default)]
pub(super) struct StaffMutation;

async fn changed(ctx: &Context<'_>, id: StaffId) -> Result<StaffAccount, Error> {
    account(ctx, id).await?.ok_or(Error::NotFound)
}

async fn invited(ctx: &Context<'_>, invited: Invited) -> Result<StaffInvitation, Error> {
    Ok(StaffInvitation { code: invited.code, account: changed(ctx, invited.id).await? })
}

#[Object]
impl StaffMutation {
    /// Invites somebody to choose a password.
    async fn invite_staff(&self, ctx: &Context<'_>, input: InviteStaffInput) -> Result<StaffInvitation, Error> {
        let InviteStaffInput { name, email, roles } = input;
        invited(ctx, command::invite(op(ctx), Invite { name, email, roles }).await?).await
    }

    /// Sends an invitation again; the one before it and its code no longer work.
    async fn resend_invitation(&self, ctx: &Context<'_>, input: StaffAccountInput) -> Result<StaffInvitation, Error> {
        invited(ctx, command::resend_invitation(op(ctx), id(&input.id)?, input.version).await?).await
    }

    /// Lets somebody be something else.
    async fn change_staff_roles(&self, ctx: &Context<'_>, input: ChangeStaffRolesInput) -> Result<StaffAccount, Error> {
        let ChangeStaffRolesInput { id, version, roles } = input;
        changed(ctx, command::change_roles(op(ctx), self::id(&id)?, version, roles).await?).await
    }

    /// Lets somebody sign in no longer, and hands their open cases to a manager.
    async fn deactivate_staff(&self, ctx: &Context<'_>, input: DeactivateStaffInput) -> Result<StaffAccount, Error> {
        let DeactivateStaffInput { id, version, heir } = input;
        let heir = heir.map(|heir| self::id(&heir)).transpose()?;
        changed(ctx, command::deactivate(op(ctx), self::id(&id)?, version, heir).await?).await
    }

    /// Lets somebody sign in again.
    async fn reactivate_staff(&self, ctx: &Context<'_>, input: StaffAccountInput) -> Result<StaffAccount, Error> {
        changed(ctx, command::reactivate(op(ctx), id(&input.id)?, input.version).await?).await
    }

    /// Removes every second factor of somebody who lost theirs.
    async fn reset_second_factor(&self, ctx: &Context<'_>, input: StaffAccountInput) -> Result<StaffAccount, Error> {
        changed(ctx, command::reset_second_factor(op(ctx), id(&input.id)?, input.version).await?).await
    }

    /// Lets somebody who tried too often try again at once.
    async fn unlock_staff(&self, ctx: &Context<'_>, input: StaffAccountInput) -> Result<StaffAccount, Error> {
        changed(ctx, command::unlock(op(ctx), id(&input.id)?, input.version).await?).await
    }
}
