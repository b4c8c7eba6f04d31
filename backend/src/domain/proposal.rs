//! What a head teacher proposes about the contacts of their school, and what may be decided of it.

use chrono::{DateTime, Utc};
use entity::vocabulary::{ContactKind, ProposalKind, ProposalState};
use entity::{SchoolContactId, SchoolId};
use serde::{Deserialize, Serialize};

use super::answers::text;
use super::contact::{self, Contact, ContactEvent};
use crate::error::{Conflict, Error, FieldFault};

/// Why a contact is suspended whom the head teacher had removed.
pub const REMOVED: &str = "Removed at the request of the head teacher";

/// What is proposed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposedChange {
    /// Approve an address.
    Add {
        /// Whose address it is.
        name: String,
        /// What they do at the school.
        job: String,
        /// The address, canonical.
        email: String,
    },
    /// Suspend a contact.
    Remove {
        /// Whom.
        contact: SchoolContactId,
    },
    /// Put another address in the place of a contact's.
    ChangeEmail {
        /// Whose.
        contact: SchoolContactId,
        /// The new address, canonical.
        email: String,
    },
}

impl ProposedChange {
    /// What kind of proposal it is.
    pub fn kind(&self) -> ProposalKind {
        match self {
            Self::Add { .. } => ProposalKind::Add,
            Self::Remove { .. } => ProposalKind::Remove,
            Self::ChangeEmail { .. } => ProposalKind::ChangeEmail,
        }
    }

    /// Whom it is about; nobody yet when it adds one.
    pub fn contact(&self) -> Option<SchoolContactId> {
        match self {
            Self::Add { .. } => None,
            Self::Remove { contact } | Self::ChangeEmail { contact, .. } => Some(*contact),
        }
    }
}

/// A fact of a proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload", rename_all = "snake_case")]
pub enum ProposalEvent {
    /// A head teacher proposed it.
    ProposalMade {
        /// For their school.
        school: SchoolId,
        /// Under this approval.
        by: SchoolContactId,
        /// What.
        change: ProposedChange,
        /// What they say of it.
        note: Option<String>,
    },
    /// It was approved, and done with it.
    ProposalApproved {},
    /// It was declined.
    ProposalDeclined {
        /// Why.
        reason: String,
    },
}

/// A proposal: the fold of its facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The school.
    pub school: SchoolId,
    /// The head teacher.
    pub by: SchoolContactId,
    /// What is proposed.
    pub change: ProposedChange,
    /// What they say of it.
    pub note: Option<String>,
    /// Where it stands.
    pub state: ProposalState,
    /// Why it was declined.
    pub reason: Option<String>,
    /// When it was made.
    pub proposed_at: DateTime<Utc>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// How many facts it has.
    pub version: i32,
}

impl Proposal {
    /// The proposal after one more fact, recorded `at`; `None` while nothing has made it.
    pub fn fold(before: Option<Self>, event: &ProposalEvent, at: DateTime<Utc>) -> Option<Self> {
        if let ProposalEvent::ProposalMade { school, by, change, note } = event {
            return Some(Self {
                school: *school,
                by: *by,
                change: change.clone(),
                note: note.clone(),
                state: ProposalState::Proposed,
                reason: None,
                proposed_at: at,
                decided_at: None,
                version: 1,
            });
        }
        let mut proposal = before?;
        proposal.version += 1;
        proposal.decided_at = Some(at);
        match event {
            ProposalEvent::ProposalMade { .. } => {}
            ProposalEvent::ProposalApproved {} => proposal.state = ProposalState::Approved,
            ProposalEvent::ProposalDeclined { reason } => {
                proposal.state = ProposalState::Declined;
                proposal.reason = Some(reason.clone());
            }
        }
        Some(proposal)
    }

    fn must_be_open(&self) -> Result<(), Error> {
        if self.state == ProposalState::Proposed { Ok(()) } else { Err(Conflict::ProposalDecided.into()) }
    }

    /// Decides to approve it: what that does to the approval it is about, which stands as `contact`. A new contact is at
    /// the school what the one who approves says.
    pub fn approve(
        &self,
        contact: Option<&Contact>,
        kind: Option<ContactKind>,
    ) -> Result<(ProposalEvent, ContactEvent), Error> {
        self.must_be_open()?;
        let done = match (&self.change, contact) {
            (ProposedChange::Add { name, job, email }, _) => {
                contact::approve(Some(self.school), name, job, email, kind)?
            }
            (ProposedChange::Remove { .. }, Some(contact)) => contact.suspend(REMOVED)?,
            (ProposedChange::ChangeEmail { email, .. }, Some(contact)) => contact.change_email(email)?,
            (ProposedChange::Remove { .. } | ProposedChange::ChangeEmail { .. }, None) => return Err(Error::NotFound),
        };
        Ok((ProposalEvent::ProposalApproved {}, done))
    }

    /// Decides to decline it.
    pub fn decline(&self, reason: &str) -> Result<ProposalEvent, Error> {
        self.must_be_open()?;
        match text(reason, "The reason", 1_000) {
            Ok(Some(reason)) => Ok(ProposalEvent::ProposalDeclined { reason }),
            Ok(None) => Err(Error::invalid("reason", "Enter why this is declined; the head teacher will read it")),
            Err(message) => Err(Error::invalid("reason", message)),
        }
    }
}

/// A proposal as typed.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of the API's `ProposeContactChangeInput`")]
pub struct Typed {
    pub kind: Option<ProposalKind>,
    pub contact: Option<SchoolContactId>,
    pub name: String,
    pub job: String,
    pub email: String,
    pub note: String,
}

/// Decides to propose a change; every fault at once. `about` is the contact it names, if their school has one like that.
pub fn propose(
    school: SchoolId,
    by: SchoolContactId,
    typed: &Typed,
    about: Option<&Contact>,
) -> Result<ProposalEvent, Error> {
    let mut faults = Vec::new();
    let change = change(school, typed, about).map_err(|error| match error {
        Error::Invalid(found) => {
            faults.extend(found);
            None
        }
        error => Some(error),
    });
    let note = text(&typed.note, "The note", 1_000).map_err(|message| faults.push(FieldFault::new("note", message)));
    match (change, note) {
        (Err(Some(error)), _) => Err(error),
        (Ok(change), Ok(note)) => Ok(ProposalEvent::ProposalMade { school, by, change, note }),
        _ => Err(Error::Invalid(faults)),
    }
}

fn change(school: SchoolId, typed: &Typed, about: Option<&Contact>) -> Result<ProposedChange, Error> {
    let kind = typed.kind.ok_or_else(|| Error::invalid("kind", "Select what you propose"))?;
    if kind == ProposalKind::Add {
        // What somebody is at the school is decided with the approval: any kind will do to read the rest.
        let read = contact::approve(Some(school), &typed.name, &typed.job, &typed.email, Some(ContactKind::Deputy))?;
        let ContactEvent::ContactApproved { name, job, email, .. } = read else { return Err(Error::NotFound) };
        return Ok(ProposedChange::Add { name, job, email });
    }
    let (Some(contact), Some(about)) = (typed.contact, about) else {
        return Err(Error::invalid("contact", "Select the contact it is about"));
    };
    if kind == ProposalKind::Remove {
        about.suspend(REMOVED)?;
        return Ok(ProposedChange::Remove { contact });
    }
    match about.change_email(&typed.email)? {
        ContactEvent::ContactEmailChanged { email } => Ok(ProposedChange::ChangeEmail { contact, email }),
        _ => Err(Error::NotFound),
    }
}
