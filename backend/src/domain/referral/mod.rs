//! Referrals: what one says, its facts, their fold, and what may be decided of it.
//!
//! What must not live here: how the answers of a form are read (`read`), and who may decide (`domain::policy`).

mod age;
mod clocks;
mod days;
mod flag;
mod judged;
mod lacking;
mod read;

pub use age::{Age, age, note_of_age, note_of_found, taught};
pub use days::school_days;
pub use judged::{Judged, Judgement, Other};
pub use lacking::{NoVisit, Told, Tried, lacking};
pub use read::{faults_of_draft, read_report, read_school_referral, safe_address};

use chrono::{DateTime, Months, NaiveDate, Utc};
use entity::vocabulary::{
    AgeStanding, ClockKind, RedirectTo, ReferralGround, ReferralOrigin, ReferralState, Risk, RiskReason,
};
use entity::{DraftId, ReferralId, ReportGroupId, SchoolContactId, SchoolId};
use serde::{Deserialize, Serialize};

use super::answers::Answers;
use super::child::ChildFacts;
use super::clock::due_after;
use super::escalation::{Acknowledgement, Escalation, MashAnswer, Rating, Step};
use super::london::london_day;
use super::screening;
use super::stream::{Stream, counts};
use super::typed::{self, all, check, chosen, line, optional_line, past_day};
use crate::error::{Error, FieldFault, ReferralConflict};

const NAME: usize = 100;
const PROSE: usize = 2_000;

/// What a referral says, read from its answers and checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferralDetails {
    /// The ground on which a school refers; `None` for a report by anybody else.
    pub ground: Option<ReferralGround>,
    /// The child it is about.
    pub child: ChildFacts,
    /// The risk it was screened at.
    pub risk: Risk,
    /// Every reason for that risk, most serious first.
    pub reasons: Vec<RiskReason>,
    /// The last day the child attended school, if known.
    pub last_attended_on: Option<NaiveDate>,
    /// The day anybody last saw the child, if known.
    pub last_seen_on: Option<NaiveDate>,
    /// Where, and who saw the child then, if told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen_by: Option<String>,
    /// Whether the child was found at the address, and so stays on the roll: not missing, but absent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub found_at_address: bool,
    /// What is lacking or could not be read, and is to be asked for. Only a flagged referral was accepted with any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to_ask: Vec<Lack>,
}

impl ReferralDetails {
    /// Whether nobody is to go to the home before whoever knows of the danger has agreed.
    pub fn home_is_unsafe(&self) -> bool {
        let unsafe_for = [RiskReason::HomeUnsafe, RiskReason::HonourAbuse];
        self.reasons.iter().any(|reason| unsafe_for.contains(reason))
    }
}

/// Something that a referral does not say, or not so that it could be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lack {
    /// The field in which it belongs, as faults name it.
    pub field: String,
    /// What is lacking or wrong: a sentence for whoever sent the referral.
    pub reason: String,
}

impl From<FieldFault> for Lack {
    fn from(FieldFault { field, message }: FieldFault) -> Self {
        Self { field, reason: message }
    }
}

/// A fact of a referral.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload", rename_all = "snake_case")]
pub enum ReferralEvent {
    /// The referral arrived.
    ReferralReceived(Box<Received>),
    /// The referral was redirected: it leaves triage for somewhere else and becomes no case.
    ReferralRedirected {
        /// Where it was sent.
        to: RedirectTo,
        /// Why, in words that the school reads.
        reason: String,
        /// The MASH's reference, by its answer to the flag; always there when the referral tells of harm.
        mash_reference: Option<String>,
        /// The day on which the child reaches compulsory school age and the referral comes back, half a year on where the
        /// age is not known; `None` for all but children sent to early years.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        watch_on: Option<NaiveDate>,
        /// The other authority it was sent to, which must acknowledge it; `None` for everywhere else.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        authority: Option<String>,
    },
    /// The other authority acknowledged that it follows the child from now on.
    ReferralAcknowledged(TakenOver),
    /// The referral came back to triage, because the child has reached compulsory school age.
    ReferralCameBack {},
    /// The referral was taken back to triage, because it was redirected, or added to a case, in error.
    ReferralTakenBack {
        /// Why.
        reason: String,
    },
    /// A record was judged to be of another child.
    JudgedAnotherChild(Judgement),
    /// That judgement was taken back: the record is to be looked at again.
    JudgementTakenBack {
        /// The record.
        other: Other,
    },
    /// The MASH acknowledged its flag.
    EscalationAcknowledged(Acknowledgement),
    /// Its flag was rated.
    EscalationRated(Rating),
    /// A lower rating of its flag was proposed, which waits for a second person.
    EscalationLoweringProposed(Rating),
    /// The MASH answered its flag, or somebody relayed the answer.
    EscalationAnswered(MashAnswer),
    /// The relayed answer to its flag was confirmed.
    EscalationConfirmed {
        /// When.
        at: DateTime<Utc>,
    },
    /// The school added something to it.
    ReferralAddedTo(Addition),
    /// The school withdrew it before it was decided.
    ReferralWithdrawn {
        /// The school contact who did.
        contact: SchoolContactId,
        /// Why.
        reason: String,
    },
}

impl ReferralEvent {
    /// The fact that this happened to the flag of the referral.
    pub fn told(step: Step) -> Self {
        match step {
            Step::Acknowledged(acknowledgement) => Self::EscalationAcknowledged(acknowledgement),
            Step::Rated(rating) => Self::EscalationRated(rating),
            Step::LoweringProposed(rating) => Self::EscalationLoweringProposed(rating),
            Step::Answered(answer) => Self::EscalationAnswered(answer),
            Step::Confirmed(at) => Self::EscalationConfirmed { at },
        }
    }

    /// What happened to the flag; `None` for a fact of anything else.
    pub fn step(&self) -> Option<Step> {
        Some(match self {
            Self::EscalationAcknowledged(acknowledgement) => Step::Acknowledged(acknowledgement.clone()),
            Self::EscalationRated(rating) => Step::Rated(rating.clone()),
            Self::EscalationLoweringProposed(rating) => Step::LoweringProposed(rating.clone()),
            Self::EscalationAnswered(answer) => Step::Answered(answer.clone()),
            Self::EscalationConfirmed { at } => Step::Confirmed(*at),
            _ => return None,
        })
    }
}

/// What another authority said of a referral that was sent to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenOver {
    /// Who said so there.
    pub by: String,
    /// The reference under which they follow the child.
    pub reference: String,
    /// The day on which they did.
    pub on: NaiveDate,
}

/// Where a referral goes that is not for this team, as typed.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of the API's `RedirectReferralInput`")]
pub struct Redirect {
    pub to: Option<RedirectTo>,
    pub reason: String,
    pub authority: String,
}

/// An acknowledgement as typed.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of `TakenOver`, as typed")]
pub struct Acknowledge {
    pub by: String,
    pub reference: String,
    pub on: String,
}

/// The day on which another authority is asked again to which a referral was sent on `sent`.
pub fn asked_again_on(sent: NaiveDate) -> NaiveDate {
    due_after(ClockKind::AuthorityAnswer, sent)
}

/// Something that a school adds to a referral after it was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addition {
    /// The school contact who adds it.
    pub contact: SchoolContactId,
    /// The field that was to be asked for and is answered by it; `None` for anything else, such as another enquiry.
    pub field: Option<String>,
    /// What is added.
    pub text: String,
}

/// An addition with the time at which it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Added {
    /// What was added.
    #[serde(flatten)]
    pub addition: Addition,
    /// When.
    pub at: DateTime<Utc>,
}

/// A referral in the state in which it arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// The reference that people quote.
    pub reference: String,
    /// Who sent it: a school, the public or a partner agency.
    pub origin: ReferralOrigin,
    /// The school that sent it; `None` when no school did.
    pub school: Option<SchoolId>,
    /// The school contact who sent it; `None` when no school did.
    pub contact: Option<SchoolContactId>,
    /// The draft it was sent from; `None` when it was not a draft before.
    pub draft: Option<DraftId>,
    /// The idempotency key it was sent with: the same key never makes a second referral.
    pub idempotency_key: String,
    /// The group of reports of harm it belongs to, because they came too fast for an alert of its own; `None` for all
    /// others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gathered_with: Option<ReportGroupId>,
    /// Since when it was held before it was taken in, because too many came at once; `None` for all others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_since: Option<DateTime<Utc>>,
    /// What it says, read and checked.
    pub told: ReferralDetails,
    /// What it says, as typed.
    pub answers: Answers,
}

/// A referral: the fold of its facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referral {
    /// The id of its stream.
    pub id: ReferralId,
    /// The referral in the state in which it arrived.
    pub received: Received,
    /// When it arrived.
    pub received_at: DateTime<Utc>,
    /// Since when it awaits triage: when it arrived, even if it was held at first, or came back last.
    pub waits_since: DateTime<Utc>,
    /// Whether it awaits triage or was redirected. A referral that a case took up still stands as received here.
    pub state: ReferralState,
    /// When it was redirected; `None` until then.
    pub decided_at: Option<DateTime<Utc>>,
    /// Where it was redirected, and why; `None` unless it was.
    pub redirected: Option<(RedirectTo, String)>,
    /// The other authority to which it was redirected; `None` unless it was.
    pub authority: Option<String>,
    /// What that authority said; `None` until it did.
    pub acknowledged: Option<TakenOver>,
    /// The day on which it comes back to triage; `None` unless it was redirected until then.
    pub watch_on: Option<NaiveDate>,
    /// Why the school withdrew it; `None` unless it did.
    pub withdrawn: Option<String>,
    /// What the school added since, oldest first.
    pub additions: Vec<Added>,
    /// The records that were judged to be of another child, each once.
    pub judged: Vec<Judged>,
    /// The flag that it raised with the MASH, until a case takes it up; `None` unless it tells of harm.
    pub flag: Option<Escalation>,
    /// What is still to be asked for.
    pub to_ask: Vec<Lack>,
    /// The number of its own facts; that a case took it up is a fact of the case.
    pub version: i32,
}

impl Stream for Referral {
    type Fact = ReferralEvent;
    counts!(ReferralId);

    fn begin(id: ReferralId, first: &ReferralEvent, at: DateTime<Utc>) -> Option<Self> {
        let ReferralEvent::ReferralReceived(received) = first else { return None };
        Some(Self {
            id,
            received: Received::clone(received),
            received_at: at,
            waits_since: received.held_since.unwrap_or(at),
            state: ReferralState::Received,
            decided_at: None,
            redirected: None,
            authority: None,
            acknowledged: None,
            watch_on: None,
            withdrawn: None,
            additions: Vec::new(),
            judged: Vec::new(),
            flag: flag::flag_of(id, received, at),
            to_ask: received.told.to_ask.clone(),
            version: 1,
        })
    }

    fn apply(&mut self, fact: &ReferralEvent, at: DateTime<Utc>) {
        match fact {
            ReferralEvent::ReferralReceived(_) => {}
            ReferralEvent::ReferralRedirected { to, reason, watch_on, authority, .. } => {
                let waits = authority.is_some();
                self.state = if waits { ReferralState::WithAuthority } else { ReferralState::Redirected };
                self.authority.clone_from(authority);
                self.redirected = Some((*to, reason.clone()));
                self.watch_on = *watch_on;
                self.decided_at = Some(at);
            }
            ReferralEvent::ReferralAcknowledged(acknowledged) => {
                self.state = ReferralState::Redirected;
                self.acknowledged = Some(acknowledged.clone());
            }
            ReferralEvent::ReferralCameBack {} | ReferralEvent::ReferralTakenBack { .. } => {
                self.state = ReferralState::Received;
                self.waits_since = at;
                self.redirected = None;
                self.authority = None;
                self.acknowledged = None;
                self.withdrawn = None;
                self.watch_on = None;
                self.decided_at = None;
            }
            ReferralEvent::JudgedAnotherChild(judgement) => {
                self.judged.retain(|judged| judged.judgement.other != judgement.other);
                self.judged.push(Judged { judgement: judgement.clone(), at });
            }
            ReferralEvent::JudgementTakenBack { other } => {
                self.judged.retain(|judged| judged.judgement.other != *other);
            }
            ReferralEvent::EscalationAcknowledged(_)
            | ReferralEvent::EscalationRated(_)
            | ReferralEvent::EscalationLoweringProposed(_)
            | ReferralEvent::EscalationAnswered(_)
            | ReferralEvent::EscalationConfirmed { .. } => {
                if let (Some(step), Some(flag)) = (fact.step(), &mut self.flag) {
                    flag.apply(&step);
                }
            }
            ReferralEvent::ReferralAddedTo(addition) => {
                // Several demands may stand under one field: an answer to one of them settles none of the others.
                let under = |lack: &&Lack| Some(&lack.field) == addition.field.as_ref();
                if self.to_ask.iter().filter(under).count() == 1 {
                    self.to_ask.retain(|lack| Some(&lack.field) != addition.field.as_ref());
                }
                self.additions.push(Added { addition: addition.clone(), at });
            }
            ReferralEvent::ReferralWithdrawn { reason, .. } => {
                self.state = ReferralState::Withdrawn;
                self.withdrawn = Some(reason.clone());
                self.decided_at = Some(at);
            }
        }
    }
}

impl Referral {
    /// Fails when the referral was redirected before. One that a case took up is refused where it is found
    /// (`store::referral`).
    pub fn must_await_triage(&self) -> Result<(), Error> {
        if self.state == ReferralState::Received { Ok(()) } else { Err(ReferralConflict::Decided.into()) }
    }

    /// Decides to redirect it. One that tells of harm stays until the MASH has answered its flag, because triage must not
    /// lose it. One sent to early years comes back on the day the child is old enough, or to be looked at again. One
    /// sent to another authority stays open until that authority acknowledges it.
    pub fn redirect(&self, typed: &Redirect, today: NaiveDate) -> Result<ReferralEvent, Error> {
        self.must_await_triage()?;
        let elsewhere = typed.to == Some(RedirectTo::OtherAuthority);
        let authority = optional_line("authority", &typed.authority, "The authority", NAME);
        let nameless = elsewhere && authority == Ok(None);
        if self.flag.as_ref().is_some_and(Escalation::is_open) {
            return Err(ReferralConflict::MashAwaited.into());
        }
        // Only a school reads why its referral went elsewhere.
        let lacking = match self.received.origin {
            ReferralOrigin::School => "Enter the reason, in words the school will read",
            ReferralOrigin::Public | ReferralOrigin::Partner => "Enter the reason",
        };
        let early = typed.to == Some(RedirectTo::EarlyYears);
        let age = self.received.told.child.date_of_birth.map(|born| age(born, today));
        let of_age = early && age.as_ref().is_some_and(|age| age.standing != AgeStanding::Below);
        let (to, (), authority, (), reason) = all((
            chosen("to", typed.to, "Select where this referral should go"),
            check(
                !of_age,
                "to",
                "By the date of birth the child is not below compulsory school age: send it elsewhere",
            ),
            authority,
            check(!nameless, "authority", "Enter which authority it is sent to"),
            typed::reason(&typed.reason, PROSE, lacking),
        ))?;
        let answer = self.flag.as_ref().and_then(|flag| flag.answer.as_ref());
        let mash_reference = answer.map(|answer| answer.mash_reference.clone());
        // Of whom nobody knows how young they are, it is looked at again before long.
        let again = today.checked_add_months(Months::new(6));
        let watch_on = if early { age.map(|age| age.begins).or(again) } else { None };
        let authority = authority.filter(|_| elsewhere);
        Ok(ReferralEvent::ReferralRedirected { to, reason, mash_reference, watch_on, authority })
    }

    /// Decides that the authority it was sent to has acknowledged it, which ends it here.
    pub fn acknowledge(&self, typed: &Acknowledge, today: NaiveDate) -> Result<ReferralEvent, Error> {
        if self.state != ReferralState::WithAuthority {
            return Err(ReferralConflict::NotWithAuthority.into());
        }
        let on = past_day("on", &typed.on, "The day", "Enter when they acknowledged it", today);
        let early = self.decided_at.zip(on.as_ref().ok()).is_some_and(|(sent, on)| *on < london_day(sent));
        let (by, reference, on, ()) = all((
            line("by", &typed.by, "Who", NAME, "Enter who acknowledged it"),
            line("acknowledgedAs", &typed.reference, "Their reference", NAME, "Enter their reference"),
            on,
            check(!early, "on", "The day must be the same as or after the day the referral was sent to them"),
        ))?;
        Ok(ReferralEvent::ReferralAcknowledged(TakenOver { by, reference, on }))
    }

    /// Decides to take it back to triage, for a reason: it was redirected in error, or the council goes on with one that
    /// its school withdrew.
    pub fn take_back(&self, reason: &str) -> Result<ReferralEvent, Error> {
        let away = [ReferralState::Redirected, ReferralState::WithAuthority, ReferralState::Withdrawn];
        if !away.contains(&self.state) {
            return Err(ReferralConflict::NotRedirected.into());
        }
        let (reason,) = all((typed::reason(reason, PROSE, "Enter why it is taken back"),))?;
        Ok(ReferralEvent::ReferralTakenBack { reason })
    }

    /// Decides that it comes back to triage; `None` unless the day for that has come.
    pub fn come_back(&self, today: NaiveDate) -> Option<ReferralEvent> {
        let due = self.state == ReferralState::Redirected && self.watch_on.is_some_and(|day| day <= today);
        due.then_some(ReferralEvent::ReferralCameBack {})
    }

    /// Decides to add something to it, as the answer to what was to be asked for in `field` or as anything else. One
    /// that was withdrawn takes nothing more.
    pub fn add(&self, contact: SchoolContactId, field: &str, text: &str) -> Result<ReferralEvent, Error> {
        if self.state == ReferralState::Withdrawn {
            return Err(ReferralConflict::Withdrawn.into());
        }
        let (text, ()) = all((
            typed::prose("text", text, "What you add", PROSE, "Enter what you want to add"),
            typed::check(
                field.is_empty() || self.to_ask.iter().any(|lack| lack.field == field),
                "field",
                "Select what you answer, or that it is something else",
            ),
        ))?;
        let field = (!field.is_empty()).then(|| field.to_owned());
        Ok(ReferralEvent::ReferralAddedTo(Addition { contact, field, text }))
    }

    /// Decides to withdraw it, which a school can until it is decided. One that points to harm stays, whatever the
    /// school has learnt since: it can add that.
    pub fn withdraw(&self, contact: SchoolContactId, reason: &str) -> Result<ReferralEvent, Error> {
        self.must_await_triage()?;
        if screening::must_reach_mash(self.received.told.risk) {
            return Err(ReferralConflict::Flagged.into());
        }
        let (reason,) = all((typed::reason(reason, PROSE, "Enter why you withdraw the referral"),))?;
        Ok(ReferralEvent::ReferralWithdrawn { contact, reason })
    }
}
