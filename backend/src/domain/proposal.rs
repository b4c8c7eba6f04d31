//! Proposals about school contacts: by a head teacher about the contacts of their school, or by an officer about any
//! contact, for somebody else to decide.
//!
//! What must not live here: who may propose and who may approve (`domain::policy`), and what a contact itself allows
//! (`contact`).

use chrono::{DateTime, Utc};
use entity::vocabulary::{ContactKind, ProposalKind, ProposalState};
use entity::{ContactProposalId, SchoolContactId, SchoolId, StaffId};
use serde::{Deserialize, Serialize};

use super::contact::{self, Contact, ContactEvent};
use super::stream::{Stream, counts};
use super::typed::{self, all, optional_prose};
use super::viewer::Viewer;
use crate::error::{ContactConflict, Error};

/// The reason given on the suspension of a contact whose removal the head teacher proposed.
pub const REMOVED: &str = "Removed at the request of the head teacher";

/// The change that a proposal asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposedChange {
    /// Approve a new contact.
    Add {
        /// The person whose address it is.
        name: String,
        /// Their job at the school.
        job: String,
        /// The address, canonical.
        email: String,
    },
    /// Suspend a contact.
    Remove {
        /// The contact to suspend.
        contact: SchoolContactId,
    },
    /// Replace the address of a contact.
    ChangeEmail {
        /// The contact whose address it is.
        contact: SchoolContactId,
        /// The new address, canonical.
        email: String,
    },
    /// Reinstate a suspended contact.
    Reinstate {
        /// The contact to reinstate.
        contact: SchoolContactId,
    },
}

impl ProposedChange {
    /// The kind, without the details.
    pub fn kind(&self) -> ProposalKind {
        match self {
            Self::Add { .. } => ProposalKind::Add,
            Self::Remove { .. } => ProposalKind::Remove,
            Self::ChangeEmail { .. } => ProposalKind::ChangeEmail,
            Self::Reinstate { .. } => ProposalKind::Reinstate,
        }
    }

    /// The contact it is about; `None` when it adds one.
    pub fn contact(&self) -> Option<SchoolContactId> {
        match self {
            Self::Add { .. } => None,
            Self::Remove { contact } | Self::ChangeEmail { contact, .. } | Self::Reinstate { contact } => {
                Some(*contact)
            }
        }
    }
}

/// The person who made a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proposer {
    /// The head teacher of the school, by the contact they were signed in as.
    Head(SchoolContactId),
    /// An officer who may not make this change without a second person.
    Officer(StaffId),
}

impl Proposer {
    /// Whether `viewer` made the proposal: nobody may approve their own.
    pub fn is(&self, viewer: &Viewer) -> bool {
        match (self, viewer) {
            (Self::Head(id), Viewer::SchoolContact(contact)) => contact.id == *id,
            (Self::Officer(id), Viewer::Staff(staff)) => staff.id == *id,
            _ => false,
        }
    }
}

/// A fact of a proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload", rename_all = "snake_case")]
pub enum ProposalEvent {
    /// A head teacher made the proposal.
    ProposalMade {
        /// The school of the head teacher.
        school: SchoolId,
        /// The head teacher's own contact.
        by: SchoolContactId,
        /// The change proposed.
        change: ProposedChange,
        /// What the proposer says about it; `None` when they wrote nothing.
        note: Option<String>,
    },
    /// An officer made the proposal, for a second person to decide.
    ProposalMadeByOfficer {
        /// The school of the contact.
        school: SchoolId,
        /// The officer.
        by: StaffId,
        /// The change proposed.
        change: ProposedChange,
        /// What the proposer says about it; `None` when they wrote nothing.
        note: Option<String>,
    },
    /// The proposal was approved, and the change was made at the same time.
    ProposalApproved {},
    /// The proposal was declined, and nothing changed.
    ProposalDeclined {
        /// Why, in words that the proposer reads.
        reason: String,
    },
}

/// A proposal: the fold of its facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The id of its stream.
    pub id: ContactProposalId,
    /// The school of the contact it is about.
    pub school: SchoolId,
    /// The person who made it.
    pub by: Proposer,
    /// The change proposed.
    pub change: ProposedChange,
    /// What the proposer says about it; `None` when they wrote nothing.
    pub note: Option<String>,
    /// Whether it is open, approved or declined.
    pub state: ProposalState,
    /// Why it was declined; `None` unless it was.
    pub reason: Option<String>,
    /// When it was made.
    pub proposed_at: DateTime<Utc>,
    /// When it was approved or declined; `None` while it is open.
    pub decided_at: Option<DateTime<Utc>>,
    /// The number of its facts, compared at every write, so that of two writers at once the second is refused.
    pub version: i32,
}

impl Stream for Proposal {
    type Fact = ProposalEvent;
    counts!(ContactProposalId);

    fn begin(id: ContactProposalId, first: &ProposalEvent, at: DateTime<Utc>) -> Option<Self> {
        let (school, by, change, note) = match first {
            ProposalEvent::ProposalMade { school, by, change, note } => (school, Proposer::Head(*by), change, note),
            ProposalEvent::ProposalMadeByOfficer { school, by, change, note } => {
                (school, Proposer::Officer(*by), change, note)
            }
            ProposalEvent::ProposalApproved {} | ProposalEvent::ProposalDeclined { .. } => return None,
        };
        Some(Self {
            id,
            school: *school,
            by,
            change: change.clone(),
            note: note.clone(),
            state: ProposalState::Proposed,
            reason: None,
            proposed_at: at,
            decided_at: None,
            version: 1,
        })
    }

    fn apply(&mut self, fact: &ProposalEvent, at: DateTime<Utc>) {
        match fact {
            ProposalEvent::ProposalMade { .. } | ProposalEvent::ProposalMadeByOfficer { .. } => return,
            ProposalEvent::ProposalApproved {} => self.state = ProposalState::Approved,
            ProposalEvent::ProposalDeclined { reason } => {
                self.state = ProposalState::Declined;
                self.reason = Some(reason.clone());
            }
        }
        self.decided_at = Some(at);
    }
}

impl Proposal {
    fn must_be_open(&self) -> Result<(), Error> {
        if self.state == ProposalState::Proposed { Ok(()) } else { Err(ContactConflict::ProposalDecided.into()) }
    }

    /// Decides to approve it. Gives the fact of the proposal and the fact of the contact that makes the change;
    /// `contact` is the contact it is about, as it stands now, and `kind` what a new contact is at the school, which
    /// whoever approves decides. Fails when it was decided before, or when the contact no longer allows the change.
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
            (ProposedChange::Reinstate { .. }, Some(contact)) => contact.reinstate()?,
            (
                ProposedChange::Remove { .. } | ProposedChange::ChangeEmail { .. } | ProposedChange::Reinstate { .. },
                None,
            ) => return Err(Error::NotFound),
        };
        Ok((ProposalEvent::ProposalApproved {}, done))
    }

    /// Decides to decline it, for a reason that the proposer reads. Fails when it was decided before.
    pub fn decline(&self, reason: &str) -> Result<ProposalEvent, Error> {
        self.must_be_open()?;
        let lacking = "Enter why this is declined; whoever proposed it will read it";
        let (reason,) = all((typed::reason(reason, 1_000, lacking),))?;
        Ok(ProposalEvent::ProposalDeclined { reason })
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

/// Decides to propose a change, with every fault at once. `about` is the contact that `typed` names, `None` when the
/// proposer may not see it or there is none. A head teacher may not propose to reinstate, because whoever suspended the
/// contact may have had a reason that the head teacher does not know. An officer proposes only what they may not do
/// alone.
pub fn propose(school: SchoolId, by: Proposer, typed: &Typed, about: Option<&Contact>) -> Result<ProposalEvent, Error> {
    let theirs = match by {
        Proposer::Head(_) => [ProposalKind::Add, ProposalKind::Remove, ProposalKind::ChangeEmail].as_slice(),
        Proposer::Officer(_) => &[ProposalKind::Reinstate, ProposalKind::ChangeEmail],
    };
    if typed.kind.is_some_and(|kind| !theirs.contains(&kind)) {
        return Err(Error::Forbidden);
    }
    let change = match change(school, typed, about) {
        Ok(change) => Ok(change),
        Err(Error::Invalid(faults)) => Err(faults),
        Err(error) => return Err(error),
    };
    let (change, note) = all((change, optional_prose("note", &typed.note, "The note", 1_000)))?;
    Ok(match by {
        Proposer::Head(by) => ProposalEvent::ProposalMade { school, by, change, note },
        Proposer::Officer(by) => ProposalEvent::ProposalMadeByOfficer { school, by, change, note },
    })
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
    if kind == ProposalKind::Reinstate {
        about.reinstate()?;
        return Ok(ProposedChange::Reinstate { contact });
    }
    match about.change_email(&typed.email)? {
        ContactEvent::ContactEmailChanged { email } => Ok(ProposedChange::ChangeEmail { contact, email }),
        _ => Err(Error::NotFound),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn school() -> SchoolId {
        SchoolId(uuid::Uuid::nil())
    }

    fn head() -> SchoolContactId {
        SchoolContactId(uuid::Uuid::nil())
    }

    fn id() -> ContactProposalId {
        ContactProposalId(uuid::Uuid::nil())
    }

    fn by_head() -> Proposer {
        Proposer::Head(head())
    }

    fn at() -> DateTime<Utc> {
        "2026-11-18T10:00:00Z".parse().unwrap()
    }

    fn contact() -> Contact {
        let event = contact::approve(Some(school()), "Jo", "Lead", "jo@oak.example", Some(ContactKind::Lead)).unwrap();
        Contact::begin(head(), &event, at()).unwrap()
    }

    fn proposed(typed: &Typed) -> Proposal {
        let about = typed.contact.map(|_| contact());
        Proposal::begin(id(), &propose(school(), by_head(), typed, about.as_ref()).unwrap(), at()).unwrap()
    }

    fn add() -> Typed {
        let text = |text: &str| text.to_owned();
        Typed {
            kind: Some(ProposalKind::Add),
            name: text("Nia New"),
            job: text("Deputy head"),
            email: text(" Nia@Oak.example"),
            ..Typed::default()
        }
    }

    fn about(kind: ProposalKind, email: &str) -> Typed {
        Typed { kind: Some(kind), contact: Some(head()), email: email.to_owned(), ..Typed::default() }
    }

    #[test]
    fn what_is_proposed_is_read_as_what_would_be_done_is() {
        for (typed, fields) in [
            (Typed::default(), vec!["kind"]),
            (Typed { kind: Some(ProposalKind::Add), ..Typed::default() }, vec!["name", "job", "email"]),
            (Typed { contact: None, ..about(ProposalKind::Remove, "") }, vec!["contact"]),
            (about(ProposalKind::ChangeEmail, "jo@oak.example"), vec!["email"]),
            (Typed { note: "x".repeat(1_001), ..about(ProposalKind::ChangeEmail, "nowhere") }, vec!["email", "note"]),
        ] {
            let known = typed.contact.map(|_| contact());
            let Err(Error::Invalid(faults)) = propose(school(), by_head(), &typed, known.as_ref()) else {
                panic!("{typed:?} has no faults")
            };
            assert_eq!(faults.iter().map(|fault| fault.field.as_str()).collect::<Vec<_>>(), fields, "{typed:?}");
        }
        let ProposedChange::Add { email, .. } = proposed(&add()).change else { panic!("another change") };
        assert_eq!(email, "nia@oak.example");
    }

    #[test]
    fn approving_does_what_was_proposed_and_only_once() {
        let jo = contact();
        for (typed, stands, kind, does) in [
            (add(), None, Some(ContactKind::Deputy), "contact_approved"),
            (about(ProposalKind::Remove, ""), Some(&jo), None, "contact_suspended"),
            (about(ProposalKind::ChangeEmail, "new@oak.example"), Some(&jo), None, "contact_email_changed"),
        ] {
            let waiting = proposed(&typed);
            let (event, done) = waiting.approve(stands, kind).unwrap();
            assert_eq!(serde_json::to_value(&done).unwrap()["kind"], does);
            let decided = waiting.after(&event, at());
            assert_eq!((decided.state, decided.version), (ProposalState::Approved, 2));
            assert!(decided.approve(stands, kind).is_err() && decided.decline("Late").is_err());
        }
        assert!(proposed(&add()).approve(None, None).is_err(), "what the contact is must be said");
    }

    #[test]
    fn a_head_teacher_and_an_officer_propose_what_each_may_not_do_alone() {
        use ProposalKind::{Add, ChangeEmail, Reinstate, Remove};
        let officer = Proposer::Officer(StaffId(uuid::Uuid::nil()));
        let suspended = contact().after(&ContactEvent::ContactSuspended { reason: "Left".to_owned() }, at());
        for (by, kind, may) in [
            (by_head(), Add, true),
            (by_head(), Remove, true),
            (by_head(), ChangeEmail, true),
            (by_head(), Reinstate, false),
            (officer, Add, false),
            (officer, Remove, false),
            (officer, ChangeEmail, true),
            (officer, Reinstate, true),
        ] {
            let typed = if kind == Add { add() } else { about(kind, "new@oak.example") };
            let stands = if kind == Reinstate { suspended.clone() } else { contact() };
            let proposed = propose(school(), by, &typed, Some(&stands));
            assert_eq!(proposed.is_ok(), may, "{by:?} {kind:?} {proposed:?}");
            if let Ok(event) = proposed {
                let proposal = Proposal::begin(id(), &event, at()).unwrap();
                assert_eq!((proposal.by, proposal.change.kind()), (by, kind));
                assert!(proposal.approve(Some(&stands), Some(ContactKind::Deputy)).is_ok(), "{kind:?}");
            }
        }
        assert!(propose(school(), officer, &about(Reinstate, ""), Some(&contact())).is_err(), "nobody is suspended");
    }

    #[test]
    fn declining_wants_a_reason() {
        let waiting = proposed(&add());
        assert!(waiting.decline(" ").is_err());
        let event = waiting.decline("Not known to the school").unwrap();
        let decided = waiting.after(&event, at());
        assert_eq!(decided.state, ProposalState::Declined);
        assert_eq!(decided.reason.as_deref(), Some("Not known to the school"));
    }
}
