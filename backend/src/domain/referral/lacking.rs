//! The gate of reasonable enquiries: what a school does before it refers a child who is in no danger, as one table.
//!
//! What must not live here: how the answers are read (`read`), and whether a referral may pass all the same, which risk
//! decides.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use entity::vocabulary::{Answer, NoVisitReason, ReferralGround, SchoolDayRule, SchoolEnquiryKind};

use super::super::school_days::{Calendar, count, days_of};
use super::Lack;

/// What a ground asks of a school. These are the product's defaults: law and guidance speak of reasonable enquiries that
/// school and council make together, and give no list.
#[derive(Clone, Copy, Debug)]
struct Asks {
    /// The number of different kinds of contact that were tried.
    kinds: usize,
    /// The number of different days on which they were tried.
    days: usize,
    /// Whether the emergency contacts are among them.
    emergency_contacts: bool,
    /// Whether there was a home visit, or a reason for none.
    visit: bool,
}

fn asks_of(ground: ReferralGround) -> Asks {
    match ground {
        ReferralGround::NotAtAddress | ReferralGround::NotBackFromLeave => {
            Asks { kinds: 3, days: 2, emergency_contacts: true, visit: true }
        }
        // Where the move is confirmed nobody is at home to be visited, nor anybody else's to be rung.
        ReferralGround::MovedAbroad => Asks { kinds: 2, days: 1, emergency_contacts: false, visit: false },
    }
}

/// One enquiry of the school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// What was tried.
    pub kind: SchoolEnquiryKind,
    /// The day on which it was, if that could be read.
    pub on: Option<NaiveDate>,
}

/// What a school tells of its enquiries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Why the school refers the child.
    pub ground: ReferralGround,
    /// Its enquiries.
    pub tried: Vec<Tried>,
    /// Why nobody visited the home.
    pub no_visit: Option<NoVisitReason>,
    /// Whether the child has brothers or sisters at another school, or at one that is not told. Their own the school
    /// need not ask.
    pub siblings_elsewhere: bool,
    /// Whether professionals outside the school work with the child.
    pub professionals: Option<Answer>,
    /// The day on which the child was due back from leave.
    pub return_due: Option<NaiveDate>,
}

/// What a referral still lacks `today`, each with the way on; empty if the enquiries are enough.
pub fn lacking(told: &Told, calendar: &Calendar, today: NaiveDate) -> Vec<Lack> {
    let asks = asks_of(told.ground);
    let tried = |kind| told.tried.iter().any(|one| one.kind == kind);
    let kinds: BTreeSet<&str> =
        told.tried.iter().filter(|one| reaches_the_family(one.kind)).map(|one| one.kind.code()).collect();
    let days: BTreeSet<NaiveDate> = told.tried.iter().filter_map(|one| one.on).collect();
    let mut lacks = Vec::new();
    let mut lack = |holds: bool, field: &str, reason: String| {
        if !holds {
            lacks.push(Lack { field: field.to_owned(), reason });
        }
    };
    lack(
        kinds.len() >= asks.kinds,
        "enquiry",
        format!(
            "Try at least {} different ways to reach the family, such as calls, texts, letters and visits, and add each",
            asks.kinds
        ),
    );
    lack(
        days.len() >= asks.days,
        "enquiry",
        if asks.days == 1 {
            "Add the day on which you tried".to_owned()
        } else {
            format!("Try on at least {} different days", asks.days)
        },
    );
    lack(
        !asks.emergency_contacts || tried(SchoolEnquiryKind::EmergencyContact),
        "enquiry",
        "Ask the emergency contacts and add what came of it, or add that you hold none".to_owned(),
    );
    lack(
        !asks.visit || tried(SchoolEnquiryKind::HomeVisit) || told.no_visit.is_some(),
        "noHomeVisit",
        "Add a home visit, or select why there was none".to_owned(),
    );
    lack(
        !told.siblings_elsewhere || tried(SchoolEnquiryKind::SiblingsSchool),
        "enquiry",
        "Ask the schools of the brothers and sisters, and add what they said".to_owned(),
    );
    lack(
        told.professionals != Some(Answer::Yes) || tried(SchoolEnquiryKind::Agency),
        "enquiry",
        "Ask the professionals who work with the child, and add what they said".to_owned(),
    );
    if let (ReferralGround::NotBackFromLeave, Some(due)) = (told.ground, told.return_due) {
        let days = count(calendar, SchoolDayRule::TenAfterLeave, due, today);
        let estimate = if days.estimated {
            " This is an estimate, because we have no term dates for all of this time."
        } else {
            ""
        };
        // An estimate counts every weekday, so it never makes a school wait longer than its own days do.
        lack(
            days.passed,
            "returnDue",
            format!(
                "Wait until the {} school days after the leave are over: the last is {}, and today is school day {}.{estimate} \
                 If the child may be at risk, say so and send this now",
                days_of(days.rule),
                days.last_day.format("%-d %B %Y"),
                days.today,
            ),
        );
    }
    lacks
}

/// Whether an enquiry of this kind can reach the child's family or whoever knows where they are.
fn reaches_the_family(kind: SchoolEnquiryKind) -> bool {
    !matches!(kind, SchoolEnquiryKind::SiblingsSchool | SchoolEnquiryKind::Agency)
}

#[cfg(test)]
mod tests {
    use super::*;
    use SchoolEnquiryKind::{Agency, EmergencyContact, HomeVisit, Letter, PhoneCall, SiblingsSchool, Text};

    fn on(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn tried(kinds: &[(SchoolEnquiryKind, &str)]) -> Vec<Tried> {
        kinds.iter().map(|&(kind, day)| Tried { kind, on: Some(on(day)) }).collect()
    }

    fn told(ground: ReferralGround, kinds: &[(SchoolEnquiryKind, &str)]) -> Told {
        let professionals = Some(Answer::No);
        Told { ground, tried: tried(kinds), no_visit: None, siblings_elsewhere: false, professionals, return_due: None }
    }

    #[test]
    fn each_ground_asks_for_its_own_enquiries() {
        use ReferralGround::{MovedAbroad, NotAtAddress};
        let enough = [(PhoneCall, "2026-11-03"), (EmergencyContact, "2026-11-04"), (HomeVisit, "2026-11-09")];
        for (ground, kinds, lacks) in [
            (NotAtAddress, &enough[..], vec![]),
            (
                NotAtAddress,
                &[(Text, "2026-11-03")][..],
                vec!["different ways", "different days", "emergency", "home visit"],
            ),
            (NotAtAddress, &enough[..2], vec!["different ways", "home visit"]),
            (
                NotAtAddress,
                &[(PhoneCall, "2026-11-03"), (EmergencyContact, "2026-11-03"), (HomeVisit, "2026-11-03")],
                vec!["different days"],
            ),
            (
                NotAtAddress,
                &[(PhoneCall, "2026-11-03"), (Letter, "2026-11-04"), (HomeVisit, "2026-11-09")],
                vec!["emergency"],
            ),
            (MovedAbroad, &[(PhoneCall, "2026-11-03"), (Letter, "2026-11-03")], vec![]),
            (MovedAbroad, &[(PhoneCall, "2026-11-03"), (Agency, "2026-11-04")], vec!["different ways"]),
        ] {
            let found = lacking(&told(ground, kinds), &Calendar::default(), on("2026-11-20"));
            assert_eq!(found.len(), lacks.len(), "{kinds:?}: {found:?}");
            for (lack, words) in found.iter().zip(lacks) {
                assert!(lack.reason.contains(words), "{words}: {lack:?}");
            }
        }
    }

    #[test]
    fn whoever_is_known_to_be_there_is_asked_and_a_reason_stands_for_a_visit() {
        let enough = [(PhoneCall, "2026-11-03"), (EmergencyContact, "2026-11-04"), (Letter, "2026-11-09")];
        let calm = told(ReferralGround::NotAtAddress, &enough);
        let calm = Told { no_visit: Some(NoVisitReason::ForcedMarriageOrHonour), ..calm };
        let fields = |told: &Told| {
            let found = lacking(told, &Calendar::default(), on("2026-11-20"));
            found.into_iter().map(|lack| lack.reason).collect::<Vec<_>>()
        };
        assert!(fields(&calm).is_empty());
        let mut family = Told { siblings_elsewhere: true, professionals: Some(Answer::Yes), ..calm };
        assert_eq!(fields(&family).len(), 2);
        family.tried.extend(tried(&[(SiblingsSchool, "2026-11-10"), (Agency, "2026-11-10")]));
        assert!(fields(&family).is_empty());
    }

    #[test]
    fn after_leave_ten_school_days_must_have_passed() {
        let enough = [(PhoneCall, "2026-11-03"), (EmergencyContact, "2026-11-04"), (HomeVisit, "2026-11-09")];
        let leave = told(ReferralGround::NotBackFromLeave, &enough);
        // The tenth weekday from Monday 9 November is Friday 20 November.
        let leave = Told { return_due: Some(on("2026-11-09")), ..leave };
        for (today, ready) in [("2026-11-13", false), ("2026-11-20", false), ("2026-11-21", true)] {
            let found = lacking(&leave, &Calendar::default(), on(today));
            assert_eq!(found.is_empty(), ready, "{today}");
            assert!(found.iter().all(|lack| lack.field == "returnDue" && lack.reason.contains("20 November 2026")));
            assert!(found.iter().all(|lack| lack.reason.contains("estimate")));
        }
    }
}
