//! The kinds of clock: how long each runs, on which days, and who is told when. Where no law or guidance sets a time,
//! the product's default stands here and says so.
//!
//! What must not live here: what starts and ends a clock.

use entity::vocabulary::{ClockKind, ClockUnit};

/// How long the clocks of one kind run, and who is told.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The kind.
    pub kind: ClockKind,
    /// The length, in `unit`; 0 working days is the same working day.
    pub length: u32,
    /// What the length is counted in. Of days, the one on which a clock starts is not counted.
    pub unit: ClockUnit,
    /// Whether a last day on which the office is closed makes way for the next working day.
    pub onto_working_day: bool,
    /// Whether it is about a child's safety: it stops for no weekend, and climbs by the hour.
    pub safeguarding: bool,
    /// The working days before the last day from which its owner is told that it comes; 0 where they are not.
    pub warn: u32,
    /// After which time past its end a manager is told: in hours for safeguarding, otherwise in working days.
    pub manager: u32,
    /// After which time past its end the head of service is told, counted likewise.
    pub head: u32,
    /// Where the length comes from.
    pub source: &'static str,
}

const DEFAULT: &str = "This service’s default: no law or guidance that we could read sets a time.";

/// A clock of work that waits: it climbs by working days.
const fn work(kind: ClockKind, length: u32, unit: ClockUnit, warn: u32) -> Rule {
    let onto_working_day = matches!(unit, ClockUnit::Days);
    Rule { kind, length, unit, onto_working_day, safeguarding: false, warn, manager: 2, head: 5, source: DEFAULT }
}

/// A clock of a child's safety: it climbs by hours.
const fn safety(kind: ClockKind, length: u32, unit: ClockUnit) -> Rule {
    let climbs =
        Rule { manager: 0, head: 4, safeguarding: true, onto_working_day: false, ..work(kind, length, unit, 0) };
    Rule { source: DEFAULT, ..climbs }
}

/// Every kind, in the order in which people are shown them.
pub const RULES: [Rule; 19] = {
    use ClockKind as K;
    use ClockUnit::{Days, Given, Hours, WorkingDays};
    [
        safety(K::FlaggedScreening, 4, Hours),
        safety(K::MashAcknowledgement, 2, Hours),
        safety(K::MashRed, 4, Hours),
        safety(K::MashAnswer, 1, Days),
        safety(K::MashAmber, 1, Days),
        safety(K::MashGreen, 3, Days),
        Rule { manager: 0, ..work(K::MashConfirmation, 1, WorkingDays, 0) },
        work(K::Screening, 0, WorkingDays, 0),
        work(K::AuthorityAnswer, 5, WorkingDays, 0),
        work(K::FirstChecks, 5, WorkingDays, 1),
        work(K::HomeVisit, 10, WorkingDays, 2),
        Rule { source: "Whoever asks names the day.", ..work(K::EnquiryAnswer, 0, Given, 0) },
        work(K::ReviewKnown, 14, Days, 1),
        work(K::ReviewUnknown, 42, Days, 2),
        Rule {
            source: "This service’s default: the six weeks that one council publishes for its own checks.",
            manager: 0,
            head: 10,
            ..work(K::RollAnswer, 30, WorkingDays, 5)
        },
        work(K::RemovalAllowed, 10, WorkingDays, 0),
        Rule {
            source: "School Attendance (Pupil Registration) (England) Regulations 2024, regulation 13(1): within five \
                     days of the entry, each day counted.",
            onto_working_day: false,
            ..work(K::NewPupilReturn, 5, Days, 1)
        },
        Rule {
            source: "Education Act 1996 section 8: the prescribed day on or after the fifth birthday.",
            manager: 0,
            head: 5,
            ..work(K::AgeBegins, 0, Given, 10)
        },
        Rule {
            source: "Education Act 1996 section 8: the last Friday in June of the school year in which the child is 16.",
            manager: 0,
            head: 5,
            ..work(K::AgeEnds, 0, Given, 20)
        },
    ]
};

/// The rule of a kind.
#[expect(clippy::missing_panics_doc, reason = "a test holds that each kind has its rule")]
pub fn rule(kind: ClockKind) -> &'static Rule {
    RULES.iter().find(|rule| rule.kind == kind).expect("each kind has its rule")
}
