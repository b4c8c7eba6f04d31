//! What head teachers propose about the contacts of their schools, and officers about any.

use async_graphql::{Context, ID, InputObject, Object};
use chrono::{DateTime, Utc};
use entity::vocabulary::{ContactKind, ProposalKind, ProposalState};
use entity::{ContactProposalId, contact_proposal};

use super::contact::{OwnSchoolContact, must_manage, must_propose};
use super::guarded::op;
use super::input::{id, shown};
use super::loaders::loads;
use super::page::PageInfo;
use super::school::School;
use crate::domain::policy::{approves_proposals, proposes_contacts};
use crate::domain::proposal::{Proposer, Typed};
use crate::error::Error;
use crate::service::proposal as command;
use crate::store;
use crate::store::page::{Page, Wanted};

#[derive(Default)]
pub(super) struct ProposalQuery;

/// Refuses all but the head teachers, and those who decide.
fn must_see(ctx: &Context<'_>) -> Result<(), Error> {
    if proposes_contacts(&op(ctx).viewer) { must_propose(ctx) } else { must_manage(ctx) }
}

#[Object]
impl ProposalQuery {
    /// One proposal.
    async fn contact_proposal(&self, ctx: &Context<'_>, id: ID) -> Result<Option<ContactProposal>, Error> {
        must_see(ctx)?;
        let Ok(id) = self::id(&id) else { return Ok(None) };
        Ok(store::proposal::one(op(ctx), id).await?.map(ContactProposal))
    }

    /// Proposals, newest first: those of the viewer's school for its head teacher, all for those who decide.
    #[graphql(complexity = "first.max(0) as usize * child_complexity")]
    async fn contact_proposals(
        &self,
        ctx: &Context<'_>,
        state: Option<ProposalState>,
        #[graphql(default = 25)] first: i32,
        after: Option<String>,
        before: Option<String>,
    ) -> Result<ContactProposalConnection, Error> {
        must_see(ctx)?;
        let wanted = Wanted::parse(op(ctx), first, after.as_deref(), before.as_deref())?;
        Ok(ContactProposalConnection(store::proposal::list(op(ctx), state, &wanted).await?))
    }
}

/// A page of proposals.
pub(super) struct ContactProposalConnection(Page<contact_proposal::Model>);

#[Object]
impl ContactProposalConnection {
    async fn nodes(&self) -> Vec<ContactProposal> {
        self.0.nodes.iter().cloned().map(ContactProposal).collect()
    }

    async fn page_info(&self, ctx: &Context<'_>) -> PageInfo {
        PageInfo::of(ctx, &self.0, |row| row.id.0)
    }
}

/// A change to the contacts of a school that waits, or waited, for somebody to decide: proposed by its head teacher, or by
/// an officer who may not do it alone.
pub(super) struct ContactProposal(contact_proposal::Model);

#[Object]
impl ContactProposal {
    async fn id(&self) -> ID {
        shown(self.0.id)
    }

    async fn version(&self) -> i32 {
        self.0.version
    }

    async fn kind(&self) -> ProposalKind {
        self.0.kind
    }

    async fn state(&self) -> ProposalState {
        self.0.state
    }

    async fn school(&self, ctx: &Context<'_>) -> Result<School, Error> {
        loads(ctx).load_one(self.0.school_id).await?.map(School).ok_or(Error::NotFound)
    }

    /// The name of the head teacher or of the officer.
    async fn proposed_by(&self, ctx: &Context<'_>) -> Result<String, Error> {
        let name = match (self.0.proposed_by, self.0.proposed_by_staff) {
            (Some(head), _) => loads(ctx).load_one(head).await?.map(|contact| contact.name),
            (None, Some(officer)) => loads(ctx).load_one(officer).await?.map(|officer| officer.name),
            (None, None) => None,
        };
        Ok(name.unwrap_or_default())
    }

    /// Whether an officer proposes it, who must not do it alone.
    async fn by_officer(&self) -> bool {
        self.0.proposed_by_staff.is_some()
    }

    /// Whether the viewer may approve it. Nobody approves what they proposed themselves.
    async fn may_approve(&self, ctx: &Context<'_>) -> bool {
        let viewer = &op(ctx).viewer;
        let by = self.0.proposed_by.map(Proposer::Head).or(self.0.proposed_by_staff.map(Proposer::Officer));
        approves_proposals(viewer, by.is_some_and(|by| by.is(viewer)))
    }

    async fn proposed_at(&self) -> DateTime<Utc> {
        self.0.proposed_at
    }

    async fn decided_at(&self) -> Option<DateTime<Utc>> {
        self.0.decided_at
    }

    /// Whom it is about; nobody yet when it adds one.
    async fn contact(&self, ctx: &Context<'_>) -> Result<Option<OwnSchoolContact>, Error> {
        let Some(contact) = self.0.contact_id else { return Ok(None) };
        Ok(loads(ctx).load_one(contact).await?.map(OwnSchoolContact))
    }

    /// Whose address is to be approved.
    async fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    /// What they do at the school.
    async fn job(&self) -> Option<&str> {
        self.0.job.as_deref()
    }

    /// The address to approve, or to put in the place of the one now approved.
    async fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// Why it was declined.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }
}

/// A change to the contacts of the viewer's school; for an officer, to any contact: another address, or to reinstate them.
#[derive(InputObject)]
struct ProposeContactChangeInput {
    kind: Option<ProposalKind>,
    /// Whom it is about, unless it adds somebody.
    contact: Option<ID>,
    #[graphql(default)]
    name: String,
    #[graphql(default)]
    job: String,
    #[graphql(default)]
    email: String,
    #[graphql(default)]
    note: String,
}

/// A proposal to approve.
#[derive(InputObject)]
struct ApproveProposalInput {
    id: ID,
    version: i32,
    /// What a new contact is at the school.
    kind: Option<ContactKind>,
}

/// A proposal to decline.
#[derive(InputObject)]
struct DeclineProposalInput {
    id: ID,
    version: i32,
    reason: String,
}

#[derive(Default)]
pub(super) struct ProposalMutation;

async fn decided(ctx: &Context<'_>, id: ContactProposalId) -> Result<ContactProposal, Error> {
    store::proposal::one(op(ctx), id).await?.map(ContactProposal).ok_or(Error::NotFound)
}

#[Object]
impl ProposalMutation {
    /// Proposes a change to the contacts of the viewer's own school, or as an officer one that needs a second person.
    async fn propose_contact_change(
        &self,
        ctx: &Context<'_>,
        input: ProposeContactChangeInput,
    ) -> Result<ContactProposal, Error> {
        let ProposeContactChangeInput { kind, contact, name, job, email, note } = input;
        let contact = contact.filter(|id| !id.is_empty()).map(|id| self::id(&id)).transpose()?;
        decided(ctx, command::propose(op(ctx), Typed { kind, contact, name, job, email, note }).await?).await
    }

    /// Approves a proposal of somebody else, and does what it proposes.
    async fn approve_proposal(&self, ctx: &Context<'_>, input: ApproveProposalInput) -> Result<ContactProposal, Error> {
        let ApproveProposalInput { id, version, kind } = input;
        decided(ctx, command::approve(op(ctx), self::id(&id)?, version, kind).await?).await
    }

    /// Declines a proposal.
    async fn decline_proposal(&self, ctx: &Context<'_>, input: DeclineProposalInput) -> Result<ContactProposal, Error> {
        let DeclineProposalInput { id, version, reason } = input;
        decided(ctx, command::decline(op(ctx), self::id(&id)?, version, reason).await?).await
    }
}
