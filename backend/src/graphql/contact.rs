//! Approved school contacts, and changes to their approvals. What must not live here: when a contact is asked to
//! confirm (`domain::contact`).

use async_graphql::{Context, Description, ID, InputObject, Object};
use chrono::{DateTime, Utc};
use entity::vocabulary::{ContactKind, ContactState};
use entity::{SchoolContactId, draft, school_contact};

use super::guarded::op;
use super::input::{Date, id, shown};
use super::loaders::loads;
use super::page::PageInfo;
use super::referral::Referral;
use super::school::School;
use crate::domain::contact::Contact;
use crate::domain::policy::{decides_contacts_alone, manages_contacts, proposes_contacts};
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
    /// Only contacts of the school with this URN.
    school_urn: Option<String>,
    /// Only contacts in this state.
    state: Option<ContactState>,
    /// Only contacts who are this at their school.
    kind: Option<ContactKind>,
    /// True: only those who were asked to confirm the approval and have not answered yet. False: only the others.
    asked: Option<bool>,
}

pub(super) fn must_manage(ctx: &Context<'_>) -> Result<(), Error> {
    op(ctx).require(manages_contacts(&op(ctx).viewer))
}

/// Refuses all but the head teacher of a school.
pub(super) fn must_propose(ctx: &Context<'_>) -> Result<(), Error> {
    op(ctx).require(proposes_contacts(&op(ctx).viewer))
}

#[Object]
impl ContactQuery {
    /// One approved school contact; null when there is none. For those who manage contacts.
    async fn school_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The `id` of the contact.")] id: ID,
    ) -> Result<Option<SchoolContact>, Error> {
        must_manage(ctx)?;
        let Ok(id) = self::id(&id) else { return Ok(None) };
        Ok(store::contact::one(op(ctx), id).await?.map(SchoolContact))
    }

    /// Approved school contacts by name, a page at a time. For those who manage contacts: administrators, managers and
    /// CME officers.
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
        let wanted = Wanted::parse(op(ctx), first, after.as_deref(), before.as_deref())?;
        let filter = match filter {
            None => Filter::default(),
            Some(SchoolContactFilter { search, school_urn, state, kind, asked }) => {
                Filter { search, school_urn, state, kind, asked }
            }
        };
        Ok(SchoolContactConnection(store::contact::list(op(ctx), &filter, &wanted).await?))
    }

    /// The contacts of the viewer's own school, for its head teacher.
    #[graphql(complexity = "25 * child_complexity")]
    async fn own_school_contacts(&self, ctx: &Context<'_>) -> Result<Vec<OwnSchoolContact>, Error> {
        must_propose(ctx)?;
        Ok(store::contact::of_own_school(op(ctx)).await?.into_iter().map(OwnSchoolContact).collect())
    }

    /// The unsent drafts that closed schools left behind, oldest first: at most 100. For those who manage contacts.
    #[graphql(complexity = "25 * child_complexity")]
    async fn drafts_of_closed_schools(&self, ctx: &Context<'_>) -> Result<Vec<LeftDraft>, Error> {
        must_manage(ctx)?;
        Ok(store::draft::of_closed_schools(op(ctx)).await?.into_iter().map(LeftDraft).collect())
    }
}

/// A page of contacts.
#[derive(Description)]
pub(super) struct SchoolContactConnection(Page<school_contact::Model>);

#[Object(use_type_description)]
impl SchoolContactConnection {
    async fn nodes(&self) -> Vec<SchoolContact> {
        self.0.nodes.iter().cloned().map(SchoolContact).collect()
    }

    async fn page_info(&self, ctx: &Context<'_>) -> PageInfo {
        PageInfo::of(ctx, &self.0, |row| row.id.0)
    }
}

/// The approval of one address for one school.
#[derive(Description)]
pub(super) struct SchoolContact(school_contact::Model);

#[Object(use_type_description)]
impl SchoolContact {
    async fn id(&self) -> ID {
        shown(self.0.id)
    }

    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The school that the address is approved for.
    async fn school(&self, ctx: &Context<'_>) -> Result<School, Error> {
        loads(ctx).load_one(self.0.school_id).await?.map(School).ok_or(Error::NotFound)
    }

    /// The contact's name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What they do at the school.
    async fn job(&self) -> &str {
        &self.0.job
    }

    /// The address that they sign in with.
    async fn email(&self) -> &str {
        &self.0.email
    }

    /// What they are at the school.
    async fn kind(&self) -> ContactKind {
        self.0.kind
    }

    /// Whether the address may be used to sign in.
    async fn state(&self) -> ContactState {
        self.0.state
    }

    /// When they, or whoever reinstated them or changed their address, last said that the approval still holds; null
    /// when nobody has.
    async fn confirmed_at(&self) -> Option<DateTime<Utc>> {
        self.0.confirmed_at
    }

    /// The day by which they must say so; null if they were not asked, or have answered.
    async fn confirm_by(&self) -> Option<Date> {
        confirm_by(&self.0)
    }

    /// Why it is suspended; null while it is not.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// When it was first approved.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// Whether the viewer may reinstate this contact, or change the address, without a second person. Whoever may not
    /// proposes it with `proposeContactChange`.
    async fn may_decide_alone(&self, ctx: &Context<'_>) -> bool {
        decides_contacts_alone(&op(ctx).viewer)
    }

    /// What this contact has sent, newest first.
    #[graphql(complexity = "first.max(0) as usize * child_complexity")]
    async fn referrals(&self, ctx: &Context<'_>, #[graphql(default = 25)] first: i32) -> Result<Vec<Referral>, Error> {
        let first = u64::try_from(first).ok().filter(|first| (1..=LARGEST).contains(first));
        let first = first.ok_or_else(|| Error::invalid("first", "Ask for between 1 and 100 at a time"))?;
        let sent = store::referral::sent_by(op(ctx), self.0.id, first).await?;
        Ok(sent.into_iter().map(|row| Referral::shown(ctx, row)).collect())
    }
}

fn confirm_by(row: &school_contact::Model) -> Option<Date> {
    row.asked_at.filter(|_| store::contact::is_asked(row)).map(|asked| Date(Contact::answers_by(asked)))
}

/// A contact as the head teacher of the same school sees them.
#[derive(Description)]
pub(super) struct OwnSchoolContact(pub(super) school_contact::Model);

#[Object(use_type_description)]
impl OwnSchoolContact {
    async fn id(&self) -> ID {
        shown(self.0.id)
    }

    /// The contact's name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What they do at the school.
    async fn job(&self) -> &str {
        &self.0.job
    }

    /// What they are at the school.
    async fn kind(&self) -> ContactKind {
        self.0.kind
    }

    /// Whether their address may be used to sign in.
    async fn state(&self) -> ContactState {
        self.0.state
    }

    /// When somebody last vouched for them: when they were approved, or later.
    async fn confirmed_at(&self) -> DateTime<Utc> {
        self.0.confirmed_at.unwrap_or(self.0.created_at)
    }

    /// The day by which they must confirm that they still work there; null if they were not asked, or have answered.
    async fn confirm_by(&self) -> Option<Date> {
        confirm_by(&self.0)
    }
}

/// An unsent draft of a closed school: that it is there, never what it says.
#[derive(Description)]
pub(super) struct LeftDraft(draft::Model);

#[Object(use_type_description)]
impl LeftDraft {
    async fn id(&self) -> ID {
        shown(self.0.id)
    }

    /// The school, which has closed.
    async fn school(&self, ctx: &Context<'_>) -> Result<School, Error> {
        loads(ctx).load_one(self.0.school_id).await?.map(School).ok_or(Error::NotFound)
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
}

/// An address to approve for a school.
#[derive(InputObject)]
struct ApproveSchoolContactInput {
    /// The URN of the school, six digits. It must be open.
    school_urn: String,
    /// The contact's name.
    name: String,
    /// What they do at the school, such as "Attendance lead".
    job: String,
    /// The address that they sign in with.
    email: String,
    /// What the contact is at the school. Needed: null is answered with `INVALID`.
    kind: Option<ContactKind>,
}

/// A contact whose mail came back.
#[derive(InputObject)]
struct RecordBounceInput {
    /// The `id` of the contact.
    id: ID,
    version: i32,
}

/// What a contact is at the school from now on.
#[derive(InputObject)]
struct ChangeSchoolContactKindInput {
    /// The `id` of the contact.
    id: ID,
    version: i32,
    /// What they are from now on. Needed: null is answered with `INVALID`.
    kind: Option<ContactKind>,
}

/// The approval that its contact says still holds.
#[derive(InputObject)]
struct ConfirmApprovalInput {
    /// The `id` of the viewer's own approval, as `Viewer.approval` has it.
    id: ID,
}

/// A contact who may no longer sign in.
#[derive(InputObject)]
struct SuspendSchoolContactInput {
    /// The `id` of the contact.
    id: ID,
    version: i32,
    /// Why: it is kept with the contact.
    reason: String,
}

/// A contact who may sign in again.
#[derive(InputObject)]
struct ReinstateSchoolContactInput {
    /// The `id` of the contact.
    id: ID,
    version: i32,
}

/// Another address for a contact.
#[derive(InputObject)]
struct ChangeSchoolContactEmailInput {
    /// The `id` of the contact.
    id: ID,
    version: i32,
    /// The new address, which must differ from the approved one.
    email: String,
}

#[derive(Default)]
pub(super) struct ContactMutation;

async fn changed(ctx: &Context<'_>, id: SchoolContactId) -> Result<SchoolContact, Error> {
    store::contact::one(op(ctx), id).await?.map(SchoolContact).ok_or(Error::NotFound)
}

#[Object]
impl ContactMutation {
    /// Approves an address for a school. For those who manage contacts. Refused with `FORBIDDEN`, `INVALID` or
    /// `CONFLICT`.
    async fn approve_school_contact(
        &self,
        ctx: &Context<'_>,
        input: ApproveSchoolContactInput,
    ) -> Result<SchoolContact, Error> {
        let ApproveSchoolContactInput { school_urn, name, job, email, kind } = input;
        changed(ctx, command::approve(op(ctx), Approve { school_urn, name, job, email, kind }).await?).await
    }

    /// Suspends a contact, who can sign in no longer. For those who manage contacts. Refused with `FORBIDDEN`,
    /// `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn suspend_school_contact(
        &self,
        ctx: &Context<'_>,
        input: SuspendSchoolContactInput,
    ) -> Result<SchoolContact, Error> {
        let SuspendSchoolContactInput { id, version, reason } = input;
        changed(ctx, command::suspend(op(ctx), self::id(&id)?, version, reason).await?).await
    }

    /// Suspends a contact whose mail came back. For those who manage contacts. Refused with `FORBIDDEN`, `NOT_FOUND` or
    /// `CONFLICT`.
    async fn record_bounce(&self, ctx: &Context<'_>, input: RecordBounceInput) -> Result<SchoolContact, Error> {
        let RecordBounceInput { id, version } = input;
        changed(ctx, command::bounced(op(ctx), self::id(&id)?, version).await?).await
    }

    /// Says what a contact is at the school. For those who manage contacts. Refused with `FORBIDDEN`, `NOT_FOUND`,
    /// `INVALID` or `CONFLICT`.
    async fn change_school_contact_kind(
        &self,
        ctx: &Context<'_>,
        input: ChangeSchoolContactKindInput,
    ) -> Result<SchoolContact, Error> {
        let ChangeSchoolContactKindInput { id, version, kind } = input;
        changed(ctx, command::change_kind(op(ctx), self::id(&id)?, version, kind).await?).await
    }

    /// The viewer, who is a school contact, says that they still work at the school. Refused with `FORBIDDEN`,
    /// `INVALID` or `CONFLICT`.
    async fn confirm_approval(
        &self,
        ctx: &Context<'_>,
        input: ConfirmApprovalInput,
    ) -> Result<OwnSchoolContact, Error> {
        let op = op(ctx);
        let viewer = if let Viewer::SchoolContact(viewer) = &op.viewer { Some(viewer.id) } else { None };
        op.require(viewer.is_some())?;
        // Somebody who is approved for two schools may have switched to the other in another window.
        if Some(self::id::<SchoolContactId>(&input.id)?) != viewer {
            return Err(Error::invalid("id", "You act for another school now: look at your school’s page again"));
        }
        let id = command::confirm(op).await?;
        store::contact::one(op, id).await?.map(OwnSchoolContact).ok_or(Error::NotFound)
    }

    /// Lets a suspended contact in again. For administrators and managers; an officer proposes it. Refused with
    /// `FORBIDDEN`, `NOT_FOUND` or `CONFLICT`.
    async fn reinstate_school_contact(
        &self,
        ctx: &Context<'_>,
        input: ReinstateSchoolContactInput,
    ) -> Result<SchoolContact, Error> {
        let ReinstateSchoolContactInput { id, version } = input;
        changed(ctx, command::reinstate(op(ctx), self::id(&id)?, version).await?).await
    }

    /// Puts another address in place of the approved one. For administrators and managers; an officer proposes it.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn change_school_contact_email(
        &self,
        ctx: &Context<'_>,
        input: ChangeSchoolContactEmailInput,
    ) -> Result<SchoolContact, Error> {
        let ChangeSchoolContactEmailInput { id, version, email } = input;
        changed(ctx, command::change_email(op(ctx), self::id(&id)?, version, email).await?).await
    }
}
