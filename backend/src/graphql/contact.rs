//! Approved school contacts.

use async_graphql::{Context, ID, InputObject, Object};
use chrono::{DateTime, Utc};
use entity::vocabulary::{ContactKind, ContactState};
use entity::{SchoolContactId, school_contact};

use super::guarded::op;
use super::input::{id, shown};
use super::loaders::loads;
use super::page::PageInfo;
use super::referral::Referral;
use super::school::School;
use crate::domain::policy::manages_contacts;
use crate::domain::viewer::Viewer;
use crate::error::Error;
use crate::service::contact::{self as command, Approve};
use crate::store;
use crate::store::contact::Filter;
use crate::store::page::{LARGEST, Page, Wanted};

#[derive(Default)]
pub(super) struct ContactQuery;

/// What a list of contacts is narrowed to.
#[derive(InputObject)]
struct SchoolContactFilter {
    /// Part of a name or of the school's, or the whole address.
    search: Option<String>,
    school_urn: Option<String>,
    state: Option<ContactState>,
}

fn must_manage(ctx: &Context<'_>) -> Result<(), Error> {
    let viewer = &op(ctx).viewer;
    match viewer {
        viewer if manages_contacts(viewer) => Ok(()),
        Viewer::Anonymous => Err(Error::Unauthenticated),
        _ => Err(Error::Forbidden),
    }
}

#[Object]
impl ContactQuery {
    /// One approved school contact.
    async fn school_contact(&self, ctx: &Context<'_>, id: ID) -> Result<Option<SchoolContact>, Error> {
        must_manage(ctx)?;
        let Ok(id) = self::id(&id) else { return Ok(None) };
        Ok(store::contact::one(op(ctx), id).await?.map(SchoolContact))
    }

    /// Approved school contacts, by name.
    #[graphql(complexity = "first.max(0) as usize * child_complexity")]
    async fn school_contacts(
        &self,
        ctx: &Context<'_>,
        filter: Option<SchoolContactFilter>,
        #[graphql(default = 25)] first: i32,
        after: Option<String>,
        before: Option<String>,
    ) -> Result<SchoolContactConnection, Error> {
        must_manage(ctx)?;
        let wanted = Wanted::parse(first, after.as_deref(), before.as_deref())?;
        let filter = match filter {
            None => Filter::default(),
            Some(SchoolContactFilter { search, school_urn, state }) => Filter { search, school_urn, state },
        };
        Ok(SchoolContactConnection(store::contact::list(op(ctx), &filter, &wanted).await?))
    }
}

/// A page of contacts.
pub(super) struct SchoolContactConnection(Page<school_contact::Model>);

#[Object]
impl SchoolContactConnection {
    async fn nodes(&self) -> Vec<SchoolContact> {
        self.0.nodes.iter().cloned().map(SchoolContact).collect()
    }

    async fn page_info(&self) -> PageInfo {
        PageInfo::of(&self.0, |row| row.id.to_string())
    }
}

/// The approval of one address for one school.
pub(super) struct SchoolContact(school_contact::Model);

#[Object]
impl SchoolContact {
    async fn id(&self) -> ID {
        shown(self.0.id)
    }

    async fn version(&self) -> i32 {
        self.0.version
    }

    async fn school(&self, ctx: &Context<'_>) -> Result<School, Error> {
        loads(ctx).load_one(self.0.school_id).await?.map(School).ok_or(Error::NotFound)
    }

    async fn name(&self) -> &str {
        &self.0.name
    }

    async fn job(&self) -> &str {
        &self.0.job
    }

    async fn email(&self) -> &str {
        &self.0.email
    }

    async fn state(&self) -> ContactState {
        self.0.state
    }

    /// Why it is suspended.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// What this contact has sent, newest first.
    #[graphql(complexity = "first.max(0) as usize * child_complexity")]
    async fn referrals(&self, ctx: &Context<'_>, #[graphql(default = 25)] first: i32) -> Result<Vec<Referral>, Error> {
        let first = u64::try_from(first).ok().filter(|first| (1..=LARGEST).contains(first));
        let first = first.ok_or_else(|| Error::invalid("first", "Ask for between 1 and 100 at a time"))?;
        Ok(store::referral::sent_by(op(ctx), self.0.id, first).await?.into_iter().map(Referral).collect())
    }
}

/// An address to approve for a school.
#[derive(InputObject)]
struct ApproveSchoolContactInput {
    school_urn: String,
    name: String,
    job: String,
    email: String,
}

/// A contact who may no longer sign in.
#[derive(InputObject)]
struct SuspendSchoolContactInput {
    id: ID,
    version: i32,
    reason: String,
}

/// A contact who may sign in again.
#[derive(InputObject)]
struct ReinstateSchoolContactInput {
    id: ID,
    version: i32,
}

/// Another address for a contact.
#[derive(InputObject)]
struct ChangeSchoolContactEmailInput {
    id: ID,
    version: i32,
    email: String,
}

#[derive(Default)]
pub(super) struct ContactMutation;

async fn changed(ctx: &Context<'_>, id: SchoolContactId) -> Result<SchoolContact, Error> {
    store::contact::one(op(ctx), id).await?.map(SchoolContact).ok_or(Error::NotFound)
}

#[Object]
impl ContactMutation {
    /// Approves an address for a school.
    async fn approve_school_contact(
        &self,
        ctx: &Context<'_>,
        input: ApproveSchoolContactInput,
    ) -> Result<SchoolContact, Error> {
        let ApproveSchoolContactInput { school_urn, name, job, email } = input;
        changed(
            ctx,
            command::approve(op(ctx), Approve { school_urn, name, job, email, kind: ContactKind::Lead }).await?,
        )
        .await
    }

    /// Suspends a contact.
    async fn suspend_school_contact(
        &self,
        ctx: &Context<'_>,
        input: SuspendSchoolContactInput,
    ) -> Result<SchoolContact, Error> {
        let SuspendSchoolContactInput { id, version, reason } = input;
        changed(ctx, command::suspend(op(ctx), self::id(&id)?, version, reason).await?).await
    }

    /// Lets a suspended contact in again.
    async fn reinstate_school_contact(
        &self,
        ctx: &Context<'_>,
        input: ReinstateSchoolContactInput,
    ) -> Result<SchoolContact, Error> {
        let ReinstateSchoolContactInput { id, version } = input;
        changed(ctx, command::reinstate(op(ctx), self::id(&id)?, version).await?).await
    }

    /// Puts another address in place of the approved one.
    async fn change_school_contact_email(
        &self,
        ctx: &Context<'_>,
        input: ChangeSchoolContactEmailInput,
    ) -> Result<SchoolContact, Error> {
        let ChangeSchoolContactEmailInput { id, version, email } = input;
        changed(ctx, command::change_email(op(ctx), self::id(&id)?, version, email).await?).await
    }
}
