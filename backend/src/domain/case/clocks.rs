//! The clocks of a case: what starts each, and what ends it.
//!
//! What must not live here: how long they run (`clock::rules`), and clocks of a referral that no case took up.

use chrono::NaiveDate;
use entity::vocabulary::{CaseState, ClockKind, EnquiryKind, Whereabouts};

use super::super::clock::Clock;
use super::super::london::london_day;
use super::super::roll::Matter;
use super::super::school_age::compulsory_school_age;
use super::{Case, Placement};

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
            let flags = self.open_escalations();
            clocks.extend(flags.map(|flag| Clock::running(ClockKind::MashAnswer, flag.id.0, flag.raised_at)));
            clocks.extend(self.checks());
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

    /// What is done first on a new case, until it is asked for. Nobody is sent to the door of a child whose case is
    /// restricted, or who is believed to have left.
    fn checks(&self) -> impl Iterator<Item = Clock> {
        let works = matches!(self.state, CaseState::Enquiry | CaseState::Open);
        let visited = self.enquiries.iter().any(|enquiry| enquiry.kind == EnquiryKind::HomeVisit);
        let may_visit =
            self.restriction.is_none() && matches!(self.whereabouts, Whereabouts::KnownReported | Whereabouts::Unknown);
        let first = works && self.enquiries.is_empty();
        let visit = works && may_visit && !visited;
        let running = |kind| Clock::running(kind, self.id.0, self.works_since);
        let first = first.then(|| running(ClockKind::FirstChecks));
        first.into_iter().chain(visit.then(|| running(ClockKind::HomeVisit)))
    }

    /// The end of compulsory school age, unless it had ended before the case was opened.
    fn end_of_age(&self) -> Option<Clock> {
        let (opened_on, ends) = (london_day(self.opened_at), compulsory_school_age(self.born?).end);
        (ends >= opened_on).then(|| Clock::until(ClockKind::AgeEnds, self.id.0, opened_on, ends))
    }
}
