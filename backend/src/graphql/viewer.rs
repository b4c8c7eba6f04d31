//! Who is asking, as the API tells it.

use async_graphql::{Context, Description, Enum, ID, Object};
use entity::vocabulary::{Scope, StaffRole};

use super::contact::OwnSchoolContact;
use super::guarded::op;
use super::input::shown;
use super::loaders::loads;
use super::school::School;
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
}
