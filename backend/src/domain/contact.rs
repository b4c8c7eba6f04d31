//! Approved school contacts: the facts of an approval and what may be decided of it. The approval of one address for
//! one school is the security boundary of the portal.

use entity::SchoolId;
use entity::vocabulary::{ContactKind, ContactState};
use serde::{Deserialize, Serialize};

use super::answers::text;
use super::email::Email;
use crate::error::{Conflict, Error, FieldFault};

/// What contacts were before there were kinds.
fn lead() -> ContactKind {
    ContactKind::Lead
}

/// A fact of an approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload", rename_all = "snake_case")]
pub enum ContactEvent {
    /// An address was approved for a school.
    ContactApproved {
        /// The school.
        school: SchoolId,
        /// Whose address it is.
        name: String,
        /// What they do there.
        job: String,
        /// The address, canonical.
        email: String,
        /// What they are at the school.
        #[serde(default = "lead")]
        kind: ContactKind,
    },
    /// It may no longer be used.
    ContactSuspended {
        /// Why.
        reason: String,
    },
    /// It may be used again.
    ContactReinstated {},
    /// All sessions under it were ended, by the contact.
    ContactSessionsEnded {},
    /// Another address took its place.
    ContactEmailChanged {
        /// The new address, canonical.
        email: String,
    },
}

/// An approval: the fold of its facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// The school.
    pub school: SchoolId,
    /// Whose address it is.
    pub name: String,
    /// What they do there.
    pub job: String,
    /// The address, canonical.
    pub email: String,
    /// What they are at the school.
    pub kind: ContactKind,
    /// Whether it may be used.
    pub state: ContactState,
    /// Why not.
    pub reason: Option<String>,
    /// How often open sessions had to end.
    pub epoch: i32,
    /// How many facts it has.
    pub version: i32,
}

impl Contact {
    /// The approval after one more fact; `None` while nothing has approved it.
    pub fn fold(before: Option<Self>, event: &ContactEvent) -> Option<Self> {
        if let ContactEvent::ContactApproved { school, name, job, email, kind } = event {
            return Some(Self {
                school: *school,
                name: name.clone(),
                job: job.clone(),
                email: email.clone(),
                kind: *kind,
                state: ContactState::Active,
                reason: None,
                epoch: 0,
                version: 1,
            });
        }
        let mut contact = before?;
        contact.version += 1;
        match event {
            ContactEvent::ContactApproved { .. } => {}
            ContactEvent::ContactSuspended { reason } => {
                contact.state = ContactState::Suspended;
                contact.reason = Some(reason.clone());
                contact.epoch += 1;
            }
            ContactEvent::ContactReinstated {} => {
                contact.state = ContactState::Active;
                contact.reason = None;
            }
            ContactEvent::ContactSessionsEnded {} => contact.epoch += 1,
            ContactEvent::ContactEmailChanged { email } => {
                contact.email.clone_from(email);
                contact.epoch += 1;
            }
        }
        Some(contact)
    }

    /// Decides to suspend it.
    pub fn suspend(&self, reason: &str) -> Result<ContactEvent, Error> {
        if self.state == ContactState::Suspended {
            return Err(Conflict::ContactAlready("suspended").into());
        }
        match text(reason, "The reason", 1_000) {
            Ok(Some(reason)) => Ok(ContactEvent::ContactSuspended { reason }),
            Ok(None) => Err(Error::invalid("reason", "Enter why this contact is suspended")),
            Err(message) => Err(Error::invalid("reason", message)),
        }
    }

    /// Decides to let it be used again.
    pub fn reinstate(&self) -> Result<ContactEvent, Error> {
        if self.state == ContactState::Active {
            return Err(Conflict::ContactAlready("active").into());
        }
        Ok(ContactEvent::ContactReinstated {})
    }

    /// Decides to put another address in its place.
    pub fn change_email(&self, email: &str) -> Result<ContactEvent, Error> {
        let email = parse_email(email).map_err(|fault| Error::Invalid(vec![fault]))?;
        if email == self.email {
            return Err(Error::invalid("email", "Enter an address that differs from the one now approved"));
        }
        Ok(ContactEvent::ContactEmailChanged { email })
    }
}

/// Decides to approve an address; every fault at once.
pub fn approve(
    school: Option<SchoolId>,
    name: &str,
    job: &str,
    email: &str,
    kind: ContactKind,
) -> Result<ContactEvent, Error> {
    let mut faults = Vec::new();
    if school.is_none() {
        faults.push(FieldFault::new("schoolUrn", "Choose a school that is open"));
    }
    let mut line = |field: &str, typed: &str, called: &str, lacking: &str| match text(typed, called, 100) {
        Ok(Some(text)) => Some(text),
        Ok(None) => {
            faults.push(FieldFault::new(field, lacking));
            None
        }
        Err(message) => {
            faults.push(FieldFault::new(field, message));
            None
        }
    };
    let name = line("name", name, "Name", "Enter the contact’s name");
    let job = line("job", job, "Job", "Enter what the contact does at the school");
    let email = parse_email(email).map_err(|fault| faults.push(fault)).ok();
    match (school, name, job, email) {
        (Some(school), Some(name), Some(job), Some(email)) if faults.is_empty() => {
            Ok(ContactEvent::ContactApproved { school, name, job, email, kind })
        }
        _ => Err(Error::Invalid(faults)),
    }
}

fn parse_email(typed: &str) -> Result<String, FieldFault> {
    if typed.trim().is_empty() {
        return Err(FieldFault::new("email", "Enter an e-mail address"));
    }
    Email::parse(typed)
        .map(|email| email.to_string())
        .map_err(|_| FieldFault::new("email", "Enter an e-mail address in the correct format, like name@example.com"))
}
