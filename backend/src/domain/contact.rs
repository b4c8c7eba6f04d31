//! Approved school contacts: the facts of a contact and what may be decided of it. The approval of one address for one
//! school is the security boundary of the portal.
//!
//! What must not live here: who may decide it (`domain::policy`), and what a head teacher proposes (`proposal`).

use chrono::{DateTime, Days, NaiveDate, Utc};
use entity::vocabulary::{ContactKind, ContactState, TermDateKind};
use entity::{SchoolContactId, SchoolId};
use serde::{Deserialize, Serialize};

use super::london::london_day;
use super::school_days::TermDate;
use super::stream::{Stream, counts};
use super::typed::{self, all, chosen, line};
use crate::error::{ContactConflict, Error};

/// The reason on the suspension of a contact who was asked whether they still work at the school and never answered.
pub const NOT_CONFIRMED: &str = "Not confirmed this term";
/// The reason on the suspension of a contact to whose address mail was refused.
pub const MAIL_REFUSED: &str = "Mail to this address is refused";
/// The reason on the suspension of the contacts of a school that has closed.
pub const SCHOOL_CLOSED: &str = "The school has closed";

/// The days from the question to the reminder, and from the question to the suspension.
const REMIND_AFTER: Days = Days::new(14);
const SUSPEND_AFTER: Days = Days::new(28);

/// The kind of contacts whose approval was stored before there were kinds.
fn lead() -> ContactKind {
    ContactKind::Lead
}

/// A fact of a contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload", rename_all = "snake_case")]
pub enum ContactEvent {
    /// An address was approved for a school.
    ContactApproved {
        /// The school.
        school: SchoolId,
        /// The person whose address it is.
        name: String,
        /// Their job at the school.
        job: String,
        /// The address, canonical.
        email: String,
        /// What they are to the school: head teacher, lead contact or deputy. Only a head teacher may propose changes.
        #[serde(default = "lead")]
        kind: ContactKind,
    },
    /// The contact was suspended: they can no longer sign in, and their sessions end.
    ContactSuspended {
        /// Why; the contact is told it only where [`reason_to_tell`] has words for it.
        reason: String,
    },
    /// The contact was reinstated: they can sign in again.
    ContactReinstated {},
    /// The contact ended all their sessions.
    ContactSessionsEnded {},
    /// The address was replaced, which ends the sessions under the old one.
    ContactEmailChanged {
        /// The new address, canonical.
        email: String,
    },
    /// The kind of the contact changed, which ends their sessions.
    ContactKindChanged {
        /// The new kind.
        kind: ContactKind,
    },
    /// The contact was asked by mail whether they still work at the school.
    ContactAsked {},
    /// The contact was reminded of that question.
    ContactReminded {},
    /// The contact confirmed that they still work at the school.
    ContactConfirmed {},
}

/// A contact: the fold of its facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// The id of its stream.
    pub id: SchoolContactId,
    /// The one school that it is approved for.
    pub school: SchoolId,
    /// The person whose address it is.
    pub name: String,
    /// Their job at the school.
    pub job: String,
    /// The address, canonical.
    pub email: String,
    /// What they are to the school.
    pub kind: ContactKind,
    /// Whether they may sign in.
    pub state: ContactState,
    /// Why they are suspended; `None` while they are not.
    pub reason: Option<String>,
    /// When somebody last vouched for it: at the approval, a reinstatement, a change of address or a confirmation.
    pub vouched_at: DateTime<Utc>,
    /// When that last was a reinstatement, a change of address or a confirmation; `None` since the approval alone.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// When the contact was last asked whether they still work at the school; `None` if never.
    pub asked_at: Option<DateTime<Utc>>,
    /// When they were reminded of that question; `None` until then.
    pub reminded_at: Option<DateTime<Utc>>,
    /// The number of times that all sessions had to end: a session of an earlier number is refused.
    pub epoch: i32,
    /// The number of its facts, compared at every write, so that of two writers at once the second is refused.
    pub version: i32,
}

impl Stream for Contact {
    type Fact = ContactEvent;
    counts!(SchoolContactId);

    fn begin(id: SchoolContactId, first: &ContactEvent, at: DateTime<Utc>) -> Option<Self> {
        let ContactEvent::ContactApproved { school, name, job, email, kind } = first else { return None };
        Some(Self {
            id,
            school: *school,
            name: name.clone(),
            job: job.clone(),
            email: email.clone(),
            kind: *kind,
            state: ContactState::Active,
            reason: None,
            vouched_at: at,
            confirmed_at: None,
            asked_at: None,
            reminded_at: None,
            epoch: 0,
            version: 1,
        })
    }

    fn apply(&mut self, fact: &ContactEvent, at: DateTime<Utc>) {
        match fact {
            ContactEvent::ContactApproved { .. } => {}
            ContactEvent::ContactSuspended { reason } => {
                self.state = ContactState::Suspended;
                self.reason = Some(reason.clone());
                self.epoch += 1;
            }
            ContactEvent::ContactReinstated {} => {
                self.state = ContactState::Active;
                self.reason = None;
                self.vouch(at);
            }
            ContactEvent::ContactSessionsEnded {} => self.epoch += 1,
            ContactEvent::ContactEmailChanged { email } => {
                self.email.clone_from(email);
                self.epoch += 1;
                self.vouch(at);
            }
            ContactEvent::ContactKindChanged { kind } => {
                self.kind = *kind;
                // A head teacher sees and proposes more than others do: open sessions know what they were.
                self.epoch += 1;
            }
            ContactEvent::ContactAsked {} => {
                self.asked_at = Some(at);
                self.reminded_at = None;
            }
            ContactEvent::ContactReminded {} => self.reminded_at = Some(at),
            ContactEvent::ContactConfirmed {} => self.vouch(at),
        }
    }
}

impl Contact {
    fn vouch(&mut self, at: DateTime<Utc>) {
        self.vouched_at = at;
        self.confirmed_at = Some(at);
    }

    /// Whether they were asked whether they still work at the school, and have not answered yet.
    pub fn is_asked(&self) -> bool {
        self.state == ContactState::Active && self.asked_at.is_some_and(|asked| self.vouched_at < asked)
    }

    /// The next step of the termly confirmation that is due, if any: the question when nobody has vouched for the
    /// contact since the term began, the reminder after 14 days without an answer, the suspension after 28. `None` for
    /// a suspended contact, and when no term is known.
    pub fn due(&self, term_began: Option<NaiveDate>, now: DateTime<Utc>) -> Option<ContactEvent> {
        if self.state != ContactState::Active {
            return None;
        }
        if self.is_asked() {
            let asked_on = london_day(self.asked_at?);
            let today = london_day(now);
            return if today >= asked_on + SUSPEND_AFTER {
                Some(ContactEvent::ContactSuspended { reason: NOT_CONFIRMED.to_owned() })
            } else if today >= asked_on + REMIND_AFTER && self.reminded_at.is_none() {
                Some(ContactEvent::ContactReminded {})
            } else {
                None
            };
        }
        (london_day(self.vouched_at) < term_began?).then_some(ContactEvent::ContactAsked {})
    }

    /// The day on which a contact asked at `asked_at` is suspended if they have not answered.
    pub fn answers_by(asked_at: DateTime<Utc>) -> NaiveDate {
        london_day(asked_at) + SUSPEND_AFTER
    }

    /// Decides that they still work at the school, by their own word; refuses when they were not asked.
    pub fn confirm(&self) -> Result<ContactEvent, Error> {
        if self.is_asked() {
            Ok(ContactEvent::ContactConfirmed {})
        } else {
            Err(ContactConflict::Already("confirmed").into())
        }
    }

    /// Decides what they are to the school; refuses the kind they have.
    pub fn change_kind(&self, kind: Option<ContactKind>) -> Result<ContactEvent, Error> {
        match kind {
            None => Err(Error::invalid("kind", WHICH_KIND)),
            Some(kind) if kind == self.kind => {
                Err(Error::invalid("kind", "Select something other than what they are now"))
            }
            Some(kind) => Ok(ContactEvent::ContactKindChanged { kind }),
        }
    }

    /// Decides to suspend the contact, for a reason; refuses one that is suspended.
    pub fn suspend(&self, reason: &str) -> Result<ContactEvent, Error> {
        if self.state == ContactState::Suspended {
            return Err(ContactConflict::Already("suspended").into());
        }
        let (reason,) = all((typed::reason(reason, 1_000, "Enter why this contact is suspended"),))?;
        Ok(ContactEvent::ContactSuspended { reason })
    }

    /// Decides to reinstate the contact; refuses one that is active.
    pub fn reinstate(&self) -> Result<ContactEvent, Error> {
        if self.state == ContactState::Active {
            return Err(ContactConflict::Already("active").into());
        }
        Ok(ContactEvent::ContactReinstated {})
    }

    /// Decides to replace the address; refuses the one now approved.
    pub fn change_email(&self, email: &str) -> Result<ContactEvent, Error> {
        let (email,) = all((typed::email(email),))?;
        if email == self.email {
            return Err(Error::invalid("email", "Enter an address that differs from the one now approved"));
        }
        Ok(ContactEvent::ContactEmailChanged { email })
    }
}

const WHICH_KIND: &str = "Select what the contact is at the school";

/// The first day of the present term, or of the last one if today is in the holidays; `None` when no term is known.
/// Read from the school's own calendar if it has a term by now, otherwise from the council's. The two halves of a term,
/// with half-term between them, are one term.
pub fn term_began(own: &[TermDate], council: &[TermDate], today: NaiveDate) -> Option<NaiveDate> {
    let has_own = own.iter().any(|row| row.kind == TermDateKind::Term && row.first <= today);
    let calendar = if has_own { own } else { council };
    let mut terms: Vec<&TermDate> =
        calendar.iter().filter(|row| row.kind == TermDateKind::Term && row.first <= today).collect();
    terms.sort_by_key(|row| row.first);
    let goes_on = |before: &TermDate, after: &TermDate| {
        calendar
            .iter()
            .any(|row| row.kind == TermDateKind::HalfTerm && before.last < row.first && row.last < after.first)
    };
    let mut began: Option<(NaiveDate, &TermDate)> = None;
    for term in terms {
        began = match began {
            Some((first, before)) if goes_on(before, term) => Some((first, term)),
            _ => Some((term.first, term)),
        };
    }
    began.map(|(first, _)| first)
}

/// The reason of a suspension in words for the contact, where the system suspended them by itself. `None` for a reason
/// that staff wrote, because that is for staff only.
pub fn reason_to_tell(reason: Option<&str>) -> Option<&'static str> {
    match reason? {
        NOT_CONFIRMED => Some("You were asked to confirm that you still work at the school, and did not."),
        MAIL_REFUSED => Some("Mail that we sent to your address was refused."),
        SCHOOL_CLOSED => Some("The school has closed."),
        _ => None,
    }
}

/// Decides to approve an address for a school, with every fault at once. `school` is `None` when no open school was
/// chosen.
pub fn approve(
    school: Option<SchoolId>,
    name: &str,
    job: &str,
    email: &str,
    kind: Option<ContactKind>,
) -> Result<ContactEvent, Error> {
    let (school, name, job, email, kind) = all((
        chosen("schoolUrn", school, "Choose a school that is open"),
        line("name", name, "Name", 100, "Enter the contact’s name"),
        line("job", job, "Job", 100, "Enter what the contact does at the school"),
        typed::email(email),
        chosen("kind", kind, WHICH_KIND),
    ))?;
    Ok(ContactEvent::ContactApproved { school, name, job, email, kind })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn at(text: &str) -> DateTime<Utc> {
        format!("{text}T09:00:00Z").parse().unwrap()
    }

    fn row(kind: TermDateKind, first: &str, last: &str) -> TermDate {
        TermDate { kind, first: day(first), last: day(last) }
    }

    /// Approved on the first day, then each fact on its day.
    fn contact(approved: &str, facts: &[(&str, ContactEvent)]) -> Contact {
        let school = SchoolId(uuid::Uuid::nil());
        let approved_ = approve(Some(school), "Jo", "Lead", "jo@oak.example", Some(ContactKind::Lead)).unwrap();
        let contact = Contact::begin(SchoolContactId(uuid::Uuid::nil()), &approved_, at(approved)).unwrap();
        facts.iter().fold(contact, |contact, (on, fact)| contact.after(fact, at(on)))
    }

    #[test]
    fn a_contact_is_asked_once_a_term_reminded_after_a_fortnight_and_suspended_after_four_weeks() {
        use ContactEvent::{ContactAsked, ContactConfirmed, ContactReinstated, ContactReminded, ContactSuspended};
        let suspended = || ContactSuspended { reason: NOT_CONFIRMED.to_owned() };
        let term = Some(day("2026-09-01"));
        let asked = ("2026-09-01", ContactAsked {});
        let reminded = ("2026-09-15", ContactReminded {});
        for (name, contact, now, due) in [
            ("approved last term", contact("2026-06-01", &[]), "2026-09-01", Some(ContactAsked {})),
            ("approved on the first day of term", contact("2026-09-01", &[]), "2026-09-02", None),
            ("asked yesterday", contact("2026-06-01", std::slice::from_ref(&asked)), "2026-09-02", None),
            ("the thirteenth day", contact("2026-06-01", std::slice::from_ref(&asked)), "2026-09-14", None),
            (
                "the fourteenth day",
                contact("2026-06-01", std::slice::from_ref(&asked)),
                "2026-09-15",
                Some(ContactReminded {}),
            ),
            ("reminded", contact("2026-06-01", &[asked.clone(), reminded.clone()]), "2026-09-28", None),
            ("four weeks", contact("2026-06-01", &[asked.clone(), reminded.clone()]), "2026-09-29", Some(suspended())),
            (
                "confirmed",
                contact("2026-06-01", &[asked.clone(), ("2026-09-03", ContactConfirmed {})]),
                "2026-11-01",
                None,
            ),
            (
                "reinstated after that",
                contact(
                    "2026-06-01",
                    &[asked.clone(), ("2026-09-29", suspended()), ("2026-10-01", ContactReinstated {})],
                ),
                "2026-11-01",
                None,
            ),
            ("suspended", contact("2026-06-01", &[("2026-06-02", suspended())]), "2026-09-01", None),
        ] {
            assert_eq!(contact.due(term, at(now)), due, "{name}");
        }
        assert_eq!(contact("2026-06-01", &[]).due(None, at("2026-09-01")), None, "no term dates are known");
    }

    #[test]
    fn a_term_begins_once_however_it_is_told() {
        use TermDateKind::{HalfTerm, Holiday, Term};
        let whole = [
            row(Term, "2026-09-01", "2026-12-18"),
            row(HalfTerm, "2026-10-26", "2026-10-30"),
            row(Holiday, "2026-12-21", "2027-01-01"),
            row(Term, "2027-01-04", "2027-03-26"),
        ];
        let halves = [
            row(Term, "2026-09-01", "2026-10-23"),
            row(HalfTerm, "2026-10-26", "2026-10-30"),
            row(Term, "2026-11-02", "2026-12-18"),
            row(Holiday, "2026-12-21", "2027-01-01"),
            row(Term, "2027-01-04", "2027-03-26"),
        ];
        for council in [&whole[..], &halves[..]] {
            for (today, began) in [
                ("2026-08-31", None),
                ("2026-09-01", Some("2026-09-01")),
                ("2026-11-18", Some("2026-09-01")),
                ("2026-12-28", Some("2026-09-01")),
                ("2027-01-04", Some("2027-01-04")),
            ] {
                assert_eq!(term_began(&[], council, day(today)), began.map(day), "{today}");
            }
        }
        let own = [row(Term, "2026-09-07", "2026-12-11")];
        assert_eq!(term_began(&own, &whole, day("2026-11-18")), Some(day("2026-09-07")));
        assert_eq!(term_began(&own, &whole, day("2026-09-03")), Some(day("2026-09-01")), "its own has not begun");
    }

    #[test]
    fn a_contact_is_told_no_more_of_the_reason_than_the_system_gave() {
        assert!(reason_to_tell(Some(NOT_CONFIRMED)).is_some());
        assert_eq!(reason_to_tell(Some("Left the school after an argument")), None);
        assert_eq!(reason_to_tell(None), None);
    }
}
