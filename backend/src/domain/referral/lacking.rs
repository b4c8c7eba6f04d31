//! The gate of reasonable enquiries: what a school does before it refers a child who is in no danger, as one table.
//!
//! What must not live here: how the answers are read (`read`), and whether a referral may pass all the same, which risk
//! decides.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use entity::vocabulary::{Answer, NoVisitReason, ReferralGround, SchoolDayRule, SchoolEnquiryKind};

use super::super::school_days::{Calendar, count, days_of};
use super::super::text::says_nothing;
use super::Lack;

/// What a ground asks of a school. These are the product's defaults: law and guidance speak of reasonable enquiries that
/// school and council make together, and give no list.
#[derive(Clone, Copy, Debug)]
struct Asks {
    /// The weekday of the absence from which on the ground can hold. Weekdays, because in the holidays a school would
    /// wait for weeks.
    weekday: u32,
    /// The number of different kinds of contact that were tried.
    kinds: usize,
    /// The number of different days on which they were tried.
    days: usize,
    /// Whether the emergency contacts are among them.
    emergency_contacts: bool,
    /// Whether there was a home visit, or a reason for none.
    visit: bool,
    /// The words that tell where the child went and how that is known: more than the name of a country.
    destination: usize,
}

fn asks_of(ground: ReferralGround) -> Asks {
    let of_a_child_gone = Asks { weekday: 2, kinds: 3, days: 2, emergency_contacts: true, visit: true, destination: 0 };
    match ground {
        ReferralGround::NotAtAddress => of_a_child_gone,
        // Ten school days are counted for it, which is more than any weekday.
        ReferralGround::NotBackFromLeave => Asks { weekday: 0, ..of_a_child_gone },
        // Where the move is confirmed nobody is at home to be visited, nor anybody else's to be rung.
        ReferralGround::MovedAbroad => {
            Asks { weekday: 0, kinds: 2, days: 1, emergency_contacts: false, visit: false, destination: 4 }
        }
    }
}

/// What a school must say beside the reason for which nobody visited the home; `None` where the reason says all.
fn words_for(reason: NoVisitReason) -> Option<&'static str> {
    match reason {
        NoVisitReason::Unsafe => Some("Enter why it is not safe to visit the home"),
        NoVisitReason::AskedNotTo => Some("Enter who asked you not to visit, and why"),
        NoVisitReason::OutsideArea | NoVisitReason::NoAddressKnown | NoVisitReason::ForcedMarriageOrHonour => None,
    }
}

/// One enquiry of the school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// Its number on the form.
    pub row: u32,
    /// What was tried.
    pub kind: SchoolEnquiryKind,
    /// The day on which it was, if that could be read.
    pub on: Option<NaiveDate>,
}

/// Why nobody visited the home.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoVisit {
    /// The reason.
    pub why: NoVisitReason,
    /// More about it, in words; may be empty.
    pub more: String,
}

/// What a school tells of its enquiries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Why the school refers the child.
    pub ground: ReferralGround,
    /// Its enquiries.
    pub tried: Vec<Tried>,
    /// Why nobody visited the home.
    pub no_visit: Option<NoVisit>,
    /// Whether the child has brothers or sisters at another school, or at one that is not told. Their own the school
    /// need not ask.
    pub siblings_elsewhere: bool,
    /// Whether professionals outside the school work with the child.
    pub professionals: Option<Answer>,
    /// The day on which the child last attended, or else was last seen.
    pub away_since: Option<NaiveDate>,
    /// The day on which the child was due back from leave.
    pub return_due: Option<NaiveDate>,
    /// The day on which the safeguarding lead looked at the risk.
    pub appraised_on: Option<NaiveDate>,
    /// Where the child went, in words. That it is said at all is asked where it is read.
    pub destination: String,
}

impl Told {
    /// The first day on which anybody can have looked into this absence: until a child was due back from leave, there is
    /// nothing to enquire about.
    fn begins(&self) -> Option<NaiveDate> {
        match self.ground {
            ReferralGround::NotBackFromLeave => self.return_due.or(self.away_since),
            ReferralGround::NotAtAddress | ReferralGround::MovedAbroad => self.away_since,
        }
    }
}

/// What a referral still lacks `today`, each with the way on; empty if the enquiries are enough.
pub fn lacking(told: &Told, calendar: &Calendar, today: NaiveDate) -> Vec<Lack> {
    let asks = asks_of(told.ground);
    let begins = told.begins();
    let is_early = |on: Option<NaiveDate>| begins.zip(on).is_some_and(|(begins, on)| on < begins);
    let of_this = || told.tried.iter().filter(|one| !is_early(one.on));
    let tried = |kind| of_this().any(|one| one.kind == kind);
    let kinds: BTreeSet<&str> =
        of_this().filter(|one| reaches_the_family(one.kind)).map(|one| one.kind.code()).collect();
    let days: BTreeSet<NaiveDate> = of_this().filter_map(|one| one.on).collect();
    let mut lacks = Vec::new();
    let mut lack = |holds: bool, field: &str, reason: String| {
        if !holds {
            lacks.push(Lack { field: field.to_owned(), reason });
        }
    };
    let since = begins.map(|begins| begins.format("%-d %B %Y").to_string()).unwrap_or_default();
    for one in told.tried.iter().filter(|one| is_early(one.on)) {
        let early = format!("Date of the enquiry must be on or after {since}, when the absence began");
        lack(false, &format!("enquiry.{}.date", one.row), early);
    }
    lack(
        !is_early(told.appraised_on),
        "appraisedOn",
        format!("Date of the safeguarding lead’s view must be on or after {since}, when the absence began"),
    );
    lack(
        told.away_since.is_none_or(|since| weekdays_after(since, today) >= asks.weekday),
        "lastAttended",
        "Wait until the child has been away for two weekdays. If the child may be at risk, say so and send this now"
            .to_owned(),
    );
    lack(
        says_nothing(&told.destination) || told.destination.split_whitespace().count() >= asks.destination,
        "destination",
        "Enter the country, and in words how you confirmed that the child is there".to_owned(),
    );
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
    let no_visit = told.no_visit.as_ref().filter(|_| asks.visit && !tried(SchoolEnquiryKind::HomeVisit));
    lack(
        !asks.visit || tried(SchoolEnquiryKind::HomeVisit) || no_visit.is_some(),
        "noHomeVisit",
        "Add a home visit, or select why there was none".to_owned(),
    );
    if let Some((words, NoVisit { more, .. })) = no_visit.and_then(|one| words_for(one.why).zip(Some(one))) {
        lack(!says_nothing(more), "noHomeVisitReason", words.to_owned());
    }
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

/// The weekdays after `since` up to `today`, included, as far as the gate counts.
fn weekdays_after(since: NaiveDate, today: NaiveDate) -> u32 {
    // Without term dates every weekday but a bank holiday counts.
    count(&Calendar::default(), SchoolDayRule::TenAfterLeave, since + Days::new(1), today).today
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
        (1..).zip(kinds).map(|(row, &(kind, day))| Tried { row, kind, on: Some(on(day)) }).collect()
    }

    fn told(ground: ReferralGround, kinds: &[(SchoolEnquiryKind, &str)]) -> Told {
        Told {
            ground,
            tried: tried(kinds),
            no_visit: None,
            siblings_elsewhere: false,
            professionals: Some(Answer::No),
            away_since: Some(on("2026-11-02")),
            return_due: None,
            appraised_on: Some(on("2026-11-10")),
            destination: "Lahore, Pakistan, told by the aunt".to_owned(),
        }
    }

    fn fields(told: &Told, today: &str) -> Vec<String> {
        lacking(told, &Calendar::default(), on(today)).into_iter().map(|lack| lack.field).collect()
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
        let no_visit = Some(NoVisit { why: NoVisitReason::OutsideArea, more: String::new() });
        let calm = Told { no_visit, ..calm };
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
        let enough = [(PhoneCall, "2026-11-09"), (EmergencyContact, "2026-11-10"), (HomeVisit, "2026-11-12")];
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

    #[test]
    fn what_was_done_before_the_absence_is_no_enquiry_into_it() {
        use ReferralGround::{MovedAbroad, NotAtAddress, NotBackFromLeave};
        let enough = [(PhoneCall, "2026-11-03"), (EmergencyContact, "2026-11-04"), (HomeVisit, "2026-11-09")];
        let old = [(PhoneCall, "2015-11-03"), (EmergencyContact, "2016-11-04"), (HomeVisit, "2016-11-09")];
        let dates = ["enquiry.1.date", "enquiry.2.date", "enquiry.3.date"];
        for (ground, kinds, expected) in [
            (NotAtAddress, enough, vec![]),
            (NotAtAddress, old, [&dates[..], &["enquiry", "enquiry", "enquiry", "noHomeVisit"]].concat()),
            (MovedAbroad, old, [&dates[..], &["enquiry", "enquiry"]].concat()),
        ] {
            assert_eq!(fields(&told(ground, &kinds), "2026-11-20"), expected, "{ground:?}");
        }
        let old_view = Told { appraised_on: Some(on("2013-05-01")), ..told(NotAtAddress, &enough) };
        assert_eq!(fields(&old_view, "2026-11-20"), ["appraisedOn"]);
        // Until the child is due back from leave, nobody is looked for.
        let leave = Told { return_due: Some(on("2026-11-04")), ..told(NotBackFromLeave, &enough) };
        assert_eq!(fields(&leave, "2026-12-01")[0], "enquiry.1.date");
        let unseen = Told { away_since: None, ..told(NotAtAddress, &old) };
        assert_eq!(fields(&unseen, "2026-11-20"), [""; 0], "without a day nothing is too early");
    }

    #[test]
    fn a_child_who_left_yesterday_is_not_gone_yet() {
        use ReferralGround::{MovedAbroad, NotAtAddress};
        for (ground, away_since, today, waits) in [
            // A Tuesday, and a Friday.
            (NotAtAddress, "2026-11-17", "2026-11-17", true),
            (NotAtAddress, "2026-11-17", "2026-11-18", true),
            (NotAtAddress, "2026-11-17", "2026-11-19", false),
            (NotAtAddress, "2026-11-13", "2026-11-16", true),
            (NotAtAddress, "2026-11-13", "2026-11-17", false),
            (MovedAbroad, "2026-11-17", "2026-11-18", false),
        ] {
            let told = Told { away_since: Some(on(away_since)), ..told(ground, &[]) };
            assert_eq!(
                fields(&told, today).contains(&"lastAttended".to_owned()),
                waits,
                "{ground:?} {away_since} {today}"
            );
        }
    }

    #[test]
    fn a_country_alone_and_a_reason_alone_say_too_little() {
        use ReferralGround::{MovedAbroad, NotAtAddress};
        let enough = [(PhoneCall, "2026-11-03"), (EmergencyContact, "2026-11-04"), (Letter, "2026-11-09")];
        let abroad = Told { destination: "Pakistan".to_owned(), ..told(MovedAbroad, &enough) };
        assert_eq!(fields(&abroad, "2026-11-20"), ["destination"]);
        for (why, more, enough_said) in [
            (NoVisitReason::AskedNotTo, "", false),
            (NoVisitReason::AskedNotTo, "N/A!", false),
            (NoVisitReason::AskedNotTo, "The police, who had a warrant for the day", true),
            (NoVisitReason::Unsafe, "x", false),
            (NoVisitReason::Unsafe, "A dog bit a colleague there", true),
            (NoVisitReason::OutsideArea, "", true),
            (NoVisitReason::NoAddressKnown, "", true),
        ] {
            let no_visit = Some(NoVisit { why, more: more.to_owned() });
            let mut told = Told { no_visit, ..told(NotAtAddress, &enough) };
            assert_eq!(fields(&told, "2026-11-20").is_empty(), enough_said, "{why:?} {more}");
            told.tried.extend([Tried { row: 4, kind: HomeVisit, on: Some(on("2026-11-10")) }]);
            assert!(fields(&told, "2026-11-20").is_empty(), "a visit needs no reason");
        }
    }
}
