//! The viewer of a request: who they are and what they may do. What must not live here: the rights themselves
//! (`domain::policy`).

use async_graphql::{Context, Description, Enum, ID, Object};
use entity::vocabulary::{Scope, StaffRole};

use super::contact::OwnSchoolContact;
use super::guarded::op;
use super::input::shown;
use super::loaders::loads;
use super::school::School;
use crate::domain::policy::Rights;
use crate::domain::viewer::Viewer as Asking;
use crate::error::Error;
use crate::store;

#[derive(Default)]
pub(super) struct ViewerQuery;

#[Object]
impl ViewerQuery {
    /// Who is asking. For everybody.
    async fn viewer(&self) -> Viewer {
        Viewer
    }
}

/// Who is asking.
#[derive(Description)]
pub(super) struct Viewer;

/// What a viewer is.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
enum ViewerKind {
    /// Nobody signed in
    Anonymous,
    /// Staff
    Staff,
    /// School contact
    SchoolContact,
    /// Partner agency
    Partner,
    /// The system itself
    System,
}

#[Object(use_type_description)]
impl Viewer {
    /// What they are.
    async fn kind(&self, ctx: &Context<'_>) -> ViewerKind {
        match op(ctx).viewer {
            Asking::Anonymous => ViewerKind::Anonymous,
            Asking::Staff(_) => ViewerKind::Staff,
            Asking::SchoolContact(_) => ViewerKind::SchoolContact,
            Asking::Partner(_) => ViewerKind::Partner,
            Asking::System(_) => ViewerKind::System,
        }
    }

    /// Their id among staff; null when they are not staff.
    async fn staff_id(&self, ctx: &Context<'_>) -> Option<ID> {
        match &op(ctx).viewer {
            Asking::Staff(staff) => Some(shown(staff.id)),
            _ => None,
        }
    }

    /// Their name, or that of the partner agency; an empty text when nobody is signed in.
    async fn name(&self, ctx: &Context<'_>) -> String {
        match &op(ctx).viewer {
            Asking::Anonymous | Asking::System(_) => String::new(),
            Asking::Staff(staff) => staff.name.clone(),
            Asking::SchoolContact(contact) => contact.name.clone(),
            Asking::Partner(partner) => partner.name.clone(),
        }
    }

    /// What they may be as staff; empty when they are not.
    async fn roles(&self, ctx: &Context<'_>) -> Vec<StaffRole> {
        match &op(ctx).viewer {
            Asking::Staff(staff) => staff.roles.iter().copied().collect(),
            _ => Vec::new(),
        }
    }

    /// What their token may be used for; empty when they have none.
    async fn scopes(&self, ctx: &Context<'_>) -> Vec<Scope> {
        match &op(ctx).viewer {
            Asking::Partner(partner) => partner.scopes.iter().copied().collect(),
            _ => Vec::new(),
        }
    }

    /// The approval that a school contact acts under; null for everybody else.
    async fn approval(&self, ctx: &Context<'_>) -> Result<Option<OwnSchoolContact>, Error> {
        let op = op(ctx);
        match &op.viewer {
            Asking::SchoolContact(contact) => Ok(store::contact::one(op, contact.id).await?.map(OwnSchoolContact)),
            _ => Ok(None),
        }
    }

    /// The school that a school contact acts for; null for everybody else.
    async fn school(&self, ctx: &Context<'_>) -> Result<Option<School>, Error> {
        match &op(ctx).viewer {
            Asking::SchoolContact(contact) => Ok(loads(ctx).load_one(contact.school).await?.map(School)),
            _ => Ok(None),
        }
    }

    /// Whether they may list referrals.
    async fn may_list_referrals(&self, ctx: &Context<'_>) -> bool {
        rights(ctx).list_referrals
    }

    /// Whether they may read any referral, and not only one that tells of harm.
    async fn may_read_referrals(&self, ctx: &Context<'_>) -> bool {
        rights(ctx).read_referrals
    }

    /// Whether they may decide what becomes of referrals.
    async fn may_triage(&self, ctx: &Context<'_>) -> bool {
        rights(ctx).triage
    }

    /// Whether they may read the reports that are held, and decide what becomes of them.
    async fn may_read_held_reports(&self, ctx: &Context<'_>) -> bool {
        rights(ctx).read_held_reports
    }

    /// Whether they may list cases.
    async fn may_list_cases(&self, ctx: &Context<'_>) -> bool {
        rights(ctx).list_cases
    }

    /// Whether they may work the cases that are not kept from them.
    async fn may_work_cases(&self, ctx: &Context<'_>) -> bool {
        rights(ctx).work_cases
    }

    /// Whether they may list the flags raised with the MASH.
    async fn may_list_escalations(&self, ctx: &Context<'_>) -> bool {
        rights(ctx).list_escalations
    }

    /// Whether they see to it that nothing is late for anybody.
    async fn may_oversee(&self, ctx: &Context<'_>) -> bool {
        rights(ctx).oversee
    }

    /// Whether they may ask for a restricted case that they may not read.
    async fn may_find_restricted(&self, ctx: &Context<'_>) -> bool {
        rights(ctx).find_restricted
    }

    /// Whether they may review who read a restricted case by breaking the glass.
    async fn may_review_break_glass(&self, ctx: &Context<'_>) -> bool {
        rights(ctx).review_break_glass
    }

    /// Whether they may see and manage the accounts of staff.
    async fn may_manage_staff(&self, ctx: &Context<'_>) -> bool {
        rights(ctx).manage_staff
    }

    /// Whether they may see and manage approved school contacts.
    async fn may_manage_contacts(&self, ctx: &Context<'_>) -> bool {
        rights(ctx).manage_contacts
    }

    /// Whether they may see and manage partner agencies, their agreements, clients and tokens.
    async fn may_manage_agencies(&self, ctx: &Context<'_>) -> bool {
        rights(ctx).manage_agencies
    }

    /// Whether they may see which mails have not left, and have them sent again.
    async fn may_manage_mail(&self, ctx: &Context<'_>) -> bool {
        rights(ctx).manage_mail
    }

    /// Whether they may see to which address a mail goes.
    async fn may_read_mail_addresses(&self, ctx: &Context<'_>) -> bool {
        rights(ctx).read_mail_addresses
    }

    /// Whether they may read access notes.
    async fn may_read_access_notes(&self, ctx: &Context<'_>) -> bool {
        rights(ctx).read_access_notes
    }
}

fn rights(ctx: &Context<'_>) -> Rights {
    Rights::of(&op(ctx).viewer)
}
