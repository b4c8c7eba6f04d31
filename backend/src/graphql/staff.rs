//! Staff: as colleagues see them, and their accounts as administrators see them. What must not live here: signing in
//! (`auth::staff`).

use std::collections::BTreeSet;

use async_graphql::{Context, Description, ID, InputObject, Object, SimpleObject};
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
    op(ctx).require(allowed(&op(ctx).viewer))
}

#[Object]
impl StaffQuery {
    /// Staff to whom a case may be assigned. For those who work cases.
    #[graphql(complexity = "50 * child_complexity")]
    async fn officers(&self, ctx: &Context<'_>) -> Result<Vec<StaffMember>, Error> {
        must(ctx, reads_casework)?;
        let op = op(ctx);
        Ok(store::staff::officers(op, &op.db.read).await?.into_iter().map(StaffMember).collect())
    }

    /// The accounts of staff by name, a page at a time. For administrators.
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

    /// One account; null when there is none. For administrators.
    async fn staff_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The `id` of the account.")] id: ID,
    ) -> Result<Option<StaffAccount>, Error> {
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
    /// Only accounts in this state.
    state: Option<StaffState>,
    /// Only accounts with this role, whatever others they have.
    role: Option<StaffRole>,
}

/// A member of staff.
#[derive(Description)]
pub(super) struct StaffMember(pub(super) staff::Model);

#[Object(use_type_description)]
impl StaffMember {
    async fn id(&self) -> ID {
        shown(self.0.id)
    }

    /// Their name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What they may be.
    async fn roles(&self) -> Vec<StaffRole> {
        store::staff::roles(&self.0).into_iter().collect()
    }
}

/// A page of accounts.
#[derive(Description)]
struct StaffConnection {
    page: Page<staff::Model>,
    secured: BTreeSet<StaffId>,
}

#[Object(use_type_description)]
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
#[derive(Description)]
struct StaffAccount {
    row: staff::Model,
    secured: bool,
}

#[Object(use_type_description)]
impl StaffAccount {
    async fn id(&self) -> ID {
        shown(self.row.id)
    }

    async fn version(&self) -> i32 {
        self.row.version
    }

    /// Their name.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// The address that they sign in with.
    async fn email(&self) -> &str {
        &self.row.email
    }

    /// What they may be.
    async fn roles(&self) -> Vec<StaffRole> {
        store::staff::roles(&self.row).into_iter().collect()
    }

    /// Whether they may sign in.
    async fn state(&self) -> StaffState {
        self.row.state
    }

    /// When the account was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.row.created_at
    }

    /// When they last signed in; null when they never have.
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
    /// The code that the mailed link asks for, this once. Tell it to whoever was invited by another way than email.
    code: String,
    /// The account it is for.
    account: StaffAccount,
}

/// Somebody to invite.
#[derive(InputObject)]
struct InviteStaffInput {
    /// Their name, at most 100 characters.
    name: String,
    /// Their address, which they sign in with and the invitation goes to.
    email: String,
    /// What they may be, at least one.
    roles: Vec<StaffRole>,
}

/// An account, as whoever changes it saw it.
#[derive(InputObject)]
struct StaffAccountInput {
    /// The `id` of the account.
    id: ID,
    version: i32,
}

/// Other roles for somebody.
#[derive(InputObject)]
struct ChangeStaffRolesInput {
    /// The `id` of the account.
    id: ID,
    version: i32,
    /// All roles from now on, at least one; those left out are taken away.
    roles: Vec<StaffRole>,
}

/// Somebody who may no longer sign in.
#[derive(InputObject)]
struct DeactivateStaffInput {
    /// The `id` of the account.
    id: ID,
    version: i32,
    /// The `id` of the manager who takes over their open cases, one of `heirs`; not needed when there is only one.
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
    /// Invites somebody to choose a password. For administrators. Refused with `FORBIDDEN`, `INVALID` or `CONFLICT`.
    async fn invite_staff(&self, ctx: &Context<'_>, input: InviteStaffInput) -> Result<StaffInvitation, Error> {
        let InviteStaffInput { name, email, roles } = input;
        invited(ctx, command::invite(op(ctx), Invite { name, email, roles }).await?).await
    }

    /// Sends an invitation again; the one before it and its code no longer work. For administrators. Refused with
    /// `FORBIDDEN`, `NOT_FOUND` or `CONFLICT`.
    async fn resend_invitation(&self, ctx: &Context<'_>, input: StaffAccountInput) -> Result<StaffInvitation, Error> {
        invited(ctx, command::resend_invitation(op(ctx), id(&input.id)?, input.version).await?).await
    }

    /// Changes a person's roles, but not the viewer's own or those of the last administrator. For administrators.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn change_staff_roles(&self, ctx: &Context<'_>, input: ChangeStaffRolesInput) -> Result<StaffAccount, Error> {
        let ChangeStaffRolesInput { id, version, roles } = input;
        changed(ctx, command::change_roles(op(ctx), self::id(&id)?, version, roles).await?).await
    }

    /// Lets somebody sign in no longer, and hands their open cases to a manager. For administrators. Refused with
    /// `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn deactivate_staff(&self, ctx: &Context<'_>, input: DeactivateStaffInput) -> Result<StaffAccount, Error> {
        let DeactivateStaffInput { id, version, heir } = input;
        let heir = heir.map(|heir| self::id(&heir)).transpose()?;
        changed(ctx, command::deactivate(op(ctx), self::id(&id)?, version, heir).await?).await
    }

    /// Lets somebody sign in again. For administrators. Refused with `FORBIDDEN`, `NOT_FOUND` or `CONFLICT`.
    async fn reactivate_staff(&self, ctx: &Context<'_>, input: StaffAccountInput) -> Result<StaffAccount, Error> {
        changed(ctx, command::reactivate(op(ctx), id(&input.id)?, input.version).await?).await
    }

    /// Removes every second factor of somebody who lost theirs. For administrators. Refused with `FORBIDDEN`,
    /// `NOT_FOUND` or `CONFLICT`.
    async fn reset_second_factor(&self, ctx: &Context<'_>, input: StaffAccountInput) -> Result<StaffAccount, Error> {
        changed(ctx, command::reset_second_factor(op(ctx), id(&input.id)?, input.version).await?).await
    }

    /// Lets somebody who tried too often try again at once. For administrators. Refused with `FORBIDDEN`, `NOT_FOUND`
    /// or `CONFLICT`.
    async fn unlock_staff(&self, ctx: &Context<'_>, input: StaffAccountInput) -> Result<StaffAccount, Error> {
        changed(ctx, command::unlock(op(ctx), id(&input.id)?, input.version).await?).await
    }
}
