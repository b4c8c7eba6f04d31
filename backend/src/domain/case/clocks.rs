//! The clocks of a case: what starts each, and what ends it.
//!
//! What must not live here: how long they run (`clock::rules`), and clocks of a referral that no case took up.

use chrono::NaiveDate;
use entity::vocabulary::{
    CaseState, ClockKind, EnquiryFinding, EnquiryKind, MashDecision, StatusGround, StatutoryStatus, Whereabouts,
};

use super::super::clock::Clock;
use super::super::escalation::Escalation;
use super::super::london::london_day;
use super::super::roll::Matter;
use super::super::school_age::compulsory_school_age;
use super::{Case, Enquiry, Placement};

impl Case {
    /// The clocks that run, the one that is late first at the front. Of a closed case only those do of what a school
    /// still owes: nothing is decided there any more.
    pub fn clocks(&self) -> Vec<Clock> {
        let returns = self.placements.iter().filter_map(Placement::clock);
        let mut clocks: Vec<Clock> = self.removals.iter().filter_map(Matter::clock).chain(returns).collect();
        if self.state == CaseState::Closed {
            clocks.retain(|clock| clock.kind != ClockKind::RollAnswer);
        } else {
            clocks.push(self.next_review());
            clocks.extend(
                self.open_enquiries().map(|enquiry| {
                    Clock::until(ClockKind::EnquiryAnswer, enquiry.id.0, enquiry.asked_on, enquiry.due_on)
                }),
            );
            clocks.extend(self.open_escalations().flat_map(Escalation::clocks));
            clocks.extend(self.checks());
            clocks.extend(self.begin_of_age());
            clocks.extend(self.end_of_age());
        }
        clocks.sort_by_key(|clock| (clock.late_at, clock.kind, clock.item));
        clocks
    }

    /// The earliest day on which something is owed; `None` once closed.
    pub fn due_on(&self) -> Option<NaiveDate> {
        let open = self.state != CaseState::Closed;
        self.clocks().first().filter(|_| open).map(Clock::due_on)
    }

    /// Only a review moves it: no note, answer or other act does. A home that is known is visited sooner.
    fn next_review(&self) -> Clock {
        let kind = match self.whereabouts {
            Whereabouts::KnownConfirmed | Whereabouts::KnownReported => ClockKind::ReviewKnown,
            Whereabouts::BelievedMovedUk | Whereabouts::BelievedMovedAbroad | Whereabouts::Unknown => {
                ClockKind::ReviewUnknown
            }
        };
        Clock::running(kind, self.id.0, self.reviewed_at)
    }

    /// What is done first on a case that is new or begins anew, until it is asked for; not while a place is attended. Nobody is sent to the door of a child whose case is
    /// restricted, who is believed to have left, whose home is not safe to visit, or about whom social care decides.
    fn checks(&self) -> impl Iterator<Item = Clock> {
        let outside = self.statuses.now().value == StatutoryStatus::NotCmeOutsideAge;
        // An offer is no education yet: the child is looked for until it is taken up.
        let offered = self.state == CaseState::Placement && self.statuses.now().value == StatutoryStatus::Cme;
        let works = (offered || matches!(self.state, CaseState::Enquiry | CaseState::Open)) && !outside;
        let counts = |enquiry: &&Enquiry| {
            let withdrawn = enquiry.answer.as_ref().is_some_and(|answer| answer.finding == EnquiryFinding::Withdrawn);
            Some(enquiry.asked_on) >= self.anew_since && !withdrawn
        };
        let mut asked = self.enquiries.iter().filter(counts);
        let first = works && asked.clone().next().is_none();
        let visited = asked.any(|enquiry| enquiry.kind == EnquiryKind::HomeVisit && enquiry.answer.is_some());
        let may_visit = self.restriction.is_none()
            && self.unsafe_homes.is_empty()
            && !self.is_led_by_social_care()
            && matches!(self.whereabouts, Whereabouts::KnownReported | Whereabouts::Unknown);
        let visit = works && may_visit && !visited;
        let running = |kind| Clock::running(kind, self.id.0, self.works_since);
        let first = first.then(|| running(ClockKind::FirstChecks));
        first.into_iter().chain(visit.then(|| running(ClockKind::HomeVisit)))
    }

    /// Whether a flag waits for the MASH, or social care has taken one up: a visit that nobody agreed with them may warn
    /// those whom the child is in danger from.
    fn is_led_by_social_care(&self) -> bool {
        let left = |decision| matches!(decision, MashDecision::NoFurtherAction | MashDecision::EarlyHelp);
        let ends = |flag: &Escalation| !flag.is_open() && flag.answer.as_ref().is_some_and(|told| left(told.decision));
        !self.escalations.iter().all(ends)
    }

    /// The beginning of compulsory school age of a child who is below it by the status of the case.
    fn begin_of_age(&self) -> Option<Clock> {
        let below = self.status_ground == Some(StatusGround::BelowAge);
        let begins = below.then_some(compulsory_school_age(self.born?).start)?;
        Some(Clock::until(ClockKind::AgeBegins, self.id.0, london_day(self.opened_at), begins.pred_opt()?))
    }

    /// The end of compulsory school age, unless it had ended before the case was opened.
    fn end_of_age(&self) -> Option<Clock> {
        let (opened_on, ends) = (london_day(self.opened_at), compulsory_school_age(self.born?).end);
        (ends >= opened_on).then(|| Clock::until(ClockKind::AgeEnds, self.id.0, opened_on, ends))
    }
}
