//! A flag raised with the MASH, the multi-agency safeguarding hub: what is known of it, what happens to it step by step,
//! and what may happen next.
//!
//! A flag that a referral raises begins with that referral, in its stream. When a case takes the referral up, the flag
//! goes with it as it stands, and what happens next is in the stream of the case. So it is in one place at a time, and is
//! never lost on the way.
//!
//! The MASH speaks for itself: it acknowledges, rates and decides. What somebody else heard from it is relayed, and counts
//! as an answer once the MASH or a manager has confirmed it, because one person's word must not end a concern.
//!
//! What must not live here: when a referral raises one (`referral::flag`), who may do it (`domain::policy`), how long each step may take (`clock::rules`), and the mails.

use chrono::{DateTime, DurationRound as _, NaiveDate, TimeDelta, Utc};
use entity::vocabulary::{
    AcknowledgedBy, Channel, ClockKind, EscalationLevel, EscalationStage, MashDecision, MashRating,
};
use entity::{EscalationId, ReferralId, StaffId};
use serde::{Deserialize, Serialize};

use super::clock::Clock;
use super::date::Life;
use super::london::london_day;
use super::time_of_day::{moment_at, time_of_day};
use super::typed::{
    Read, Together as _, all, check, chosen, fault, line, optional_past_day, optional_prose, past_day, prose,
};
use crate::error::{Conflict, Error};

const LINE: usize = 200;
const PROSE: usize = 4_000;

/// A flag raised with the MASH, by an officer or by a referral that tells of harm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalation {
    /// Given when the flag is raised; every step names it.
    pub id: EscalationId,
    /// How serious the concern is.
    pub level: EscalationLevel,
    /// The concern, in words.
    pub concern: String,
    /// Why this level was chosen; for a flag that a referral raised, that referral and its reasons.
    pub rationale: String,
    /// When it was raised; for a flag that a referral raised, when that arrived.
    pub raised_at: DateTime<Utc>,
    /// The MASH's answer; `None` while it is awaited, which keeps the case from being closed.
    pub answer: Option<MashAnswer>,
    /// The referral that it came with; `None` for one that somebody raised on a case, or that is from before this was
    /// recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referral: Option<ReferralId>,
    /// That the MASH has it; `None` until it said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<Acknowledgement>,
    /// How urgently the MASH works on it; `None` until it was rated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<Rating>,
    /// A lower rating that waits for a second person; `None` while none does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lowering: Option<Rating>,
    /// When a relayed answer was confirmed; `None` until then, and for an answer of the MASH itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_at: Option<DateTime<Utc>>,
}

/// That the MASH has a flag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    /// When that was recorded.
    pub at: DateTime<Utc>,
    /// How the MASH said so.
    pub by: AcknowledgedBy,
    /// Who said so there, where somebody else recorded it; `None` otherwise.
    pub name: Option<String>,
    /// When they said so, where somebody else recorded it; `None` otherwise, and for one that is from before this was
    /// recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said_at: Option<DateTime<Utc>>,
}

impl Acknowledgement {
    /// When the MASH said so, as far as it is known.
    pub fn given_at(&self) -> DateTime<Utc> {
        self.said_at.unwrap_or(self.at)
    }
}

/// How urgently the MASH works on a flag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rating {
    /// When it was rated so.
    pub at: DateTime<Utc>,
    /// The colour.
    pub rating: MashRating,
    /// Why; always there for a lower rating than before.
    pub reason: Option<String>,
    /// Who rated it; `None` for the system of the MASH.
    pub by: Option<StaffId>,
}

/// The MASH's answer to a flag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MashAnswer {
    /// When it was recorded.
    pub answered_at: DateTime<Utc>,
    /// What the MASH decided.
    pub decision: MashDecision,
    /// The MASH's own reference.
    pub mash_reference: String,
    /// The answer in words.
    pub text: String,
    /// Who heard it, and from whom; `None` for an answer that the MASH recorded itself, or that is from before this was
    /// recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relayed: Option<Relayed>,
}

/// That an answer was recorded by somebody who heard it from the MASH.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relayed {
    /// Who said it at the MASH.
    pub said_by: String,
    /// The day on which they did.
    pub said_on: NaiveDate,
    /// How it was heard.
    pub channel: Channel,
    /// Who recorded it.
    pub by: StaffId,
    /// When an answer was first relayed that nobody has confirmed: to relay another does not put off the confirmation.
    pub since: DateTime<Utc>,
}

/// What happened to a flag. Referrals and cases store each as a fact of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The MASH acknowledged it.
    Acknowledged(Acknowledgement),
    /// It was rated, or a lower rating was agreed to by a second person.
    Rated(Rating),
    /// A lower rating was proposed, which waits for a second person.
    LoweringProposed(Rating),
    /// The MASH answered, or somebody relayed its answer.
    Answered(MashAnswer),
    /// The relayed answer was confirmed.
    Confirmed(DateTime<Utc>),
}

/// Who does something to a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    /// Somebody of the MASH who is signed in and does not have the case.
    Hub(StaffId),
    /// The MASH's own system.
    System,
    /// Whoever holds the link in the alert, who may acknowledge the flag and nothing else.
    Link,
    /// Anybody else on the staff, who tells what the MASH said.
    Staff(StaffId),
}

/// An acknowledgement as typed: who gave it there and when, where somebody else records it. Without day and time it was
/// given just now.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "a field of `Acknowledgement`, as typed")]
pub struct Acknowledge {
    pub name: String,
    pub said_on: String,
    pub said_at: String,
}

/// A rating as typed.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of `Rating`, as typed")]
pub struct Rate {
    pub rating: Option<MashRating>,
    pub reason: String,
}

/// The MASH's answer as typed.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of `MashAnswer` and `Relayed`, as typed")]
pub struct AnswerEscalation {
    pub decision: Option<MashDecision>,
    pub mash_reference: String,
    pub text: String,
    pub said_by: String,
    pub said_on: String,
    pub channel: Option<Channel>,
}

impl Escalation {
    /// A flag that was raised at `raised_at` and of which nothing else is known yet.
    pub fn raised(
        id: EscalationId,
        level: EscalationLevel,
        concern: String,
        rationale: String,
        raised_at: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            level,
            concern,
            rationale,
            raised_at,
            answer: None,
            referral: None,
            acknowledged: None,
            rating: None,
            lowering: None,
            confirmed_at: None,
        }
    }

    /// Takes in what happened.
    pub fn apply(&mut self, step: &Step) {
        match step {
            Step::Acknowledged(acknowledged) => self.acknowledged = Some(acknowledged.clone()),
            Step::Rated(rating) => {
                self.rating = Some(rating.clone());
                self.lowering = None;
            }
            Step::LoweringProposed(rating) => self.lowering = Some(rating.clone()),
            Step::Answered(answer) => {
                self.answer = Some(answer.clone());
                self.confirmed_at = None;
            }
            Step::Confirmed(at) => self.confirmed_at = Some(*at),
        }
    }

    /// The relayed answer that nobody has confirmed; `None` if there is none.
    pub fn unconfirmed(&self) -> Option<&Relayed> {
        self.answer.as_ref()?.relayed.as_ref().filter(|_| self.confirmed_at.is_none())
    }

    /// Whether the MASH has not answered it, or not in a way that counts.
    pub fn is_open(&self) -> bool {
        self.answer.is_none() || self.unconfirmed().is_some()
    }

    /// Whether nothing shows yet that the MASH has it: what somebody else relayed does not.
    pub fn is_unheard(&self) -> bool {
        self.is_open() && self.acknowledged.is_none() && self.rating.is_none()
    }

    /// What it waits for.
    pub fn stage(&self) -> EscalationStage {
        match (self.answer.is_some(), self.rating.is_some(), self.acknowledged.is_some()) {
            (true, ..) if self.is_open() => EscalationStage::Relayed,
            (true, ..) => EscalationStage::Answered,
            (false, true, _) => EscalationStage::Rated,
            (false, false, true) => EscalationStage::Acknowledged,
            (false, false, false) => EscalationStage::Raised,
        }
    }

    /// Its place among those that wait: the lower, the more urgent. The rating decides, and the level until there is one.
    pub fn urgency(&self) -> i32 {
        match (self.rating.as_ref().map(|rating| rating.rating), self.level) {
            (Some(MashRating::Red), _) | (None, EscalationLevel::ImmediateDanger) => 0,
            (None, EscalationLevel::SignificantHarm) => 1,
            (Some(MashRating::Amber), _) => 2,
            (None, EscalationLevel::ChildInNeed | EscalationLevel::EarlyHelp) => 3,
            (Some(MashRating::Green), _) => 4,
        }
    }

    /// The clocks that run for it. They count from when it was raised, whatever was done since: a rating changes how long
    /// the MASH has, and gives it no new beginning.
    pub fn clocks(&self) -> impl Iterator<Item = Clock> {
        let running = |kind, from| Clock::running(kind, self.id.0, from);
        let unheard = self.is_unheard().then(|| running(ClockKind::MashAcknowledgement, self.raised_at));
        let kind = match self.rating.as_ref().map(|rating| rating.rating) {
            None => ClockKind::MashAnswer,
            Some(MashRating::Red) => ClockKind::MashRed,
            Some(MashRating::Amber) => ClockKind::MashAmber,
            Some(MashRating::Green) => ClockKind::MashGreen,
        };
        // What somebody else tells stops no clock of the MASH: it has not spoken yet.
        let owed = self.is_open().then(|| running(kind, self.raised_at));
        let relayed = self.unconfirmed().map(|relayed| running(ClockKind::MashConfirmation, relayed.since));
        unheard.into_iter().chain(owed).chain(relayed)
    }

    /// Fails when the MASH has answered it for good.
    fn must_be_open(&self) -> Result<(), Error> {
        if self.is_open() { Ok(()) } else { Err(Conflict::AlreadyAnswered.into()) }
    }

    /// Acknowledges it; whoever does not speak for the MASH says who there did, and when.
    pub fn acknowledge(&self, typed: &Acknowledge, voice: Voice, now: DateTime<Utc>) -> Result<Step, Error> {
        if !self.is_unheard() {
            return Err(Conflict::Acknowledged.into());
        }
        let own = |by| Acknowledgement { at: now, by, name: None, said_at: None };
        Ok(Step::Acknowledged(match voice {
            Voice::Hub(_) => own(AcknowledgedBy::SignedIn),
            Voice::System => own(AcknowledgedBy::System),
            Voice::Link => own(AcknowledgedBy::Link),
            Voice::Staff(_) => {
                let lacking = "Enter who at the MASH said that they have it";
                let (name, said_at) =
                    all((line("name", &typed.name, "Who has it", LINE, lacking), self.said_at(typed, now)))?;
                let by = AcknowledgedBy::Telephone;
                Acknowledgement { at: now, by, name: Some(name), said_at: Some(said_at) }
            }
        }))
    }

    /// When somebody at the MASH said that they have it: just now, unless a time is given. A time without a day is one of
    /// today.
    fn said_at(&self, typed: &Acknowledge, now: DateTime<Utc>) -> Read<DateTime<Utc>> {
        let life = Life::of(london_day(now), None);
        let day = optional_past_day("saidOn", &typed.said_on, "The day", life);
        let time = time_of_day("saidAt", &typed.said_at, "The time");
        let (day, time) = (day, time).together()?;
        let Some(time) = time else {
            return if day.is_none() { Ok(now) } else { fault("saidAt", "Enter the time at which they said so") };
        };
        // People give minutes, so that one within the minute in which the flag was raised is not before it.
        let since = self.raised_at.duration_trunc(TimeDelta::minutes(1)).unwrap_or(self.raised_at);
        match moment_at(day.unwrap_or(london_day(now)), time, since) {
            None => fault("saidAt", "The clocks went forward in this hour: check the time"),
            Some(said) if said > now => fault("saidAt", "The time must be now or in the past"),
            Some(said) if said < since => fault("saidAt", "The time must not be before the flag was raised"),
            Some(said) => Ok(said),
        }
    }

    /// The rating that its level stands for until somebody rates it.
    fn implied(&self) -> Option<MashRating> {
        match self.level {
            EscalationLevel::ImmediateDanger => Some(MashRating::Red),
            EscalationLevel::SignificantHarm => Some(MashRating::Amber),
            EscalationLevel::ChildInNeed | EscalationLevel::EarlyHelp => None,
        }
    }

    /// Rates it. A lower rating than before, or than the level stands for, needs a reason and a second person: it is
    /// proposed first, and holds once somebody else on the staff rates it the same.
    pub fn rate(&self, typed: &Rate, voice: Voice, now: DateTime<Utc>) -> Result<Step, Error> {
        self.must_be_open()?;
        let by = match voice {
            Voice::Hub(who) | Voice::Staff(who) => Some(who),
            Voice::System | Voice::Link => None,
        };
        let held = self.rating.as_ref().map(|rating| rating.rating);
        // `MashRating` is ordered by urgency, the most urgent first.
        let lower = typed.rating.is_some() && held.or(self.implied()).is_some_and(|held| typed.rating > Some(held));
        let reason = optional_prose("reason", &typed.reason, "The reason", PROSE);
        let proposed = self.lowering.as_ref().filter(|proposed| Some(proposed.rating) == typed.rating);
        let unexplained = lower && reason == Ok(None) && proposed.is_none();
        let same = typed.rating.is_some() && typed.rating == held && self.lowering.is_none();
        let (rating, reason, (), ()) = all((
            chosen("rating", typed.rating, "Select how urgent it is"),
            reason,
            check(!unexplained, "reason", "Enter why it is less urgent than it was"),
            check(!same, "rating", "This is how it is rated already"),
        ))?;
        match proposed {
            _ if matches!(voice, Voice::Staff(_)) && (proposed.is_none() || !lower) => {
                Err(Error::invalid("rating", "The MASH rates a flag: you can agree to a lower rating that it proposes"))
            }
            _ if !lower => Ok(Step::Rated(Rating { at: now, rating, reason, by })),
            Some(proposed) if by.is_some() && by != proposed.by => {
                let reason = reason.or_else(|| proposed.reason.clone());
                Ok(Step::Rated(Rating { at: now, rating, reason, by }))
            }
            Some(_) => Err(Error::invalid("rating", "Somebody else must agree that it is less urgent")),
            None => Ok(Step::LoweringProposed(Rating { at: now, rating, reason, by })),
        }
    }

    /// Records the MASH's answer. One that somebody relays names who said it, when and how, and waits to be confirmed. The
    /// MASH's own answer takes the place of a relayed one.
    pub fn answer(&self, typed: &AnswerEscalation, voice: Voice, now: DateTime<Utc>) -> Result<Step, Error> {
        self.must_be_open()?;
        let relays = matches!(voice, Voice::Staff(_));
        let life = Life::of(london_day(now), None);
        let said_on = past_day("saidOn", &typed.said_on, "The day", "Enter the day on which the MASH said it", life);
        let before = relays && said_on.as_ref().is_ok_and(|said| *said < london_day(self.raised_at));
        let (decision, mash_reference, text, said_by, said_on, (), channel) = all((
            chosen("decision", typed.decision, "Select what the MASH decided"),
            line("mashReference", &typed.mash_reference, "MASH reference", LINE, "Enter the MASH’s reference"),
            prose("answer", &typed.text, "The answer", PROSE, "Enter what the MASH said"),
            only(relays, || line("saidBy", &typed.said_by, "Who said it", LINE, "Enter who at the MASH said it")),
            only(relays, || said_on),
            check(!before, "saidOn", "The day must be the same as or after the day on which the flag was raised"),
            only(relays, || chosen("channel", typed.channel, "Select how you heard it")),
        ))?;
        let relayed = match (voice, said_by, said_on, channel) {
            (Voice::Staff(by), Some(said_by), Some(said_on), Some(channel)) => {
                let since = self.unconfirmed().map_or(now, |relayed| relayed.since);
                Some(Relayed { said_by, said_on, channel, by, since })
            }
            _ => None,
        };
        Ok(Step::Answered(MashAnswer { answered_at: now, decision, mash_reference, text, relayed }))
    }

    /// Confirms a relayed answer. Nobody confirms what they relayed themselves.
    pub fn confirm(&self, voice: Voice, now: DateTime<Utc>) -> Result<Step, Error> {
        let relayed = self.unconfirmed().ok_or(Conflict::AlreadyAnswered)?;
        match voice {
            Voice::Hub(who) | Voice::Staff(who) if who == relayed.by => Err(Conflict::OwnAnswer.into()),
            _ => Ok(Step::Confirmed(now)),
        }
    }
}

/// Reads what is asked only then.
fn only<T>(asked: bool, read: impl FnOnce() -> Read<T>) -> Read<Option<T>> {
    if asked { read().map(Some) } else { Ok(None) }
}

#[cfg(test)]
mod tests;
