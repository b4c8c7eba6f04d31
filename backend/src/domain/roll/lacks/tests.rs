//! What stands in the way, as tables. What must not live here: the rules.

use entity::vocabulary::{EnquiryKind, RemovalCondition, RemovalGround, RollRegime, SchoolEnquiryKind, TermDateKind};
use entity::{RemovalId, SchoolId};

use super::super::super::school_days::TermDate;
use super::super::GROUNDS;
use super::*;

fn on(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Luton's calendar of autumn 2025, with a half term.
fn calendar() -> Calendar {
    let row = |kind, first, last| TermDate { kind, first: on(first), last: on(last) };
    let rows = vec![
        row(TermDateKind::Term, "2025-09-01", "2025-10-24"),
        row(TermDateKind::HalfTerm, "2025-10-27", "2025-10-31"),
        row(TermDateKind::Term, "2025-11-03", "2025-12-19"),
    ];
    Calendar::new(Vec::new(), rows).unwrap()
}

/// A proposal with everything its ground asks of the school.
fn proposal(ground: RemovalGround) -> Proposal {
    let since = match of(ground).since {
        Since::None => None,
        Since::LeaveEnded => Some(on("2025-10-17")),
        Since::FirstAbsent => Some(on("2025-10-06")),
        Since::NoticeDay => Some(on("2025-11-07")),
    };
    Proposal {
        id: RemovalId(uuid::Uuid::nil()),
        school: SchoolId(uuid::Uuid::nil()),
        contact: None,
        regime: RollRegime::Regulations2024,
        ground,
        conditions: of(ground).conditions.to_vec(),
        since,
        codes: vec!["N".to_owned(), "O".to_owned()],
        entered_on: Some(on("2024-09-02")),
        tried: vec![SchoolEnquiryKind::HomeVisit],
        note: String::new(),
        proposed_on: on("2025-11-10"),
    }
}

fn enquiry(outcome: JointEnquiryOutcome, school_agrees: bool, authority_agrees: bool) -> JointEnquiry {
    JointEnquiry {
        authority: vec![EnquiryKind::PupilRecords],
        school: vec![SchoolEnquiryKind::HomeVisit],
        outcome,
        school_agrees,
        authority_agrees,
        note: "Nobody knows".to_owned(),
        on: on("2025-11-10"),
    }
}

fn decided(decision: RemovalDecision, from: Option<&str>) -> Decision {
    Decision { decision, from: from.map(on), reason: "The aunt will ring".to_owned(), by: None, on: on("2025-11-10") }
}

/// What is known on the first day on which H and I allow it, but for enquiry and decision.
fn known(calendar: &Calendar) -> Known<'_> {
    Known {
        today: on("2025-11-10"),
        calendar,
        limb_two: false,
        found_by_school: false,
        enquiry: None,
        decision: None,
        removed_on: None,
    }
}

fn kinds(lacks: &[Lack]) -> Vec<RemovalLack> {
    lacks.iter().map(|lack| lack.lack).collect()
}

const H: RemovalGround = RemovalGround::NotBackFromLeave;
const I: RemovalGround = RemovalGround::ContinuouslyAbsent;

#[test]
fn a_ground_without_joint_enquiry_stands_on_its_own_conditions() {
    let calendar = calendar();
    for row in GROUNDS.iter().filter(|row| !row.joint_enquiry) {
        let whole = proposal(row.ground);
        assert_eq!(lacks(&whole, &known(&calendar)), [], "{}", row.letter);
        for left_out in row.conditions {
            let mut less = whole.clone();
            less.conditions.retain(|condition| condition != left_out);
            let found = lacks(&less, &known(&calendar));
            assert_eq!(kinds(&found), [RemovalLack::Condition], "{}", row.letter);
            assert!(found[0].text.contains(left_out.label()), "{found:?}");
        }
    }
}

#[test]
fn h_and_i_wait_for_the_days_the_enquiry_and_the_decision() {
    use RemovalLack::{Decision as Undecided, JointEnquiry as Alone, SchoolDays};
    let calendar = calendar();
    let (nowhere, may) =
        (enquiry(JointEnquiryOutcome::NotFound, false, false), decided(RemovalDecision::May, Some("2025-11-10")));
    for (ground, today, enquired, decided, lacking) in [
        // The weekday count would end with 31 October, and half term would be forgotten.
        (H, "2025-11-03", true, true, vec![SchoolDays]),
        (H, "2025-11-07", true, true, vec![SchoolDays]),
        (H, "2025-11-10", true, true, vec![]),
        (H, "2025-11-10", false, false, vec![Alone, Undecided]),
        (I, "2025-11-07", false, false, vec![SchoolDays, Alone, Undecided]),
        (I, "2025-11-10", true, false, vec![Undecided]),
        (I, "2025-11-10", true, true, vec![]),
    ] {
        let known = Known {
            today: on(today),
            enquiry: enquired.then_some(&nowhere),
            decision: decided.then_some(&may),
            ..known(&calendar)
        };
        assert_eq!(kinds(&lacks(&proposal(ground), &known)), lacking, "{ground:?} {today}");
    }
}

#[test]
fn a_school_day_is_never_guessed() {
    let (calendar, nowhere) = (Calendar::default(), enquiry(JointEnquiryOutcome::NotFound, false, false));
    let known = Known { today: on("2026-06-01"), enquiry: Some(&nowhere), ..known(&calendar) };
    assert_eq!(kinds(&lacks(&proposal(H), &known)), [RemovalLack::TermDates, RemovalLack::Decision]);
}

#[test]
fn a_child_who_was_found_stays_unless_the_second_limb_is_on_and_both_agree() {
    let calendar = calendar();
    let may = decided(RemovalDecision::May, Some("2025-11-10"));
    for (limb_two, school, authority, stays) in [
        (false, true, true, true),
        (true, false, false, true),
        (true, true, false, true),
        (true, false, true, true),
        (true, true, true, false),
    ] {
        let found = enquiry(JointEnquiryOutcome::Found, school, authority);
        let known = Known { limb_two, enquiry: Some(&found), decision: Some(&may), ..known(&calendar) };
        for ground in [H, I] {
            let lacking = if stays { vec![RemovalLack::Found] } else { vec![] };
            assert_eq!(kinds(&lacks(&proposal(ground), &known)), lacking, "{limb_two} {school} {authority}");
        }
        // Whether the child was found matters to no other ground.
        assert_eq!(lacks(&proposal(RemovalGround::Detained), &known), []);
    }
}

#[test]
fn only_g_n_and_o_make_a_continuous_absence() {
    let calendar = calendar();
    let (nowhere, may) =
        (enquiry(JointEnquiryOutcome::NotFound, false, false), decided(RemovalDecision::May, Some("2025-11-10")));
    let known = Known { enquiry: Some(&nowhere), decision: Some(&may), ..known(&calendar) };
    for (codes, words) in [
        (&["G"][..], None),
        (&["O"], None),
        (&["N", "O"], None),
        (&["G", "I"], Some("code I breaks")),
        (&["O", "Y1", "U"], Some("code Y1, U breaks")),
        (&["N"], Some("becomes another code within five school days")),
        (&[], Some("not told")),
    ] {
        let codes = codes.iter().map(|&code| code.to_owned()).collect();
        let found = lacks(&Proposal { codes, ..proposal(I) }, &known);
        match words {
            None => assert_eq!(found, []),
            Some(words) => assert!(found.len() == 1 && found[0].text.contains(words), "{words}: {found:?}"),
        }
    }
}

#[test]
fn a_notice_holds_once_its_day_has_passed() {
    let calendar = calendar();
    for (today, holds) in [("2025-11-06", false), ("2025-11-07", false), ("2025-11-08", true)] {
        let found = lacks(&proposal(RemovalGround::EducatedOtherwise), &Known { today: on(today), ..known(&calendar) });
        assert_eq!(found.is_empty(), holds, "{today}");
    }
}

#[test]
fn a_name_is_removed_neither_ahead_nor_backwards() {
    let calendar = calendar();
    for (day, decision, words) in [
        ("2025-11-10", None, None),
        ("2025-11-11", None, Some("a day ahead")),
        ("2025-11-07", None, Some("earlier day")),
        ("2025-11-10", Some("2025-11-11"), Some("allowed it from 11 November 2025")),
    ] {
        let decision = decision.map(|from| decided(RemovalDecision::May, Some(from)));
        let known = Known { removed_on: Some(on(day)), decision: decision.as_ref(), ..known(&calendar) };
        let found = lacks(&proposal(RemovalGround::RegisteredElsewhere), &known);
        match words {
            None => assert_eq!(found, []),
            Some(words) => assert!(found.iter().any(|lack| lack.text.contains(words)), "{day}: {found:?}"),
        }
    }
    let entered = Proposal { entered_on: Some(on("2025-11-20")), ..proposal(RemovalGround::Died) };
    let found = lacks(&entered, &Known { removed_on: Some(on("2025-11-10")), ..known(&calendar) });
    assert!(found[0].text.contains("entered on 20 November 2025"), "{found:?}");
}

#[test]
fn no_name_is_removed_from_a_day_before_its_ground_was_met() {
    let calendar = calendar();
    let nowhere = enquiry(JointEnquiryOutcome::NotFound, false, false);
    let may = decided(RemovalDecision::May, Some("2025-11-03"));
    // The ten and the twenty school days end with Friday 7 November, and the parent's notice names that day.
    for ground in [H, I, RemovalGround::EducatedOtherwise] {
        for (day, met) in [("2025-11-07", false), ("2025-11-08", true)] {
            let proposal = Proposal { proposed_on: on("2025-11-03"), ..proposal(ground) };
            let known =
                Known { enquiry: Some(&nowhere), decision: Some(&may), removed_on: Some(on(day)), ..known(&calendar) };
            let found = kinds(&lacks(&proposal, &known));
            assert_eq!(found, if met { vec![] } else { vec![RemovalLack::RemovalDay] }, "{ground:?} {day}");
        }
    }
}

#[test]
fn the_authority_s_no_binds_only_where_the_ground_asks_for_its_view() {
    let calendar = calendar();
    let no = decided(RemovalDecision::MayNot, None);
    let nowhere = enquiry(JointEnquiryOutcome::NotFound, false, false);
    for row in GROUNDS {
        let known = Known { enquiry: Some(&nowhere), decision: Some(&no), ..known(&calendar) };
        let declined = kinds(&lacks(&proposal(row.ground), &known)).contains(&RemovalLack::Declined);
        assert_eq!(declined, matches!(row.letter, 'H' | 'I'), "{}", row.letter);
    }
}

#[test]
fn the_sentence_says_where_a_matter_stands() {
    let calendar = calendar();
    let no = decided(RemovalDecision::MayNot, None);
    let mut matter = Matter::of(proposal(RemovalGround::Detained));
    let told = |matter: &Matter, decision: Option<&Decision>| {
        standing(matter, &lacks(&matter.proposal, &Known { decision, ..known(&calendar) }))
    };
    assert!(told(&matter, None).starts_with("The name may be removed under ground J"));
    matter.decision = Some(no.clone());
    assert_eq!(
        told(&matter, Some(&no)),
        "The name may be removed under ground J, which asks for nobody’s agreement; the authority’s view speaks against it: \
         The aunt will ring."
    );
    matter.proposal.conditions.retain(|condition| *condition != RemovalCondition::Sentenced);
    matter.decision = None;
    assert!(told(&matter, None).contains("it is not confirmed: “A court has passed"));
    matter.withdrawn = Some("Back at school".to_owned());
    assert!(told(&matter, None).contains("stays on the roll"));
}

#[test]
fn a_child_whom_the_school_found_itself_stays_until_both_have_looked_again() {
    let calendar = calendar();
    let (nowhere, found) =
        (enquiry(JointEnquiryOutcome::NotFound, true, true), enquiry(JointEnquiryOutcome::Found, true, true));
    for (ground, enquiry, limb_two, stays) in [
        (H, None, false, true),
        (I, None, false, true),
        (H, None, true, false),
        (H, Some(&nowhere), false, false),
        (H, Some(&found), false, true),
        (RemovalGround::EducatedOtherwise, None, false, false),
    ] {
        let known = Known { found_by_school: true, enquiry, limb_two, ..known(&calendar) };
        let lacking = kinds(&lacks(&proposal(ground), &known));
        assert_eq!(lacking.contains(&RemovalLack::Found), stays, "{ground:?} {enquiry:?} {limb_two}");
    }
}
