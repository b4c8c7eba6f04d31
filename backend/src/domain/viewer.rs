//! Who is asking. A [`Viewer`] is decided once per request, in `auth`, and never changes after.
//!
//! What must not live here: what a viewer may do (`domain::policy`).

use std::collections::BTreeSet;
use std::fmt;

use entity::vocabulary::{ContactKind, Scope, SharedField, StaffRole};
use entity::{AgencyId, ClientId, SchoolContactId, SchoolId, StaffId, TokenId};

/// Who is asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// Somebody who is not signed in.
    Anonymous,
    /// A signed-in member of staff.
    Staff(Staff),
    /// A signed-in school contact, for one school.
    SchoolContact(SchoolContact),
    /// A partner agency's client, by its token.
    Partner(Partner),
    /// The system itself, for a job that nobody signed in asked for.
    System(Job),
}

/// A signed-in member of staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staff {
    /// The id of their account.
    pub id: StaffId,
    /// Their name.
    pub name: String,
    /// Their roles; empty allows nothing.
    pub roles: BTreeSet<StaffRole>,
}

/// A signed-in school contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchoolContact {
    /// The contact they signed in as.
    pub id: SchoolContactId,
    /// Their name.
    pub name: String,
    /// The one school they act for.
    pub school: SchoolId,
    /// What they are to the school.
    pub kind: ContactKind,
}

/// The client of a partner agency whose token came with the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partner {
    /// The token that came with the request.
    pub token: TokenId,
    /// The client that the token belongs to.
    pub client: ClientId,
    /// The agency of the client.
    pub agency: AgencyId,
    /// The agency's name.
    pub name: String,
    /// The uses its terms allow; empty allows nothing.
    pub scopes: BTreeSet<Scope>,
    /// The fields its terms let it see; empty shows only that a child is known.
    pub fields: BTreeSet<SharedField>,
    /// The purpose of the agreement it works under.
    pub purpose: String,
    /// The points it may spend in a minute.
    pub per_minute: i32,
    /// The points it may spend in a day.
    pub per_day: i32,
}

/// A job that the system does by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    /// A command typed by the operator.
    Operator,
    /// An import of the national register or of term dates.
    Import,
    /// The watch over the API, the inbox and the clocks: it tells people what is due and late, pauses clients that are
    /// used unusually, warns of tokens and agreements that end, and tells the MASH of grouped reports.
    Watch,
    /// The termly confirmation of school contacts, which asks, reminds and suspends.
    Contacts,
    /// Single sign-on, which adds and changes accounts by the word of the council's directory.
    Directory,
}

impl Viewer {
    /// Whether this is staff with at least one of `roles`.
    pub fn is_any(&self, roles: &[StaffRole]) -> bool {
        matches!(self, Self::Staff(staff) if roles.iter().any(|role| staff.roles.contains(role)))
    }

    /// The account of a member of staff; `None` for anybody else.
    pub fn staff(&self) -> Option<StaffId> {
        if let Self::Staff(staff) = self { Some(staff.id) } else { None }
    }

    /// Whether this is a partner whose terms allow `scope`.
    pub fn has_scope(&self, scope: Scope) -> bool {
        matches!(self, Self::Partner(partner) if partner.scopes.contains(&scope))
    }

    /// The purpose of a partner's agreement, for access notes; `None` for anybody else.
    pub fn purpose(&self) -> Option<&str> {
        match self {
            Self::Partner(partner) => Some(&partner.purpose),
            _ => None,
        }
    }
}

/// The form in which events and access notes store a viewer: the kind and an id, never a name.
impl fmt::Display for Viewer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anonymous => f.write_str("public"),
            Self::Staff(staff) => write!(f, "staff:{}", staff.id),
            Self::SchoolContact(contact) => write!(f, "contact:{}", contact.id),
            Self::Partner(partner) => write!(f, "token:{}", partner.token),
            Self::System(Job::Operator) => f.write_str("system:operator"),
            Self::System(Job::Import) => f.write_str("system:import"),
            Self::System(Job::Watch) => f.write_str("system:watch"),
            Self::System(Job::Contacts) => f.write_str("system:contacts"),
            Self::System(Job::Directory) => f.write_str("system:directory"),
        }
    }
}
