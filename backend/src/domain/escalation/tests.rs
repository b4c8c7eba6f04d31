use entity::vocabulary::ClockKind as K;
use uuid::Uuid;

use super::super::clock::due_on;
use super::*;

const OFFICER: Voice = Voice::Staff(StaffId(Uuid::from_u128(1)));
const MANAGER: Voice = Voice::Staff(StaffId(Uuid::from_u128(2)));
const LIAISON: Voice = Voice::Hub(StaffId(Uuid::from_u128(3)));
const OTHER_LIAISON: Voice = Voice::Hub(StaffId(Uuid::from_u128(4)));

/// A Friday evening.
const RAISED: &str = "2026-11-27T17:30:00Z";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn flag() -> Escalation {
    let id = EscalationId(Uuid::from_u128(9));
    Escalation::raised(id, EscalationLevel::SignificantHarm, "Seen hurt".into(), "Twice".into(), at(RAISED))
}

fn later() -> DateTime<Utc> {
    at("2026-11-30T10:00:00Z")
}

fn after(flag: &Escalation, step: Result<Step, Error>) -> Escalation {
    let mut flag = flag.clone();
    flag.apply(&step.expect("it is allowed"));
    flag
}

fn answer() -> AnswerEscalation {
    AnswerEscalation {
        decision: Some(MashDecision::StrategyDiscussion),
        mash_reference: "MASH-1".into(),
        text: "Today at two".into(),
        said_by: "Robin Sample".into(),
        said_on: "2026-11-30".into(),
        channel: Some(Channel::Telephone),
    }
}

fn rate(rating: MashRating, reason: &str) -> Rate {
    Rate { rating: Some(rating), reason: reason.into() }
}

fn conflict<T: std::fmt::Debug>(refused: Result<T, Error>) -> Conflict {
    let Err(Error::Conflict(conflict)) = refused else { panic!("not refused: {refused:?}") };
    conflict
}

fn fields<T: std::fmt::Debug>(refused: Result<T, Error>) -> Vec<String> {
    let Err(Error::Invalid(faults)) = refused else { panic!("not refused: {refused:?}") };
    faults.into_iter().map(|fault| fault.field).collect()
}

#[test]
fn a_flag_waits_for_one_thing_after_another() {
    let raised = flag();
    assert_eq!(raised.stage(), EscalationStage::Raised);
    let acknowledged = after(&raised, raised.acknowledge(&Acknowledge::default(), LIAISON, later()));
    assert_eq!(acknowledged.stage(), EscalationStage::Acknowledged);
    let rated = after(&acknowledged, acknowledged.rate(&rate(MashRating::Red, ""), LIAISON, later()));
    assert_eq!(rated.stage(), EscalationStage::Rated);
    let relayed = after(&rated, rated.answer(&answer(), OFFICER, later()));
    assert_eq!((relayed.stage(), relayed.is_open()), (EscalationStage::Relayed, true));
    let confirmed = after(&relayed, relayed.confirm(LIAISON, later()));
    assert_eq!((confirmed.stage(), confirmed.is_open()), (EscalationStage::Answered, false));
    assert!(confirmed.answer(&answer(), LIAISON, later()).is_err());
    assert!(confirmed.rate(&rate(MashRating::Green, "Over"), LIAISON, later()).is_err());
}

#[test]
fn the_word_of_the_mash_counts_at_once_and_takes_the_place_of_a_relayed_one() {
    let asked = AnswerEscalation { said_by: String::new(), said_on: String::new(), channel: None, ..answer() };
    for voice in [LIAISON, Voice::System] {
        let answered = after(&flag(), flag().answer(&asked, voice, later()));
        assert_eq!((answered.stage(), answered.is_open()), (EscalationStage::Answered, false), "{voice:?}");
    }
    let relayed = after(&flag(), flag().answer(&answer(), OFFICER, later()));
    let own = AnswerEscalation { decision: Some(MashDecision::ChildProtection), ..asked };
    let answered = after(&relayed, relayed.answer(&own, LIAISON, later()));
    assert_eq!(answered.answer.unwrap().decision, MashDecision::ChildProtection);
}

#[test]
fn whoever_relays_says_who_said_it_when_and_how() {
    let nothing = AnswerEscalation::default();
    let all = ["decision", "mashReference", "answer", "saidBy", "saidOn", "channel"];
    assert_eq!(fields(flag().answer(&nothing, OFFICER, later())), all);
    assert_eq!(fields(flag().answer(&nothing, LIAISON, later())), &all[..3]);
    let before = AnswerEscalation { said_on: "2026-11-26".into(), ..answer() };
    assert_eq!(fields(flag().answer(&before, OFFICER, later())), ["saidOn"]);
    let ahead = AnswerEscalation { said_on: "2026-12-01".into(), ..answer() };
    assert_eq!(fields(flag().answer(&ahead, OFFICER, later())), ["saidOn"]);
}

#[test]
fn nobody_confirms_what_they_relayed() {
    let relayed = after(&flag(), flag().answer(&answer(), MANAGER, later()));
    assert_eq!(conflict(relayed.confirm(MANAGER, later())), Conflict::OwnAnswer);
    for voice in [OFFICER, LIAISON, Voice::System] {
        assert_eq!(relayed.confirm(voice, later()).unwrap(), Step::Confirmed(later()), "{voice:?}");
    }
    assert!(flag().confirm(LIAISON, later()).is_err());
}

#[test]
fn a_lower_rating_needs_a_reason_and_a_second_person() {
    let red = after(&flag(), flag().rate(&rate(MashRating::Red, ""), LIAISON, later()));
    assert_eq!(fields(red.rate(&rate(MashRating::Green, ""), LIAISON, later())), ["reason"]);
    assert_eq!(fields(red.rate(&rate(MashRating::Red, ""), LIAISON, later())), ["rating"]);
    let green = rate(MashRating::Green, "Seen by the school nurse");
    let proposed = after(&red, red.rate(&green, LIAISON, later()));
    assert_eq!(proposed.rating.as_ref().unwrap().rating, MashRating::Red);
    assert_eq!(fields(proposed.rate(&green, LIAISON, later())), ["rating"]);
    // A program is no second person.
    assert_eq!(fields(proposed.rate(&green, Voice::System, later())), ["rating"]);
    for second in [OTHER_LIAISON, MANAGER] {
        let lowered = after(&proposed, proposed.rate(&green, second, later()));
        assert_eq!(lowered.rating.as_ref().unwrap().rating, MashRating::Green, "{second:?}");
        assert_eq!(lowered.lowering, None);
        // A higher one holds at once.
        let again = after(&lowered, lowered.rate(&rate(MashRating::Amber, ""), OTHER_LIAISON, later()));
        assert_eq!(again.rating.unwrap().rating, MashRating::Amber);
    }
    // The level stands for a rating until there is one.
    assert_eq!(fields(flag().rate(&rate(MashRating::Green, ""), LIAISON, later())), ["reason"]);
    assert!(matches!(flag().rate(&green, LIAISON, later()), Ok(Step::LoweringProposed(_))));
    assert!(matches!(flag().rate(&rate(MashRating::Amber, ""), LIAISON, later()), Ok(Step::Rated(_))));
    // What nobody at the MASH proposed is not for a manager to lower.
    assert_eq!(fields(red.rate(&green, MANAGER, later())), ["rating"]);
    assert_eq!(fields(flag().rate(&rate(MashRating::Red, ""), MANAGER, later())), ["rating"]);
}

#[test]
fn whoever_acknowledges_for_the_mash_says_who_there_has_it_and_the_mash_need_not() {
    let nobody = Acknowledge::default();
    assert_eq!(fields(flag().acknowledge(&nobody, OFFICER, later())), ["name"]);
    for (voice, by) in [
        (LIAISON, AcknowledgedBy::SignedIn),
        (Voice::System, AcknowledgedBy::System),
        (Voice::Link, AcknowledgedBy::Link),
    ] {
        let known = after(&flag(), flag().acknowledge(&nobody, voice, later()));
        assert_eq!(known.acknowledged.as_ref().unwrap().by, by);
        assert_eq!(conflict(known.acknowledge(&nobody, voice, later())), Conflict::Acknowledged);
    }
}

#[test]
fn whoever_acknowledges_for_the_mash_says_when_it_was_said() {
    let told = |said_on: &str, said_at: &str| Acknowledge {
        name: "Robin Sample".into(),
        said_on: said_on.into(),
        said_at: said_at.into(),
    };
    // Raised on Friday the 27th at 17:30, acknowledged on Monday the 30th at 10:00.
    for (on, at_time, wanted) in [
        ("", "", "2026-11-30T10:00:00Z"),
        ("", "9:40am", "2026-11-30T09:40:00Z"),
        ("2026-11-29", "14:05", "2026-11-29T14:05:00Z"),
        ("2026-11-27", "5.30pm", RAISED),
        ("2026-11-30", "10:00", "2026-11-30T10:00:00Z"),
    ] {
        let known = after(&flag(), flag().acknowledge(&told(on, at_time), OFFICER, later())).acknowledged.unwrap();
        assert_eq!((known.given_at(), known.at), (at(wanted), later()), "{on} {at_time}");
    }
    for (on, at_time, field) in [
        ("", "10:01am", "saidAt"),
        ("2026-12-01", "9am", "saidOn"),
        ("2026-11-29", "", "saidAt"),
        ("2026-11-27", "17:29", "saidAt"),
        ("2026-11-26", "20:00", "saidAt"),
        ("", "soon", "saidAt"),
    ] {
        assert_eq!(fields(flag().acknowledge(&told(on, at_time), OFFICER, later())), [field], "{on} {at_time}");
    }
    let second = Escalation { raised_at: at("2026-11-30T09:40:45Z"), ..flag() };
    assert!(second.acknowledge(&told("", "9:40"), OFFICER, later()).is_ok(), "people give minutes");
    // The MASH itself says so when it does.
    let own = after(&flag(), flag().acknowledge(&told("2026-11-29", "9am"), LIAISON, later())).acknowledged.unwrap();
    assert_eq!((own.given_at(), own.said_at), (later(), None));
}

#[test]
fn the_clocks_of_a_flag_count_from_when_it_was_raised() {
    let clocks = |flag: &Escalation| -> Vec<(K, String)> {
        flag.clocks().map(|clock| (clock.kind, clock.late_at.to_rfc3339())).collect()
    };
    let told = |kinds: &[(K, &str)]| -> Vec<(K, String)> {
        kinds.iter().map(|(kind, late)| (*kind, at(late).to_rfc3339())).collect()
    };
    let (unheard, unrated) =
        ((K::MashAcknowledgement, "2026-11-27T19:30:00Z"), (K::MashAnswer, "2026-11-29T00:00:00Z"));
    assert_eq!(clocks(&flag()), told(&[unheard, unrated]));
    let heard = after(&flag(), flag().acknowledge(&Acknowledge::default(), Voice::Link, later()));
    assert_eq!(clocks(&heard), told(&[unrated]));
    for (rating, kind, late) in [
        (MashRating::Red, K::MashRed, "2026-11-27T21:30:00Z"),
        (MashRating::Amber, K::MashAmber, "2026-11-29T00:00:00Z"),
        (MashRating::Green, K::MashGreen, "2026-12-01T00:00:00Z"),
    ] {
        let rated = Rating { at: later(), rating, reason: None, by: None };
        let rated = after(&heard, Ok(Step::Rated(rated)));
        assert_eq!(clocks(&rated), told(&[(kind, late)]));
    }
    // What somebody relays stops no clock of the MASH, and to relay again puts nothing off.
    let unheard = after(&flag(), flag().answer(&answer(), OFFICER, later()));
    let owed: Vec<ClockKind> = unheard.clocks().map(|clock| clock.kind).collect();
    assert_eq!(owed, [K::MashAcknowledgement, K::MashAnswer, K::MashConfirmation]);
    assert!(unheard.acknowledge(&Acknowledge::default(), Voice::Link, later()).is_ok());
    let relayed = after(&heard, heard.answer(&answer(), OFFICER, later()));
    let confirmation: Vec<Clock> = relayed.clocks().collect();
    assert_eq!(confirmation.iter().map(|clock| clock.kind).collect::<Vec<_>>(), [K::MashAnswer, K::MashConfirmation]);
    assert_eq!(due_on(confirmation[1].late_at).to_string(), "2026-12-01");
    let again = after(&relayed, relayed.answer(&answer(), OFFICER, at("2026-12-04T10:00:00Z")));
    assert_eq!(again.clocks().collect::<Vec<_>>(), confirmation);
    let answered = after(&heard, heard.answer(&answer(), LIAISON, later()));
    assert_eq!(clocks(&answered), []);
}

#[test]
fn the_rating_decides_what_is_urgent_and_the_level_until_there_is_one() {
    use EscalationLevel::{EarlyHelp, ImmediateDanger, SignificantHarm};
    let of = |level, rating: Option<MashRating>| {
        let rating = rating.map(|rating| Rating { at: later(), rating, reason: None, by: None });
        Escalation { level, rating, ..flag() }.urgency()
    };
    let order = [
        of(ImmediateDanger, None),
        of(SignificantHarm, None),
        of(SignificantHarm, Some(MashRating::Amber)),
        of(EarlyHelp, None),
        of(ImmediateDanger, Some(MashRating::Green)),
    ];
    assert!(order.is_sorted(), "{order:?}");
    assert_eq!(of(EarlyHelp, Some(MashRating::Red)), of(ImmediateDanger, None));
}
