//! Proposals of head teachers about the contacts of their schools, and of officers about any contact. What must not
//! live here: who may decide on one (`domain::proposal`).

use async_graphql::{Context, Description, ID, InputObject, Object};
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
    /// One proposal; null when there is none that the viewer may see. For the head teacher of its school and for those
    /// who decide.
    async fn contact_proposal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The `id` of the proposal.")] id: ID,
    ) -> Result<Option<ContactProposal>, Error> {
        must_see(ctx)?;
        let Ok(id) = self::id(&id) else { return Ok(None) };
        Ok(store::proposal::one(op(ctx), id).await?.map(ContactProposal))
    }

    /// Proposals, newest first: those of the viewer's school for its head teacher, all for those who decide.
    #[graphql(complexity = "first.max(0) as usize * child_complexity")]
    async fn contact_proposals(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only proposals that stand here; left out, all of them.")] state: Option<ProposalState>,
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
#[derive(Description)]
pub(super) struct ContactProposalConnection(Page<contact_proposal::Model>);

#[Object(use_type_description)]
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
#[derive(Description)]
pub(super) struct ContactProposal(contact_proposal::Model);

#[Object(use_type_description)]
impl ContactProposal {
    async fn id(&self) -> ID {
        shown(self.0.id)
    }

    async fn version(&self) -> i32 {
        self.0.version
    }

    /// What is proposed.
    async fn kind(&self) -> ProposalKind {
        self.0.kind
    }

    /// Where it stands.
    async fn state(&self) -> ProposalState {
        self.0.state
    }

    /// The school whose contacts it changes.
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

    /// When it was proposed.
    async fn proposed_at(&self) -> DateTime<Utc> {
        self.0.proposed_at
    }

    /// When it was approved or declined; null while it waits.
    async fn decided_at(&self) -> Option<DateTime<Utc>> {
        self.0.decided_at
    }

    /// Whom it is about; null when it adds somebody.
    async fn contact(&self, ctx: &Context<'_>) -> Result<Option<OwnSchoolContact>, Error> {
        let Some(contact) = self.0.contact_id else { return Ok(None) };
        Ok(loads(ctx).load_one(contact).await?.map(OwnSchoolContact))
    }

    /// The name of the new contact; null unless it adds one.
    async fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    /// What the new contact does at the school; null unless it adds one.
    async fn job(&self) -> Option<&str> {
        self.0.job.as_deref()
    }

    /// The address to approve, or to put in place of the one now approved; null when no address changes.
    async fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    /// What whoever proposes it adds; null when nothing.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// Why it was declined, for whoever proposed it; null unless it was.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }
}

/// A change to the contacts of the viewer's school; for an officer, to any contact: another address, or to reinstate them.
#[derive(InputObject)]
struct ProposeContactChangeInput {
    /// What is proposed. Needed: null is answered with `INVALID`.
    kind: Option<ProposalKind>,
    /// The `id` of the contact it is about; left out when it adds somebody.
    contact: Option<ID>,
    /// The name of the new contact; left out unless it adds one.
    #[graphql(default)]
    name: String,
    /// What the new contact does at the school; left out unless it adds one.
    #[graphql(default)]
    job: String,
    /// The new contact's address, or the one to put in place of the approved one.
    #[graphql(default)]
    email: String,
    /// Anything for whoever decides: at most 1,000 characters.
    #[graphql(default)]
    note: String,
}

/// A proposal to approve.
#[derive(InputObject)]
struct ApproveProposalInput {
    /// The `id` of the proposal.
    id: ID,
    version: i32,
    /// What a new contact is at the school; needed when the proposal adds one, and otherwise left out.
    kind: Option<ContactKind>,
}

/// A proposal to decline.
#[derive(InputObject)]
struct DeclineProposalInput {
    /// The `id` of the proposal.
    id: ID,
    version: i32,
    /// Why, in words that whoever proposed it reads.
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
    /// For head teachers and those who manage contacts. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn propose_contact_change(
        &self,
        ctx: &Context<'_>,
        input: ProposeContactChangeInput,
    ) -> Result<ContactProposal, Error> {
        let ProposeContactChangeInput { kind, contact, name, job, email, note } = input;
        let contact = contact.filter(|id| !id.is_empty()).map(|id| self::id(&id)).transpose()?;
        decided(ctx, command::propose(op(ctx), Typed { kind, contact, name, job, email, note }).await?).await
    }

    /// Approves a proposal of somebody else, and does what it proposes. For those who manage contacts. Refused with
    /// `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn approve_proposal(&self, ctx: &Context<'_>, input: ApproveProposalInput) -> Result<ContactProposal, Error> {
        let ApproveProposalInput { id, version, kind } = input;
        decided(ctx, command::approve(op(ctx), self::id(&id)?, version, kind).await?).await
    }

    /// Declines a proposal. For those who manage contacts. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or
    /// `CONFLICT`.
    async fn decline_proposal(&self, ctx: &Context<'_>, input: DeclineProposalInput) -> Result<ContactProposal, Error> {
        let DeclineProposalInput { id, version, reason } = input;
        decided(ctx, command::decline(op(ctx), self::id(&id)?, version, reason).await?).await
    }
}
