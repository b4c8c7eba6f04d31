//! What happens in a case: about five facts, each with its moment. Of a hundred cases some seventy are closed, as in a
//! register that was kept for years; one in twenty was put to the MASH, and five of a thousand are restricted.
//!
//! What must not live here: the rows that follow from it (`case`).

use backend::domain::case::{CaseEvent, Closure, Destination, Enquiry, EnquiryAnswer, Placement};
use backend::domain::escalation::{Escalation, MashAnswer};
use backend::domain::london::london_day;
use chrono::{DateTime, Days, TimeDelta, Utc};
use entity::EnquiryId;
use entity::vocabulary::{
    CaseState, EnquiryFinding, EnquiryKind, EscalationLevel, EvidenceKind, MashDecision, Outcome, PlacementKind,
    Restriction,
};

use super::World;
use super::dice::Dice;
use super::people::People;

/// Where a case is to stand in the end, and when its last fact happens.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    pub(super) state: CaseState,
    pub(super) at: DateTime<Utc>,
    pub(super) restricted: bool,
}

impl End {
    /// The end of case `number`. The younger a case, the likelier it is open.
    pub(super) fn of(world: &World, number: u64) -> Self {
        let dice = world.dice.of("case", number);
        let opened_at = world.opened_at(number);
        let age = world.now - opened_at;
        let open = match number * 100 / world.size.cases.max(1) {
            90.. => 80,
            67.. => 45,
            _ => 22,
        };
        let state = if dice.is("open", open, 100) {
            match dice.below("state", 35) {
                0..5 => CaseState::Enquiry,
                5..15 => CaseState::Placement,
                15..30 => CaseState::Open,
                _ => CaseState::TrackingOut,
            }
        } else {
            CaseState::Closed
        };
        let days = |what, least, most: u64| {
            TimeDelta::minutes(
                i64::try_from(least * 24 * 60 + dice.below(what, (most - least) * 24 * 60)).unwrap_or_default(),
            )
        };
        let at = if state == CaseState::Closed {
            opened_at + days("closed after", 20, 90).min(age * 9 / 10)
        } else {
            world.now - days("rests since", 0, 40).min(age / 10)
        };
        Self { state, at, restricted: dice.is("restricted", 5, 1_000) }
    }
}

/// The facts that follow the opening of a case, in order.
pub(super) struct Plot<'a> {
    pub(super) world: &'a World,
    pub(super) people: &'a People,
    pub(super) number: u64,
    pub(super) end: End,
}

/// A fact that waits for its moment.
#[derive(Clone, Copy, Debug)]
enum Step {
    Restriction,
    Enquiry(&'static str),
    EnquiryAnswer,
    Flag,
    FlagAnswer,
    Note,
    Placement,
    Tracking,
    Closing,
}

impl Plot<'_> {
    fn dice(&self) -> Dice {
        self.world.dice.of("case", self.number)
    }

    /// The facts after the opening, each with its moment: evenly spread until the end.
    pub(super) fn facts(&self) -> Vec<(DateTime<Utc>, CaseEvent)> {
        let opened_at = self.world.opened_at(self.number);
        let steps = self.steps();
        let count = i32::try_from(steps.len()).unwrap_or(i32::MAX).max(1);
        let step = (self.end.at - opened_at) / count;
        let moment = |n: i32| if n == count { self.end.at } else { opened_at + whole(step * n) };
        (1..).zip(steps).map(|(n, step)| (moment(n), self.fact(step, moment(n)))).collect()
    }

    fn steps(&self) -> Vec<Step> {
        let dice = self.dice();
        let flagged = dice.is("flagged", 1, 20);
        let closed = self.end.state == CaseState::Closed;
        // A flag or an enquiry that is still open came last: nobody leaves one for years.
        let flag_open = flagged && !closed && dice.is("flag open", 1, 3);
        let enquiry_open = !closed && !flag_open && dice.is("enquiry open", 3, 5);
        let mut steps = Vec::new();
        if self.end.restricted {
            steps.push(Step::Restriction);
        }
        steps.push(Step::Enquiry("first"));
        if flagged && !flag_open {
            steps.extend([Step::Flag, Step::FlagAnswer]);
        } else {
            steps.push(Step::Note);
        }
        steps.push(Step::EnquiryAnswer);
        match self.end.state {
            CaseState::Closed => steps.push(Step::Closing),
            CaseState::Placement => steps.push(Step::Placement),
            CaseState::TrackingOut => steps.push(Step::Tracking),
            CaseState::Open | CaseState::Enquiry => {}
        }
        if flag_open {
            steps.push(Step::Flag);
        } else if enquiry_open {
            steps.push(Step::Enquiry("second"));
        }
        steps
    }

    fn fact(&self, step: Step, at: DateTime<Utc>) -> CaseEvent {
        match step {
            Step::Restriction => self.restriction(),
            Step::Enquiry(which) => self.enquiry(at, which),
            Step::EnquiryAnswer => self.enquiry_answer(at),
            Step::Flag => self.flag(at),
            Step::FlagAnswer => self.flag_answer(at),
            Step::Note => self.note(),
            Step::Placement => self.placement(at),
            Step::Tracking => CaseEvent::TrackingBegan(tracking(at)),
            Step::Closing => CaseEvent::CaseClosed(self.closure(at)),
        }
    }

    fn restriction(&self) -> CaseEvent {
        let dice = self.dice();
        let grounds = [Restriction::Protected, Restriction::Adopted, Restriction::StaffRelative];
        let first = dice.one("officer", &self.people.managers);
        let other = self.people.managers.iter().find(|manager| *manager != first);
        CaseEvent::CaseRestricted {
            restriction: *dice.one("ground", &grounds),
            reason: "An order of the court says that nobody may learn where the family lives.".to_owned(),
            readers: std::iter::once(*first).chain(other.copied()).collect(),
        }
    }

    fn enquiry_id(&self, which: &str) -> EnquiryId {
        self.dice().id(which, self.world.opened_at(self.number))
    }

    fn enquiry(&self, at: DateTime<Utc>, which: &str) -> CaseEvent {
        let dice = self.dice();
        CaseEvent::EnquiryRecorded(Enquiry {
            id: self.enquiry_id(which),
            kind: *dice.one(which, EnquiryKind::ALL),
            asked_of: "The duty officer there".to_owned(),
            agency: None,
            asked_on: london_day(at),
            due_on: london_day(at) + Days::new(5 + dice.below("due", 16)),
            note: "Asked for any address since the summer, and for the names of adults in the household.".to_owned(),
            answer: None,
            gateway: None,
            returned_on: None,
        })
    }

    fn enquiry_answer(&self, at: DateTime<Utc>) -> CaseEvent {
        let located = self.end.state == CaseState::Closed;
        CaseEvent::EnquiryAnswered {
            enquiry: self.enquiry_id("first"),
            answer: EnquiryAnswer {
                answered_on: london_day(at),
                finding: if located { EnquiryFinding::Located } else { EnquiryFinding::NothingFound },
                text: "Looked through the records of the last two years and rang back with what they say.".to_owned(),
            },
        }
    }

    fn note(&self) -> CaseEvent {
        let text = format!(
            "Spoke to the school and to a relative, who gave no address. The next step was agreed with the lead officer; \
             it stands in the file under {:016x}.",
            self.dice().roll("note"),
        );
        CaseEvent::NoteAdded { text }
    }

    fn flag(&self, at: DateTime<Utc>) -> CaseEvent {
        CaseEvent::EscalationRaised(Escalation::raised(
            self.dice().id("flag", self.world.opened_at(self.number)),
            *self.dice().one("level", EscalationLevel::ALL),
            "The class teacher saw signs of neglect".to_owned(),
            "Told again by a neighbour, and the family is not found.".to_owned(),
            at,
        ))
    }

    fn flag_answer(&self, at: DateTime<Utc>) -> CaseEvent {
        CaseEvent::EscalationAnswered {
            escalation: self.dice().id("flag", self.world.opened_at(self.number)),
            answer: MashAnswer {
                answered_at: at,
                decision: *self.dice().one("decision", MashDecision::ALL),
                mash_reference: format!("MASH-{}", self.number),
                text: "Looked at by the hub on the same day.".to_owned(),
                relayed: None,
            },
        }
    }

    fn placement(&self, at: DateTime<Utc>) -> CaseEvent {
        let school = self.dice().one("placed at", &self.people.schools);
        CaseEvent::PlacementRecorded(Placement {
            id: self.dice().id("placement", self.world.opened_at(self.number)),
            kind: PlacementKind::StateSchool,
            provider: school.name.clone(),
            school: Some(school.id),
            starts_on: london_day(at) + Days::new(7),
            recorded_at: at,
            attended_on: None,
            returned_on: None,
            ended_on: None,
        })
    }

    fn closure(&self, at: DateTime<Utc>) -> Closure {
        let (outcome, evidence, destination) = match self.dice().below("outcome", 3) {
            0 => (Outcome::OnRollState, EvidenceKind::SchoolConfirmation, "A school here"),
            1 => (Outcome::MovedUkConfirmed, EvidenceKind::AuthorityConfirmation, "Another authority, its school"),
            _ => (Outcome::MovedAbroadConfirmed, EvidenceKind::OverseasSchoolConfirmation, "Abroad, a school there"),
        };
        Closure {
            outcome,
            evidence,
            evidence_on: london_day(at),
            evidence_from: "The admissions clerk, by telephone".to_owned(),
            destination: None,
            place: Some(Destination {
                school: destination.to_owned(),
                attended_on: Some(london_day(at)),
                ..Destination::default()
            }),
            proposed_by: None,
            hands_over_flags: false,
            duplicate_of: None,
            note: "On roll and seen in class.".to_owned(),
        }
    }
}

fn tracking(at: DateTime<Utc>) -> Closure {
    Closure {
        outcome: Outcome::MovedAbroadConfirmed,
        evidence: EvidenceKind::FamilyAccount,
        evidence_on: london_day(at),
        evidence_from: "An aunt".to_owned(),
        destination: None,
        place: Some(Destination { country: "Abroad".to_owned(), ..Destination::default() }),
        proposed_by: None,
        hands_over_flags: false,
        duplicate_of: None,
        note: "The school there is asked to confirm.".to_owned(),
    }
}

/// A span in whole milliseconds, which is what both engines and digests keep.
fn whole(span: TimeDelta) -> TimeDelta {
    TimeDelta::milliseconds(span.num_milliseconds())
}
