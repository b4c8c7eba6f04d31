//! A child's name on a school's roll: the grounds for removing it, the matters of a case, what the school sees of its own,
//! and what each asks. Changes are in `change`. What must not live here: what may be removed when (`domain::roll`).
#![expect(clippy::unused_async, reason = "a resolver is async whether or not it waits")]

mod change;

pub(super) use change::RollMutation;

use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::NaiveDate;
use entity::vocabulary::{
    CaseState, EnquiryKind, JointEnquiryOutcome, RemovalCondition, RemovalDecision, RemovalFollows, RemovalGround,
    RemovalLack, RollRegime, SchoolEnquiryKind,
};
use entity::{CaseId, PlacementId, SchoolId, case, child, placement, removal, school};

use super::absence::SchoolDays;
use super::guarded::{note_as, op};
use super::input::{Date, shown};
use super::loaders::{CalendarOf, ReferralsOf, RemovalsOf, loads};
use super::school::School;
use super::timeline::{KEPT, KEPT_WORDS};
use crate::domain::case as decide;
use crate::domain::london::london_day;
use crate::domain::policy::reads_schools;
use crate::domain::roll::{self, Known, Lack, Matter, Obtained, Since, answer_due, clock, lacks, standing};
use crate::error::Error;
use crate::service::contact_of;
use crate::store;

#[derive(Default)]
pub(super) struct RollQuery;

#[Object]
impl RollQuery {
    /// The grounds on which the name of a child of compulsory school age is removed from a roll, and what each asks. For
    /// staff and school contacts.
    #[graphql(complexity = "15 * child_complexity")]
    async fn removal_grounds(&self, ctx: &Context<'_>) -> Result<Vec<GroundForRemoval>, Error> {
        op(ctx).require(reads_schools(&op(ctx).viewer))?;
        Ok(roll::GROUNDS.iter().map(GroundForRemoval::from).collect())
    }

    /// The children who attend the viewer's school and for whom it owes the new-pupil return, the longest owed first: at
    /// most 100. For school contacts.
    #[graphql(complexity = "20 * child_complexity")]
    async fn new_pupils(&self, ctx: &Context<'_>) -> Result<Vec<NewPupil>, Error> {
        NewPupil::at(ctx, contact_of(op(ctx))?.school, None).await
    }
}

/// A ground for removing a name: regulation 9(1) of the regulations of 2024.
#[derive(SimpleObject)]
struct GroundForRemoval {
    /// Which one.
    ground: RemovalGround,
    /// The letter by which forms and returns call it: `A` to `O`.
    letter: String,
    /// What whoever proposes the removal confirms, all of it.
    conditions: Vec<RemovalCondition>,
    /// The day that is asked for with it, in words; null where none is.
    since_called: Option<&'static str>,
    /// Whether the attendance codes of the absence are asked for.
    asks_codes: bool,
    /// Whether school and authority must have enquired together, and the authority decided. Of H and I only.
    joint_enquiry: bool,
    /// What follows for the authority.
    follows: RemovalFollows,
}

/// The day that a ground asks for, in words; `None` where it asks for none.
fn called(asks: &roll::Ground) -> Option<&'static str> {
    Some(asks.since.called()).filter(|called| !called.is_empty())
}

impl From<&roll::Ground> for GroundForRemoval {
    fn from(row: &roll::Ground) -> Self {
        Self {
            ground: row.ground,
            letter: row.letter.to_string(),
            conditions: row.conditions.to_vec(),
            since_called: called(row),
            asks_codes: row.since == Since::FirstAbsent,
            joint_enquiry: row.joint_enquiry,
            follows: row.follows,
        }
    }
}

/// Something that stands in the way of removing a name.
#[derive(SimpleObject)]
struct RemovalLacks {
    /// What kind of thing.
    lack: RemovalLack,
    /// What exactly, as the end of a sentence that begins with "because".
    text: String,
}

impl From<Lack> for RemovalLacks {
    fn from(Lack { lack, text }: Lack) -> Self {
        Self { lack, text }
    }
}

/// The joint enquiry of school and authority.
#[derive(SimpleObject)]
struct JointEnquiry {
    /// What the authority tried.
    authority: Vec<EnquiryKind>,
    /// What the school tried.
    school: Vec<SchoolEnquiryKind>,
    /// What it came to.
    outcome: JointEnquiryOutcome,
    /// Whether the school finds no reasonable grounds to believe that a child who was found will attend again.
    school_agrees: bool,
    /// Whether the authority finds none.
    authority_agrees: bool,
    /// What was found, in words.
    note: String,
    /// The day on which it was recorded.
    on: Date,
}

/// The authority's view of a proposal.
#[derive(SimpleObject)]
struct DecisionOnRemoval {
    /// The view.
    decision: RemovalDecision,
    /// The first day on which the name may be removed; null where it may not.
    from: Option<Date>,
    /// Why, in words that the school reads.
    reason: String,
    /// The day of the decision.
    on: Date,
}

/// One thing that a deletion return gives.
#[derive(SimpleObject)]
struct ReturnedValue {
    /// What it is, in words.
    label: String,
    /// What is known; null where it was not obtained.
    known: Option<String>,
    /// Why it was not reasonably practicable to obtain it; null where it is known.
    not_obtained: Option<String>,
}

/// The other or new school of which a deletion return tells.
#[derive(SimpleObject)]
struct NewSchool {
    /// The school, as it is told.
    name: String,
    /// The first day there; null where none is told.
    starts_on: Option<Date>,
}

/// The removal of a child's name from a roll, from the proposal on. The rights are those of the viewer.
#[derive(SimpleObject)]
#[expect(clippy::struct_excessive_bools, reason = "rights that do not hang together")]
pub(super) struct Removal {
    id: ID,
    /// The ground.
    ground: RemovalGround,
    /// Its letter.
    letter: String,
    /// The law that the ground belongs to.
    regime: RollRegime,
    /// The school.
    school: Option<School>,
    /// The day on which it was proposed.
    proposed_on: Date,
    /// Whether a school contact proposed it; otherwise an officer relayed it.
    by_school: bool,
    /// The conditions of the ground that are confirmed.
    conditions: Vec<RemovalCondition>,
    /// The day that goes with the ground; null where none was told.
    since: Option<Date>,
    /// What that day is, in words; null where the ground asks for none.
    since_called: Option<&'static str>,
    /// The attendance codes of the absence.
    codes: Vec<String>,
    /// What the school tried in order to find the child.
    tried: Vec<SchoolEnquiryKind>,
    /// What else the school said.
    note: String,
    /// Where it stands, in one sentence.
    standing: String,
    /// What stands in the way of removing the name; empty once it is over.
    lacks: Vec<RemovalLacks>,
    /// The school days that the ground counts; null where it counts none, or does not tell from when.
    school_days: Option<SchoolDays>,
    /// The day by which the authority answers.
    answer_due_on: Date,
    /// The day by which the deletion return is owed; null before the removal is allowed, and once it has come.
    return_due_on: Option<Date>,
    /// The joint enquiry; null while none is recorded.
    joint_enquiry: Option<JointEnquiry>,
    /// The authority's latest view; null while there is none.
    decision: Option<DecisionOnRemoval>,
    /// Why it was withdrawn; null unless it was.
    withdrawn: Option<String>,
    /// The day on which the name was removed; null while it stands.
    removed_on: Option<Date>,
    /// What the removal meant for the child's status, in words; null before.
    effect: Option<String>,
    /// What the deletion return gives; empty before it came.
    returned: Vec<ReturnedValue>,
    /// The other or new school of which the deletion return tells; null where it tells of none, before it came, and to
    /// whoever is not cleared for an address of the child that is kept confidential.
    new_school: Option<NewSchool>,
    /// Whether the deletion return tells of a new address.
    tells_of_move: bool,
    /// The code of the authority to which the deletion return goes, where that is another: the one whose area the school
    /// is in, wherever the child lives. Null where it is this one.
    returns_to: Option<String>,
    /// Whether the viewer may withdraw it.
    may_withdraw: bool,
    /// Whether the viewer may record the joint enquiry.
    may_enquire: bool,
    /// Whether the viewer may take the authority's view.
    may_decide: bool,
    /// Whether the viewer may give the deletion return: not while anything lacks.
    may_remove: bool,
}

/// What the viewer may do with a matter that is not over.
#[derive(Clone, Copy)]
pub(super) struct Rights {
    pub(super) works: bool,
    pub(super) decides: bool,
    /// Whether the case is open: once it is closed, only what the school owes is taken.
    pub(super) open: bool,
}

impl Removal {
    /// A matter as an officer sees it.
    pub(super) async fn of(
        ctx: &Context<'_>,
        row: &removal::Model,
        rights: Rights,
        cleared: bool,
    ) -> Result<Self, Error> {
        let matter: Matter = serde_json::from_str(&row.matter)?;
        let proposal = &matter.proposal;
        let found = found(ctx, row.case_id, &matter).await?;
        let asks = roll::of(proposal.ground);
        let school = loads(ctx).load_one(proposal.school).await?;
        let open = matter.is_open();
        let may_remove = open && rights.works && found.lacks.is_empty();
        let words = |text: &str| if cleared || text.is_empty() { text } else { KEPT_WORDS }.to_owned();
        Ok(Self {
            id: shown(proposal.id),
            ground: proposal.ground,
            letter: asks.letter.to_string(),
            regime: proposal.regime,
            returns_to: school.as_ref().and_then(|school| elsewhere(ctx, school)),
            school: school.map(School),
            proposed_on: Date(proposal.proposed_on),
            by_school: proposal.contact.is_some(),
            conditions: proposal.conditions.clone(),
            since: proposal.since.map(Date),
            since_called: called(asks),
            codes: proposal.codes.clone(),
            tried: proposal.tried.clone(),
            note: words(&proposal.note),
            standing: found.standing,
            lacks: found.lacks,
            school_days: found.school_days,
            answer_due_on: Date(answer_due(proposal.proposed_on)),
            return_due_on: found.return_due_on,
            joint_enquiry: matter.enquiry.as_ref().map(|enquiry| JointEnquiry {
                authority: enquiry.authority.clone(),
                school: enquiry.school.clone(),
                outcome: enquiry.outcome,
                school_agrees: enquiry.school_agrees,
                authority_agrees: enquiry.authority_agrees,
                note: words(&enquiry.note),
                on: Date(enquiry.on),
            }),
            decision: decision_of(&matter)
                .map(|decision| DecisionOnRemoval { reason: words(&decision.reason), ..decision }),
            withdrawn: matter.withdrawn.as_deref().map(words),
            removed_on: row.removed_on.map(Date),
            effect: matter.effect.as_deref().map(words),
            returned: matter.removed.as_ref().map(|told| returned(told, cleared)).unwrap_or_default(),
            new_school: matter.removed.as_ref().filter(|_| cleared).and_then(|told| {
                let starts_on = told.new_school_from.map(Date);
                told.new_school.clone().map(|name| NewSchool { name, starts_on })
            }),
            tells_of_move: matter.removed.as_ref().is_some_and(|told| told.new_address.is_some()),
            may_withdraw: open && rights.works,
            may_enquire: open && rights.open && rights.works && asks.joint_enquiry,
            may_decide: open && rights.open && rights.decides,
            may_remove,
        })
    }
}

/// The code of the authority of a school, where that is another than ours: returns go to the authority that maintains the
/// school, or in whose area it is (regulation 3), and never to that of the child's home.
fn elsewhere(ctx: &Context<'_>, school: &school::Model) -> Option<String> {
    (school.la_code != op(ctx).council.la_code).then(|| school.la_code.clone())
}

/// A proposal of the viewer's own school, and what became of it. How the authority works the case is not in it.
#[derive(SimpleObject)]
struct SchoolRemoval {
    id: ID,
    /// The ground.
    ground: RemovalGround,
    /// Its letter.
    letter: String,
    /// The day on which it was proposed.
    proposed_on: Date,
    /// Where it stands, in one sentence.
    standing: String,
    /// What stands in the way of removing the name; empty once it is over.
    lacks: Vec<RemovalLacks>,
    /// The school days that the ground counts; null where it counts none, or does not tell from when.
    school_days: Option<SchoolDays>,
    /// The day by which the authority answers.
    answer_due_on: Date,
    /// The day by which the deletion return is owed; null before the removal is allowed, and once it has come.
    return_due_on: Option<Date>,
    /// The authority's latest view; null while there is none.
    decision: Option<DecisionOnRemoval>,
    /// Why it was withdrawn, by the school or the authority; null unless it was.
    withdrawn: Option<String>,
    /// Whether it is neither withdrawn nor done, so that the school may withdraw it or give the deletion return.
    open: bool,
}

/// A child who attends the viewer's own school, whether or not it referred them. Nothing else of the case is in it.
#[derive(SimpleObject)]
pub(super) struct NewPupil {
    id: ID,
    /// The child's first names.
    given_names: String,
    /// The child's last name.
    family_name: String,
    /// The first day the child attended.
    attended_on: Date,
    /// The day by which the new-pupil return is owed: the fifth after that; null once none is.
    due_on: Option<Date>,
}

impl NewPupil {
    /// A place and its child, who is noted as shown; `None` for a place that was never attended.
    fn of(ctx: &Context<'_>, place: &placement::Model, child: &child::Model) -> Option<Self> {
        let attended_on = place.attended_on?;
        for field in ["givenNames", "familyName"] {
            note_as(op(ctx), &format!("child:{}", child.id), field);
        }
        Some(Self {
            id: shown(place.id),
            given_names: child.given_names.clone(),
            family_name: child.family_name.clone(),
            attended_on: Date(attended_on),
            due_on: return_due_on(place).map(Date),
        })
    }

    /// The new pupils of a school: those for whom a return is owed, or the one that is asked for.
    pub(super) async fn at(ctx: &Context<'_>, school: SchoolId, only: Option<PlacementId>) -> Result<Vec<Self>, Error> {
        let found = store::case::new_pupils(op(ctx), &op(ctx).db.read, school, only).await?;
        let told = found.iter().filter(|(place, _)| only.is_some() || return_due_on(place).is_some());
        Ok(told.filter_map(|(place, child)| Self::of(ctx, place, child)).collect())
    }
}

/// What a school sees of its own roll in a matter that it referred. It is there while the case is open or a proposal
/// of the school is, and not if something in it is not for schools.
#[derive(SimpleObject)]
pub(super) struct SchoolRoll {
    /// The proposals of the school, oldest first.
    removals: Vec<SchoolRemoval>,
    /// Whether the school may propose to remove the name: while the case is open and no proposal of its own is.
    may_propose: bool,
    /// The code of the authority to which the school sends its returns, where that is another; null where it is this one.
    returns_to: Option<String>,
}

impl SchoolRoll {
    /// What `school` sees of this case; nothing of one that is closed, unless a proposal of the school is still open.
    pub(super) async fn of(ctx: &Context<'_>, case: &case::Model, school: SchoolId) -> Result<Option<Self>, Error> {
        let rows = loads(ctx).load_one(RemovalsOf(case.id)).await?.unwrap_or_default();
        let mut removals = Vec::new();
        for row in rows.iter().filter(|row| row.school_id == school) {
            let matter: Matter = serde_json::from_str(&row.matter)?;
            let Found { standing, lacks, school_days, return_due_on } = found(ctx, case.id, &matter).await?;
            let proposal = &matter.proposal;
            removals.push(SchoolRemoval {
                id: shown(proposal.id),
                ground: proposal.ground,
                letter: roll::of(proposal.ground).letter.to_string(),
                proposed_on: Date(proposal.proposed_on),
                standing,
                lacks,
                school_days,
                answer_due_on: Date(answer_due(proposal.proposed_on)),
                return_due_on,
                decision: decision_of(&matter),
                withdrawn: matter.withdrawn.clone(),
                open: matter.is_open(),
            });
        }
        let (is_closed, is_over) = (case.state == CaseState::Closed, removals.iter().all(|removal| !removal.open));
        if is_closed && is_over {
            return Ok(None);
        }
        let returns_to = loads(ctx).load_one(school).await?.and_then(|school| elsewhere(ctx, &school));
        Ok(Some(Self { removals, may_propose: is_over && !is_closed, returns_to }))
    }
}

/// The day by which the new-pupil return for a place is owed; `None` where none is.
pub(super) fn return_due_on(place: &placement::Model) -> Option<NaiveDate> {
    let registered = place.school_id.is_some();
    decide::return_due_on(place.kind, registered, place.attended_on, place.ended_on, place.returned_on)
}

/// What is worked out of a matter for today.
struct Found {
    standing: String,
    lacks: Vec<RemovalLacks>,
    school_days: Option<SchoolDays>,
    return_due_on: Option<Date>,
}

async fn found(ctx: &Context<'_>, case: CaseId, matter: &Matter) -> Result<Found, Error> {
    let proposal = &matter.proposal;
    let calendar = loads(ctx).load_one(CalendarOf(proposal.school)).await?.unwrap_or_default();
    let referrals = loads(ctx).load_one(ReferralsOf(case)).await?.unwrap_or_default();
    let today = london_day(op(ctx).now());
    let known = Known {
        today,
        calendar: &calendar,
        limb_two: op(ctx).council.limb_two,
        found_by_school: referrals.iter().any(|row| row.school_id == Some(proposal.school) && row.found_at_address),
        enquiry: matter.enquiry.as_ref(),
        decision: matter.decision.as_ref(),
        removed_on: None,
    };
    let lacking = if matter.is_open() { lacks(proposal, &known) } else { Vec::new() };
    let allowed = matter.decision.as_ref().and_then(|decision| decision.from);
    Ok(Found {
        standing: standing(matter, &lacking),
        school_days: clock(proposal, &calendar, today).map(SchoolDays::from),
        lacks: lacking.into_iter().map(RemovalLacks::from).collect(),
        return_due_on: allowed.filter(|_| matter.is_open()).map(Date),
    })
}

fn decision_of(matter: &Matter) -> Option<DecisionOnRemoval> {
    matter.decision.as_ref().map(|decision| DecisionOnRemoval {
        decision: decision.decision,
        from: decision.from.map(Date),
        reason: decision.reason.clone(),
        on: Date(decision.on),
    })
}

const FULL_NAME: &str = "Full name";

/// What a deletion return tells. Where the address of the child is kept confidential, whoever is not `cleared` sees no
/// address, no number, and nothing of where the child goes.
fn returned(told: &roll::DeletionReturn, cleared: bool) -> Vec<ReturnedValue> {
    let value = |label: &str, told: &Obtained| {
        if !cleared && label != FULL_NAME {
            return ReturnedValue { label: label.to_owned(), known: Some(KEPT.to_owned()), not_obtained: None };
        }
        let (known, not_obtained) = match told {
            Obtained::Known(known) => (Some(known.clone()), None),
            Obtained::NotObtained(why) => (None, Some(why.clone())),
        };
        ReturnedValue { label: label.to_owned(), known, not_obtained }
    };
    let mut values = vec![value(FULL_NAME, &told.full_name), value("Address", &told.address)];
    for parent in &told.parents {
        values.push(value("Parent the child lives with", &parent.name));
        values.push(value("Address of that parent", &parent.address));
        values.push(value("Emergency telephone of that parent", &parent.emergency));
    }
    if let Some(why) = &told.no_parents {
        values.push(value("Parents the child lives with", &Obtained::NotObtained(why.clone())));
    }
    let written = |day: Option<NaiveDate>| day.map(|day| day.format("%-d %B %Y").to_string());
    let notified = [
        ("New address", told.new_address.clone()),
        ("Lives there from", written(told.new_address_from)),
        ("Parent the child will live with", told.lives_with.clone()),
        ("New school", told.new_school.clone()),
        ("First day there", written(told.new_school_from)),
    ];
    let notified = notified.into_iter().filter_map(|(label, known)| Some(value(label, &Obtained::Known(known?))));
    values.extend(notified);
    values
}
