//! Who is asking. A [`Viewer`] is decided once per request, in `auth`, and never changes after.

use std::collections::BTreeSet;
use std::fmt;

use entity::vocabulary::{ContactKind, Scope, SharedField, StaffRole};
use entity::{AgencyId, ClientId, SchoolContactId, SchoolId, StaffId, TokenId};

/// Who is asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// Nobody is signed in.
    Anonymous,
    /// A member of staff.
    Staff(Staff),
    /// An approved contact, for one school.
    SchoolContact(SchoolContact),
    /// The bearer of a partner agency's token.
    Partner(Partner),
    /// The system itself, for a job.
    System(Job),
}

/// A signed-in member of staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staff {
    /// Their row.
    pub id: StaffId,
    /// As their colleagues know them.
    pub name: String,
    /// What they may be; none means nothing is allowed.
    pub roles: BTreeSet<StaffRole>,
}

/// A signed-in school contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchoolContact {
    /// The approval they signed in under.
    pub id: SchoolContactId,
    /// Their name.
    pub name: String,
    /// The one school they act for.
    pub school: SchoolId,
    /// What they are there.
    pub kind: ContactKind,
}

/// A partner agency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partner {
    /// The token.
    pub token: TokenId,
    /// The program that bears it.
    pub client: ClientId,
    /// The agency.
    pub agency: AgencyId,
    /// The agency's name.
    pub name: String,
    /// What the token may be used for; none means nothing.
    pub scopes: BTreeSet<Scope>,
    /// What it may be shown beyond that a child is known; none means nothing.
    pub fields: BTreeSet<SharedField>,
    /// Why it may ask.
    pub purpose: String,
    /// How many points it may use in a minute.
    pub per_minute: i32,
    /// How many points it may use in a day.
    pub per_day: i32,
}

/// What the system does by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    /// A command typed by the operator.
    Operator,
    /// An import of the national register or of term dates.
    Import,
    /// The watch for unusual use of the API.
    Watch,
    /// What keeps the approvals of school contacts true.
    Contacts,
    /// The council's directory, when somebody comes by its single sign-on.
    Directory,
}

impl Viewer {
    /// Whether this is staff with any of `roles`.
    pub fn is_any(&self, roles: &[StaffRole]) -> bool {
        matches!(self, Self::Staff(staff) if roles.iter().any(|role| staff.roles.contains(role)))
    }

    /// Whether this is a partner with `scope`.
    pub fn has_scope(&self, scope: Scope) -> bool {
        matches!(self, Self::Partner(partner) if partner.scopes.contains(&scope))
    }

    /// The purpose a partner asks for.
    pub fn purpose(&self) -> Option<&str> {
        match self {
            Self::Partner(partner) => Some(&partner.purpose),
            _ => None,
        }
    }
}

/// As events and access notes write it: the kind and an id, never a name.
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
