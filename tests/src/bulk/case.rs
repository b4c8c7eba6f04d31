//! One case with everything that belongs to it: the referral that opened it, its child, its facts, and the rows that
//! these are folded into. What must not live here: what happens in it (`plot`).

use backend::domain::case::{Case, CaseEvent, Opened};
use backend::domain::child::ChildFacts;
use backend::domain::reference::{CaseReference, ReferralReference};
use backend::domain::referral::{Received, Referral, ReferralDetails, ReferralEvent, read_school_referral};
use backend::domain::school_days::Calendar;
use backend::domain::stream::Stream;
use backend::secret::keyring::Keyring;
use backend::service::project::{
    Made, case_row, child as child_rows, clock_row, enquiry_row, escalation_row, placement_row, reader_rows,
    referral as referral_rows, span_rows,
};
use chrono::{DateTime, TimeDelta, Utc};
use entity::vocabulary::{
    CaseState, ReferralOrigin, ReferralState, ServiceRoute, StatusGround, StatutoryStatus, Whereabouts,
};
use entity::{
    CaseId, ChildId, DraftId, ReferralId, StaffId, case, case_reader, case_span, child, child_key, clock, enquiry,
    escalation, event, placement, referral, referral_key,
};
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;

use super::World;
use super::child::{answers, born};
use super::dice::Dice;
use super::people::{People, SchoolOf};
use super::plot::{End, Plot};
use super::write::Chain;

/// A referral with its keys and its only fact.
pub(super) struct Waiting {
    pub(super) row: referral::ActiveModel,
    pub(super) keys: Vec<referral_key::ActiveModel>,
    pub(super) event: event::ActiveModel,
    pub(super) clocks: Vec<clock::ActiveModel>,
    pub(super) flag: Option<escalation::ActiveModel>,
}

/// Every row of one case.
pub(super) struct Story {
    pub(super) referral: Waiting,
    /// The child; `None` when an earlier case brought it in.
    pub(super) child: Option<child::ActiveModel>,
    pub(super) keys: Vec<child_key::ActiveModel>,
    pub(super) case: case::ActiveModel,
    pub(super) readers: Vec<case_reader::ActiveModel>,
    pub(super) spans: Vec<case_span::ActiveModel>,
    pub(super) clocks: Vec<clock::ActiveModel>,
    pub(super) enquiries: Vec<enquiry::ActiveModel>,
    pub(super) escalations: Vec<escalation::ActiveModel>,
    pub(super) placements: Vec<placement::ActiveModel>,
    pub(super) events: Vec<event::ActiveModel>,
}

/// The number of the case whose child comes back with case `number` after a year; `None` for a child of its own.
///
/// One case in twenty tries. The earlier one must be closed by then, and neither may be restricted, because the
/// restriction of one case covers all cases of the child.
fn comes_back(world: &World, number: u64, end: End) -> Option<u64> {
    let tries = |number| number % 20 == 19;
    let earlier = number.checked_sub(world.size.cases / 3).filter(|earlier| tries(number) && !tries(*earlier))?;
    let before = End::of(world, earlier);
    let free = before.state == CaseState::Closed && before.at < world.opened_at(number);
    (free && !before.restricted && !end.restricted).then_some(earlier)
}

/// What a school referred, and when.
struct Sent {
    referral: Referral,
    waiting: Waiting,
    details: ReferralDetails,
}

/// Has the school send the referral `number` of a kind, about the child of `brought`, who was first referred at
/// `first`.
fn send(
    keyring: &Keyring,
    dice: Dice,
    brought: Dice,
    school: &SchoolOf,
    at: DateTime<Utc>,
    first: DateTime<Utc>,
) -> Sent {
    let answers = answers(brought, dice, at, &born(brought, first));
    let details = read_school_referral(&answers, &Calendar::default(), at)
        .unwrap_or_else(|faults| panic!("a school may say this: {faults:?}"));
    let draft: DraftId = dice.id("draft", at);
    let received = Received {
        reference: ReferralReference::from_random_bits(dice.roll("referral reference")).to_string(),
        origin: ReferralOrigin::School,
        school: Some(school.id),
        contact: Some(school.contact),
        draft: Some(draft),
        idempotency_key: format!("draft:{draft}"),
        gathered_with: None,
        held_since: None,
        told: details.clone(),
        answers,
    };
    let (id, fact) = (dice.id::<ReferralId>("referral", at), ReferralEvent::ReferralReceived(Box::new(received)));
    let referral = Referral::begin(id, &fact, at).expect("a referral begins so");
    let row = referral_rows::referral_row(&referral).expect("answers are JSON");
    let event = Chain::under(keyring).next(id, at, &format!("contact:{}", school.contact), &fact);
    let keys = referral_rows::key_rows(&referral);
    let clocks = referral.clocks().iter().map(|clock| clock_row(clock, None, Some(id), Made::ByFact(at))).collect();
    let flag = referral.flag.as_ref().map(|flag| escalation_row(None, flag));
    Sent { referral, waiting: Waiting { row, keys, event, clocks, flag }, details }
}

/// Referral `number` of those that await triage: they came in the last two weeks.
pub(super) fn waiting(world: &World, people: &People, number: u64) -> Waiting {
    let dice = world.dice.of("waiting", number);
    let at = world.now - TimeDelta::minutes(i64::try_from(dice.below("sent", 14 * 24 * 60)).unwrap_or_default());
    send(&world.keyring, dice, dice, dice.one("school", &people.schools), at, at).waiting
}

impl Story {
    /// Case `number` of a register.
    pub(super) fn of(world: &World, people: &People, number: u64) -> Self {
        let (dice, end, opened_at) = (world.dice.of("case", number), End::of(world, number), world.opened_at(number));
        let earlier = comes_back(world, number, end);
        let brought = earlier.unwrap_or(number);
        let (child, first) = (world.dice.of("child", brought), world.opened_at(brought));
        let school = dice.one("school", &people.schools);
        let sent =
            send(&world.keyring, dice, child, school, opened_at - TimeDelta::hours(9), first - TimeDelta::hours(9));

        let officer = if end.restricted {
            Some(*dice.one("officer", &people.managers))
        } else {
            (!dice.is("nobody has it", 1, 10)).then(|| *dice.one("officer", &people.officers))
        };
        let opened = opening(&sent, dice, child.id("id", first), earlier.is_none(), officer, end.state);
        let id: CaseId = dice.id("id", opened_at);
        let plot = Plot { world, people, number, end };
        let facts = std::iter::once((opened_at, CaseEvent::CaseOpened(Box::new(opened)))).chain(plot.facts());
        let actor = format!("staff:{}", officer.unwrap_or(people.officers[0]));
        let (mut chain, mut case, mut events) = (Chain::under(&world.keyring), None, Vec::new());
        for (at, fact) in facts {
            case = Case::fold(case, id, &fact, at);
            events.push(chain.next(id, at, &actor, &fact));
        }
        Self::folded(&case.expect("a case begins with its opening"), sent, events)
    }

    /// The rows that the facts come to.
    fn folded(case: &Case, sent: Sent, events: Vec<event::ActiveModel>) -> Self {
        debug_assert_eq!(case.opened.referral, sent.referral.id);
        let child = case.opened.new_child.as_ref().map(|facts| child_rows::of(case, facts));
        let referral = referral::ActiveModel {
            state: Set(ReferralState::Opened),
            case_id: Set(Some(case.id)),
            decided_at: Set(Some(case.opened_at)),
            ..sent.waiting.row.clone()
        };
        Self {
            referral: Waiting { row: referral, ..sent.waiting },
            keys: child.iter().flat_map(child_rows::key_rows).collect(),
            child: child.map(|child| child::ActiveModel::from(child).reset_all()),
            case: case_row(case),
            readers: reader_rows(case).collect(),
            spans: span_rows(case).collect(),
            clocks: case
                .clocks()
                .iter()
                .map(|clock| clock_row(clock, Some(case.id), None, Made::ByFact(case.updated_at)))
                .collect(),
            enquiries: case.enquiries.iter().map(|enquiry| enquiry_row(case.id, enquiry)).collect(),
            escalations: case.escalations.iter().map(|flag| escalation_row(Some(case.id), flag)).collect(),
            placements: case.placements.iter().map(|placement| placement_row(case.id, placement)).collect(),
            events,
        }
    }
}

fn opening(
    sent: &Sent,
    dice: Dice,
    child: ChildId,
    is_new: bool,
    officer: Option<StaffId>,
    state: CaseState,
) -> Opened {
    let (facts, told): (&ChildFacts, _) = (&sent.details.child, &sent.details);
    let on_roll = state == CaseState::Enquiry;
    Opened {
        reference: CaseReference::from_random_bits(dice.roll("case reference")).to_string(),
        referral: sent.referral.id,
        child,
        new_child: is_new.then(|| facts.clone()),
        born: facts.date_of_birth.filter(|_| !is_new),
        name_key: facts.name_key(),
        school: sent.referral.received.school,
        officer,
        state: if on_roll { CaseState::Enquiry } else { CaseState::Open },
        statutory_status: if on_roll { StatutoryStatus::NotCmeOnRoll } else { StatutoryStatus::Cme },
        service_route: ServiceRoute::CmeTeam,
        whereabouts: if dice.is("known", 1, 4) { Whereabouts::KnownReported } else { Whereabouts::Unknown },
        risk: told.risk,
        last_seen_on: told.last_seen_on,
        last_seen_by: told.last_seen_by.clone(),
        unsafe_home: told.home_is_unsafe(),
        last_attended_on: told.last_attended_on,
        escalation: None,
        status_from: told.last_attended_on.and_then(|day| day.succ_opt()).filter(|_| !on_roll),
        status_ground: Some(if on_roll { StatusGround::OnRoll } else { StatusGround::NoRollKnown }),
        rationale: Some("By what the school and the admissions team say.".to_owned()),
        earlier: None,
    }
}
