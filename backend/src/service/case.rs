//! Commands on cases. A command that only adds to a case takes its reference; one that replaces something also takes
//! the version that the caller saw, and fails when somebody saved in between.
//!
//! What must not live here: what may be decided of a case (`domain::case`), and who may do it (`domain::policy`).

use chrono::{DateTime, NaiveDate, Utc};
use entity::vocabulary::{AccessAction, CaseState, Outcome, Risk, StaffRole};
use entity::{CaseId, ChildId, EnquiryId, StaffId, child, staff};
use sea_orm::DatabaseTransaction;

use super::{alert, family, mails, project, record};
use crate::context::{Done, Mail, OpContext, Txn, write};
use crate::db::Db;
use crate::domain::agency::Agency;
use crate::domain::answers;
use crate::domain::case::{
    AnswerEnquiry, Aspect, Case, CaseEvent, ChangeWhereabouts, Close, ConfirmAttendance, DecideRoute, DecideStatus,
    EndPlacement, Known, Place, RaiseEscalation, RecordEnquiry, RecordReview, RecordSighting, Reopen, Restrict, Second,
    StrikeSighting,
};
use crate::domain::child::{ChildFacts, Correct, Corrected};
use crate::domain::family::{NameSibling, StrikeSibling};
use crate::domain::london::london_day;
use crate::domain::matching::{Person, compare};
use crate::domain::parent::{self, RecordParent};
use crate::domain::policy::{self, CaseAction, CaseFacts};
use crate::domain::school_age::compulsory_school_age;
use crate::domain::stream::Stream;
use crate::domain::viewer::Viewer;
use crate::error::{CaseConflict, Conflict, Error};
use crate::store;
use crate::store::stream::{for_change, load, since};

/// The case to change, as the caller saw it.
#[derive(Clone, Debug)]
pub struct Target {
    /// The reference of the case.
    pub case: String,
    /// The number of facts it had then. The change is refused if it has more by now.
    pub version: i32,
}

/// Runs one command on one case: loads it, lets `decide` say what happens, and stores that. It is refused as stale if
/// something it minds was touched since the caller looked; what others did besides does not matter. The right to act
/// is checked before, so that whoever may not change the case does not learn whether it changed.
pub(super) async fn change<F, Fut>(
    op: &OpContext,
    target: Target,
    action: CaseAction,
    minds: &'static [Aspect],
    decide: F,
) -> Result<CaseId, Error>
where
    F: FnOnce(OpContext, Txn, Case) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Result<(Vec<CaseEvent>, Vec<Mail>), Error>> + Send + 'static,
{
    let Target { case, version } = target;
    run(op, case, action, Some((version, minds)), |_| Ok(()), decide).await
}

/// As [`change`], for a command that leaves everything else in the case as it is. It is stored whatever somebody saved
/// since the caller looked, so that no note, answer or concern is refused because of another.
pub(super) async fn add<F, Fut>(op: &OpContext, case: String, action: CaseAction, decide: F) -> Result<CaseId, Error>
where
    F: FnOnce(OpContext, Txn, Case) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Result<(Vec<CaseEvent>, Vec<Mail>), Error>> + Send + 'static,
{
    run(op, case, action, None, |_| Ok(()), decide).await
}

async fn run<F, Fut>(
    op: &OpContext,
    case: String,
    action: CaseAction,
    seen: Option<(i32, &'static [Aspect])>,
    demand: impl FnOnce(&Case) -> Result<(), Error> + Clone + Send + 'static,
    decide: F,
) -> Result<CaseId, Error>
where
    F: FnOnce(OpContext, Txn, Case) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Result<(Vec<CaseEvent>, Vec<Mail>), Error>> + Send + 'static,
{
    op.require(op.viewer != Viewer::Anonymous)?;
    op.commit(move |op, txn| async move {
        let before: Case = for_change(&op, &txn, case.as_str()).await?;
        // In this order: the right, the version, the rule. A refusal must not tell more than its reader may know.
        op.require(policy::case(&op.viewer, action, facts_of(&op, &before)))?;
        if let Some((version, minds)) = seen {
            must_not_be_overtaken(&txn, &before, version, minds).await?;
        }
        demand(&before)?;
        let (facts, mut mails) = decide(op.clone(), Txn::clone(&txn), before.clone()).await?;
        mails.extend(to_officer(&op, &txn, &before, &mails).await?);
        Ok(record::change(&op, &txn, before, facts).await?.map(|after| after.id).mailing(mails))
    })
    .await
}

/// A mail to the officer of a case in which somebody else recorded something, unless one of `mails` goes to them already.
pub(super) async fn to_officer(
    op: &OpContext,
    txn: &DatabaseTransaction,
    case: &Case,
    mails: &[Mail],
) -> Result<Option<Mail>, Error> {
    let others: Vec<StaffId> = case.officer.into_iter().filter(|officer| Some(*officer) != op.viewer.staff()).collect();
    let told = |to: &str| mails::case_changed(to, &case.opened.reference, &op.council);
    let mail = mails_to(txn, &others, told).await?.pop();
    Ok(mail.filter(|mail| mails.iter().all(|other| other.to != mail.to)))
}

/// Fails as stale if one of these was touched since the caller saw the case with `version` facts.
async fn must_not_be_overtaken(
    txn: &DatabaseTransaction,
    case: &Case,
    version: i32,
    minds: &[Aspect],
) -> Result<(), Error> {
    if case.version == version {
        return Ok(());
    }
    let later: Vec<CaseEvent> = since(txn, case.id, version).await?;
    let overtaken = later.iter().flat_map(CaseEvent::touches).any(|aspect| minds.contains(aspect));
    if overtaken || version > case.version || version < 1 { Err(Conflict::Stale.into()) } else { Ok(()) }
}

/// What somebody is told who would change an address that they may not see.
const NOT_CLEARED: &str =
    "The address is kept confidential: ask the officer of the case or a manager to change it, and leave it empty";

/// The same of a parent or carer, whose number may lead there.
const PARENTS_NOT_CLEARED: &str =
    "The address of the child is kept confidential: ask the officer of the case or a manager to record this";

/// Whether the viewer is cleared for the address of a child, as whoever works any case of theirs by name is.
async fn is_cleared(op: &OpContext, txn: &DatabaseTransaction, child: ChildId) -> Result<bool, Error> {
    let named = match op.viewer.staff() {
        Some(staff) => store::case::is_named_to(op, txn, child, staff).await?,
        None => false,
    };
    Ok(policy::clears_address(&op.viewer, named))
}

/// Corrects what is known of the child. An address that is kept confidential is changed only by those who may see it.
pub async fn correct_child(op: &OpContext, target: Target, typed: Correct) -> Result<CaseId, Error> {
    change(op, target, CaseAction::Work, &[Aspect::Child], move |op, txn, before| async move {
        if before.state == CaseState::Closed
            && let Some(open) = open_case_of(&op, &txn, before.opened.child).await?
        {
            // What is worked is counted by the facts of the open case.
            return Err(CaseConflict::AnotherIsOpen(open).into());
        }
        let row = store::child::hold(&op, &txn, before.opened.child).await?;
        if row.address_confidential && typed.touches_address() && !is_cleared(&op, &txn, row.id).await? {
            return Err(Error::invalid("address", NOT_CLEARED));
        }
        let Corrected { changes, changed_on, source, reason } =
            ChildFacts::of(&row).correct(&typed, before.first_sighted(), london_day(op.now()))?;
        Ok((vec![CaseEvent::ChildCorrected { changes, source, reason, changed_on }], Vec::new()))
    })
    .await
}

/// Records a parent or carer of the child, or that something of one changed. Where the address is kept confidential,
/// only those who may see it do.
pub async fn record_parent(op: &OpContext, target: Target, typed: RecordParent) -> Result<CaseId, Error> {
    change(op, target, CaseAction::Work, &[Aspect::Child], move |op, txn, before| async move {
        let row = store::child::hold(&op, &txn, before.opened.child).await?;
        if row.address_was_confidential && !is_cleared(&op, &txn, row.id).await? {
            return Err(Error::invalid("name", PARENTS_NOT_CLEARED));
        }
        let told = store::referral::answers_of(&op, &txn, before.id).await?;
        let known = parent::holding(&parent::recorded(&row), told.iter().flat_map(parent::told_in));
        let recorded = typed.read(&known, london_day(op.now()))?;
        Ok((vec![CaseEvent::ParentRecorded(Box::new(recorded))], Vec::new()))
    })
    .await
}

/// Gives a case to an officer, or takes it from one, which needs a reason unless it is one's own. Officers whose cases
/// change by somebody else's hand are told.
pub async fn assign(op: &OpContext, target: Target, officer: Option<StaffId>, reason: String) -> Result<CaseId, Error> {
    change(op, target, CaseAction::Assign, &[Aspect::Officer], move |op, txn, before| async move {
        if let Some(officer) = officer {
            must_take_cases(&op, &txn, officer).await?;
        }
        let own = before.officer.is_some() && before.officer == op.viewer.staff();
        let fact = before.assign(officer, own, &reason)?;
        let told: Vec<StaffId> =
            before.officer.into_iter().chain(officer).filter(|who| Some(*who) != op.viewer.staff()).collect();
        let mails =
            mails_to(&txn, &told, |email| mails::case_assigned(email, &before.opened.reference, &op.council)).await?;
        Ok((vec![fact], mails))
    })
    .await
}

/// A mail to each of these members of staff.
pub(super) async fn mails_to(
    txn: &DatabaseTransaction,
    who: &[StaffId],
    mail: impl Fn(&str) -> Mail,
) -> Result<Vec<Mail>, Error> {
    if who.is_empty() {
        return Ok(Vec::new());
    }
    let rows = store::staff::who_take_cases(txn).await?;
    Ok(rows.iter().filter(|row| who.contains(&row.id)).map(|row| mail(&row.email)).collect())
}

/// Decides the statutory status of the child from a day on.
pub async fn decide_status(op: &OpContext, target: Target, typed: DecideStatus) -> Result<CaseId, Error> {
    change(op, target, CaseAction::Work, &[Aspect::Status], move |op, _, before| async move {
        Ok((vec![before.decide_status(&typed, op.now())?], Vec::new()))
    })
    .await
}

/// Decides which team works the case from a day on.
pub async fn decide_route(op: &OpContext, target: Target, typed: DecideRoute) -> Result<CaseId, Error> {
    change(op, target, CaseAction::Work, &[Aspect::Route], move |op, _, before| async move {
        Ok((vec![before.decide_route(&typed, op.now())?], Vec::new()))
    })
    .await
}

/// Records that the case was looked at as a whole, which moves its next review.
pub async fn review(op: &OpContext, case: String, typed: RecordReview) -> Result<CaseId, Error> {
    add(op, case, CaseAction::Work, move |_, _, before| async move { Ok((vec![before.review(&typed)?], Vec::new())) })
        .await
}

/// Gives these open cases to `officer`, or takes them from whoever has them, as part of a command on staff. A
/// restricted case is given only to one of its readers, as long as it has any other. `done` is what the command did so far.
pub(super) async fn hand_over<T>(
    op: &OpContext,
    txn: &DatabaseTransaction,
    mut cases: Vec<CaseId>,
    officer: Option<StaffId>,
    mut done: Done<T>,
) -> Result<Done<T>, Error> {
    // In the order of ids, as every command locks cases, so that two never wait for each other.
    cases.sort_unstable();
    for id in cases {
        let before = store::case::hold(op, txn, id).await?;
        let to = successor(txn, &before, officer).await?;
        let given = before.assign(to, false, "The account of its officer was closed")?;
        let other: Vec<StaffId> = to.filter(|to| Some(*to) != officer).into_iter().collect();
        let told = |email: &str| mails::case_assigned(email, &before.opened.reference, &op.council);
        let mails = mails_to(txn, &other, told).await?;
        done = done.and(record::change(op, txn, before, vec![given]).await?.mailing(mails));
    }
    Ok(done)
}

/// Who takes a case over whose officer leaves: `heir`, unless it is restricted to other readers, who then assign it
/// themselves. Nobody is left who could never be given it again, and no child in immediate danger without an officer.
async fn successor(txn: &DatabaseTransaction, case: &Case, heir: Option<StaffId>) -> Result<Option<StaffId>, Error> {
    let danger = case.risk() == Risk::Immediate;
    if case.restriction.is_some() && heir.is_none_or(|heir| !case.readers.contains(&heir)) {
        let rows = store::staff::who_take_cases(txn).await?;
        let others: Vec<StaffId> = rows.iter().map(|row| row.id).filter(|id| case.readers.contains(id)).collect();
        if let Some(first) = others.first() {
            return Ok(danger.then_some(*first));
        }
        let orphan = "A restricted case would be left that nobody can read: make somebody a manager first";
        return heir.map(Some).ok_or_else(|| Error::invalid("heir", orphan));
    }
    if heir.is_none() && danger {
        let alone = "A child in immediate danger would be left without an officer: make somebody a manager first";
        return Err(Error::invalid("heir", alone));
    }
    Ok(heir)
}

/// Records a tracing enquiry. `agency` is the exact name of the partner agency that may answer it through the API, if
/// any.
pub async fn record_enquiry(
    op: &OpContext,
    case: String,
    mut typed: RecordEnquiry,
    agency: Option<String>,
) -> Result<CaseId, Error> {
    add(op, case, CaseAction::Work, move |op, txn, before| async move {
        if let Some(name) = agency.filter(|name| !name.trim().is_empty()) {
            let agency = store::agency::named(&op, &*txn, name.trim()).await?;
            let agency = agency.ok_or_else(|| {
                Error::invalid(
                    "agency",
                    "Enter the name of a partner agency exactly as it is registered, or leave it empty",
                )
            })?;
            let known: Agency = load(&*txn, agency.id).await?;
            if !known.answers_enquiries(london_day(op.now())) {
                return Err(Error::invalid(
                    "agency",
                    "No agreement runs by which this agency answers enquiries, so it cannot be asked through the API: \
                     leave it empty and ask another way",
                ));
            }
            typed.agency = Some(agency.id);
        }
        Ok((vec![before.record_enquiry(op.new_id(), &typed, op.now())?], Vec::new()))
    })
    .await
}

/// Records the answer to a tracing enquiry. To an agency an enquiry that was not put to it does not exist.
pub async fn answer_enquiry(op: &OpContext, case: String, typed: AnswerEnquiry) -> Result<CaseId, Error> {
    let (viewer, enquiry) = (op.viewer.clone(), typed.enquiry);
    let put_to_them = move |before: &Case| {
        let Viewer::Partner(partner) = &viewer else { return Ok(()) };
        let asked = before.enquiries.iter().find(|asked| asked.id == enquiry);
        if asked.is_some_and(|asked| asked.agency == Some(partner.agency)) { Ok(()) } else { Err(Error::NotFound) }
    };
    run(op, case, CaseAction::AnswerEnquiry, None, put_to_them, move |op, _, before| async move {
        Ok((vec![before.answer_enquiry(&typed, op.now())?], Vec::new()))
    })
    .await
}

/// Withdraws an open enquiry that was not to be made.
pub async fn withdraw_enquiry(
    op: &OpContext,
    case: String,
    enquiry: EnquiryId,
    reason: String,
) -> Result<CaseId, Error> {
    add(op, case, CaseAction::Work, move |op, _, before| async move {
        Ok((vec![before.withdraw_enquiry(enquiry, &reason, op.now())?], Vec::new()))
    })
    .await
}

/// Adds a note to a case, open or closed.
pub async fn add_note(op: &OpContext, case: String, text: String) -> Result<CaseId, Error> {
    add(op, case, CaseAction::Work, move |_, _, before| async move { Ok((vec![before.add_note(&text)?], Vec::new())) })
        .await
}

/// Changes the whereabouts of the child.
pub async fn change_whereabouts(op: &OpContext, target: Target, typed: ChangeWhereabouts) -> Result<CaseId, Error> {
    change(op, target, CaseAction::Work, &[Aspect::Whereabouts], move |op, _, before| async move {
        Ok((vec![before.change_whereabouts(&typed, op.now())?], Vec::new()))
    })
    .await
}

/// Opens a case again whose child was too young when it was closed, on the day on which the child no longer is, and tells
/// its officer, or the team. False while that day has not come, and where the child has another case that is open.
pub async fn come_of_age(op: &OpContext, id: CaseId, born: NaiveDate) -> Result<bool, Error> {
    if !compulsory_school_age(born).contains(london_day(op.now())) {
        return Ok(false);
    }
    let done = op
        .commit(move |op, txn| async move {
            let before = store::case::hold(&op, &txn, id).await?;
            must_have_no_open_case(&op, &txn, before.opened.child).await?;
            let mut facts = before.come_of_age(born, london_day(op.now())).ok_or(CaseConflict::Open)?;
            facts.extend(before.born_otherwise(Some(born)));
            let who: Vec<StaffId> = before.officer.into_iter().collect();
            let told = |to: &str| mails::came_of_age(Some(to), &before.opened.reference, &op.council);
            let mut mails = mails_to(&txn, &who, told).await?;
            if mails.is_empty() {
                mails = to_deciders(&op, &txn, &before, None, told).await?;
            }
            if mails.is_empty() && before.restriction.is_none() {
                mails.push(mails::came_of_age(None, &before.opened.reference, &op.council));
            }
            Ok(record::change(&op, &txn, before, facts).await?.map(drop).mailing(mails))
        })
        .await;
    match done {
        Ok(()) => Ok(true),
        Err(Error::Conflict(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Records when the child was seen or at school.
pub async fn record_sighting(op: &OpContext, case: String, typed: RecordSighting) -> Result<CaseId, Error> {
    add(op, case, CaseAction::Work, move |op, _, before| async move {
        Ok((vec![before.record_sighting(&typed, op.now())?], Vec::new()))
    })
    .await
}

/// Strikes out what is told of the child on a day.
pub async fn strike_sighting(op: &OpContext, case: String, typed: StrikeSighting) -> Result<CaseId, Error> {
    add(op, case, CaseAction::Work, move |op, _, before| async move {
        Ok((vec![before.strike_sighting(&typed, op.now())?], Vec::new()))
    })
    .await
}

/// Names a brother or sister of the child.
pub async fn name_sibling(op: &OpContext, case: String, typed: NameSibling) -> Result<CaseId, Error> {
    add(op, case, CaseAction::Work, move |op, txn, before| async move {
        let (named, source) = typed.read(london_day(op.now()))?;
        let child = child_of(&op, &txn, before.opened.child).await?.ok_or(Error::NotFound)?;
        let heard = store::family::heard_from(&op, &txn, &child, &named).await?;
        let named = before.name_sibling(named, source, heard.struck)?;
        let mut after = before.clone();
        after.apply(&named, op.now());
        let child = ChildFacts::of(&child);
        let mut mails: Vec<Mail> = family::tell_of_link(&op, &txn, &after, &child, &[]).await?.into_iter().collect();
        if after.open_escalations().next().is_some() {
            mails.extend(family::tell_of_flag(&op, &txn, &after, &child, &[]).await?);
        }
        Ok((vec![named], mails))
    })
    .await
}

/// Strikes out somebody who was wrongly named as a brother or sister of the child.
pub async fn strike_sibling(op: &OpContext, case: String, typed: StrikeSibling) -> Result<CaseId, Error> {
    add(op, case, CaseAction::Work, move |op, txn, before| async move {
        let (named, reason) = typed.read(london_day(op.now()))?;
        let child = child_of(&op, &txn, before.opened.child).await?.ok_or(Error::NotFound)?;
        let heard = store::family::heard_from(&op, &txn, &child, &named).await?;
        Ok((vec![before.strike_sibling(named, reason, heard.named)?], Vec::new()))
    })
    .await
}

/// Raises a flag with the MASH, and queues the alert in the same transaction.
pub async fn raise_escalation(op: &OpContext, case: String, typed: RaiseEscalation) -> Result<CaseId, Error> {
    add(op, case, CaseAction::Escalate, move |op, txn, before| async move {
        let event = before.raise_escalation(op.new_id(), &typed, op.now())?;
        let mut after = before.clone();
        after.apply(&event, op.now());
        let raised = after.escalations.last();
        let alert = raised.map(|flag| alert::of(&op, flag, &before.opened.reference, false)).transpose()?;
        let mut mails: Vec<Mail> = alert.into_iter().collect();
        if before.officer.is_none() && after.risk() == Risk::Immediate {
            let mail = |to: &str| mails::nobody_in_danger(to, &before.opened.reference, &op.council);
            mails.extend(to_deciders(&op, &txn, &before, None, mail).await?);
        }
        let child = child_of(&op, &txn, before.opened.child).await?.ok_or(Error::NotFound)?;
        let told = store::referral::answers_of(&op, &txn, before.id).await?;
        mails.extend(family::tell_of_flag(&op, &txn, &before, &ChildFacts::of(&child), &told).await?);
        Ok((vec![event], mails))
    })
    .await
}

/// Records a placement. `school_urn` names the school when it is in the register, whose name is used if none was typed.
pub async fn record_placement(
    op: &OpContext,
    target: Target,
    mut typed: Place,
    school_urn: Option<String>,
) -> Result<CaseId, Error> {
    change(op, target, CaseAction::Work, &[Aspect::Placement], move |op, txn, before| async move {
        if let Some(urn) = school_urn.filter(|urn| !urn.trim().is_empty()) {
            let school = store::school::by_urn(&op, &*txn, &urn).await?;
            let school = school
                .ok_or_else(|| Error::invalid("schoolUrn", "Enter the URN of a school on the register: 6 numbers"))?;
            let starts_on = answers::day(&typed.starts_on, "").ok().flatten();
            if school.closed_on.zip(starts_on).is_some_and(|(closed, starts)| closed < starts) {
                return Err(Error::invalid(
                    "schoolUrn",
                    "This school was closed by that day: check the school and the date",
                ));
            }
            if typed.provider.trim().is_empty() {
                typed.provider = school.name;
            }
            typed.school = Some(school.id);
        }
        Ok((vec![before.record_placement(op.new_id(), &typed, op.now())?], Vec::new()))
    })
    .await
}

/// Confirms the first day that the child attended a placement.
pub async fn confirm_attendance(op: &OpContext, target: Target, typed: ConfirmAttendance) -> Result<CaseId, Error> {
    change(op, target, CaseAction::Work, &[Aspect::Placement], move |op, _, before| async move {
        Ok((before.confirm_attendance(&typed, op.now())?, Vec::new()))
    })
    .await
}

/// Ends a placement that the child has no more, or never took up.
pub async fn end_placement(op: &OpContext, target: Target, typed: EndPlacement) -> Result<CaseId, Error> {
    change(op, target, CaseAction::Work, &[Aspect::Placement], move |op, _, before| async move {
        Ok((before.end_placement(&typed, op.now())?, Vec::new()))
    })
    .await
}

/// Closes a case on evidence, or proposes that to a second person. It is tracked instead when the outcome is a move that
/// nobody at the new place has confirmed.
pub async fn close(op: &OpContext, target: Target, typed: Close) -> Result<CaseId, Error> {
    change(op, target, CaseAction::Close, Aspect::OF_OUTCOME, move |op, txn, before| async move {
        let other = other_of(&op, &txn, &typed.duplicate_of).await?;
        let child = child_of(&op, &txn, before.opened.child).await?;
        let same_child = match &other {
            Some(other) => is_same_child(&op, &txn, child.as_ref(), other.opened.child).await?,
            None => false,
        };
        let known = Known {
            other: other.as_ref(),
            same_child,
            date_of_birth: child.and_then(|child| child.date_of_birth),
            two_people: &op.council.two_people,
            two_for_a_reference: op.council.two_for_a_reference,
            by: op.viewer.staff(),
        };
        let facts = before.close(&typed, &known, op.now())?;
        let proposed = matches!(facts.as_slice(), [CaseEvent::ClosureProposed(_)]);
        let mail = |to: &str| mails::closure_proposed(to, &before.opened.reference, &op.council);
        let mails = if proposed { to_deciders(&op, &txn, &before, other.as_ref(), mail).await? } else { Vec::new() };
        Ok((facts, mails))
    })
    .await
}

/// Agrees, as the second person, to the outcome that was proposed. A duplicate's referrals go to the case that stays
/// open.
pub async fn approve_closure(op: &OpContext, target: Target) -> Result<CaseId, Error> {
    op.require(op.viewer != Viewer::Anonymous)?;
    let Target { case, version } = target;
    op.commit(move |op, txn| async move {
        let before: Case = for_change(&op, &txn, case.as_str()).await?;
        op.require(policy::case(&op.viewer, CaseAction::Close, facts_of(&op, &before)))?;
        must_not_be_overtaken(&txn, &before, version, Aspect::OF_OUTCOME).await?;
        let merges = before.proposed.as_ref().is_some_and(|closure| closure.outcome == Outcome::Duplicate);
        let other = match before.proposed.as_ref().and_then(|closure| closure.duplicate_of.clone()) {
            Some(reference) if merges => {
                // Without the other case nobody would follow the child.
                let other = other_of(&op, &txn, &reference).await?;
                Some(other.ok_or(CaseConflict::DecidedBy("somebody who may also read the case that stays open"))?)
            }
            _ => None,
        };
        if let Some(other) = &other {
            before.must_merge_into(other)?;
        }
        let by = second(&op.viewer, other.as_ref().and_then(|other| other.officer)).ok_or(Error::Forbidden)?;
        let child = child_of(&op, &txn, before.opened.child).await?;
        let facts = before.approve(by, child.and_then(|child| child.date_of_birth))?;
        let merged = match other {
            Some(other) => {
                let referrals = store::referral::of_cases(&op, &[before.id]).await?.iter().map(|row| row.id).collect();
                let of_other_child = other.opened.child != before.opened.child;
                let parents = if of_other_child {
                    parent::recorded(&store::child::hold(&op, &txn, before.opened.child).await?)
                } else {
                    Vec::new()
                };
                let fact = CaseEvent::CaseMerged {
                    parents,
                    siblings: before.siblings.clone(),
                    struck: before.struck.clone(),
                    removals: before.removals.clone(),
                    escalations: before.escalations.clone(),
                    case: before.id,
                    reference: before.opened.reference.clone(),
                    referrals,
                    risk: before.risk(),
                    last_seen_on: None,
                    last_attended_on: None,
                    sightings: before.sightings.clone(),
                    unsafe_homes: before.unsafe_homes.clone(),
                };
                let mut facts = vec![fact];
                if of_other_child {
                    // What only the duplicate knew of the child must not be lost with it.
                    let told = ChildFacts::of(&store::child::hold(&op, &txn, before.opened.child).await?);
                    let held = ChildFacts::of(&store::child::hold(&op, &txn, other.opened.child).await?);
                    let (changes, referral) = (held.filled_by(&told), before.opened.referral);
                    if !changes.is_empty() {
                        facts.push(CaseEvent::ChildFilledIn { referral, changes });
                    }
                }
                Some(record::change(&op, &txn, other, facts).await?)
            }
            None => None,
        };
        let done = record::change(&op, &txn, before, facts).await?.map(|after| after.id);
        match merged {
            Some(merged) => Ok(done.and(merged)),
            None => Ok(done),
        }
    })
    .await
}

/// Declines, or withdraws, the outcome that was proposed.
pub async fn decline_closure(op: &OpContext, target: Target, reason: String) -> Result<CaseId, Error> {
    change(op, target, CaseAction::Close, &[Aspect::Outcome], move |op, _, before| async move {
        Ok((vec![before.decline(op.viewer.staff(), &reason)?], Vec::new()))
    })
    .await
}

/// The case with this reference, held until the end; `None` if it does not exist for the viewer.
async fn other_of(op: &OpContext, txn: &DatabaseTransaction, reference: &str) -> Result<Option<Case>, Error> {
    match store::case::id_of(op, txn, reference.trim()).await? {
        Some(id) => {
            // The answer tells that it exists, and of whom it is.
            op.saw(AccessAction::Show, format!("case:{id}"), Some("reference"));
            Ok(Some(store::case::hold(op, txn, id).await?))
        }
        None => Ok(None),
    }
}

/// Whether both are one child on file, or look like one.
async fn is_same_child(
    op: &OpContext,
    txn: &DatabaseTransaction,
    child: Option<&child::Model>,
    other: ChildId,
) -> Result<bool, Error> {
    let Some(child) = child else { return Ok(false) };
    if child.id == other {
        return Ok(true);
    }
    let Some(other) = child_of(op, txn, other).await? else { return Ok(false) };
    Ok(compare(&op.council.forms, &Person::of(child), &Person::of(&other)).is_some_and(|found| found.is_likely()))
}

/// The viewer as a second person, where the other case of a duplicate has this officer. `None` for anybody but staff.
fn second(viewer: &Viewer, of_other: Option<StaffId>) -> Option<Second> {
    let staff = viewer.staff()?;
    let manager = viewer.is_any(&[StaffRole::Manager]);
    Some(Second { staff, manager, has_other: of_other == Some(staff) })
}

/// Whether the viewer, who may close the case, is one who decides on the outcome that was proposed for it.
pub async fn decides_on_outcome(op: &OpContext, id: CaseId) -> Result<bool, Error> {
    let case: Case = load(&op.db.read, id).await?;
    let other = case.proposed.as_ref().and_then(|closure| closure.duplicate_of.as_deref());
    let of_other = match other {
        Some(reference) => store::case::by_reference(op, reference).await?.and_then(|(row, _)| row.officer_id),
        None => None,
    };
    Ok(second(&op.viewer, of_other).is_some_and(|by| case.is_decided_by(by)))
}

/// A mail to each of those who may decide on a case and read it: the managers, and the officer of the other case of a
/// duplicate; of a restricted case its readers. Whoever asks is told nothing.
pub(super) async fn to_deciders(
    op: &OpContext,
    txn: &DatabaseTransaction,
    case: &Case,
    other: Option<&Case>,
    mail: impl Fn(&str) -> Mail,
) -> Result<Vec<Mail>, Error> {
    let officer = other.and_then(|other| other.officer);
    let decides = |row: &staff::Model| {
        let named = case.restriction.is_none() || case.names(row.id);
        let may = Some(row.id) == officer || store::staff::is_manager(row) || case.restriction.is_some();
        named && may && Some(row.id) != op.viewer.staff()
    };
    let rows = store::staff::who_take_cases(txn).await?;
    let told = rows.iter().filter(|row| decides(row));
    Ok(told.map(|row| mail(&row.email)).collect())
}

/// Takes every open enquiry back to its officer that was put to an agency which answers none any more by agreement. Safe
/// to run at any time, and by several at once.
pub(crate) async fn take_back_enquiries(op: &OpContext) -> Result<(), Error> {
    const REASON: &str = "The agreement by which the agency answers enquiries has ended";
    for (id, agency) in store::case::unanswerable(op, london_day(op.now())).await? {
        let taken = op.commit(move |op, txn| async move {
            let before = store::case::hold(&op, &txn, id).await?;
            let facts = before.take_back(agency, REASON);
            if facts.is_empty() {
                return Err(Conflict::AlreadyAnswered.into());
            }
            let mail = to_officer(&op, &txn, &before, &[]).await?;
            Ok(record::change(&op, &txn, before, facts).await?.map(|_| ()).mailing(mail))
        });
        match taken.await {
            // Somebody else was quicker.
            Ok(()) | Err(Error::Conflict(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// The most cases in one transaction, so that other writers need not wait long.
const AT_ONCE: u64 = 100;

/// Makes the rows of every case anew that an older version of the fold made, and gives their number. A case whose row is
/// not at the version of its facts is left as it is, for `verify` to name. Safe to run twice, and in two processes at
/// once.
pub async fn refold(db: &Db, now: DateTime<Utc>) -> Result<u64, Error> {
    let (mut made, mut after) = (0, None);
    loop {
        let done = write(db, move |txn| async move {
            let ids = store::case::to_fold(&*txn, after, AT_ONCE).await?;
            let mut made = 0;
            for id in &ids {
                let case: Case = load(&*txn, *id).await?;
                match project::rewrite(&txn, &case, now).await {
                    Ok(()) => made += 1,
                    Err(Error::Conflict(_)) => tracing::error!(case = %id, "A case is not at the version of its facts"),
                    Err(error) => return Err(error),
                }
            }
            Ok((made, ids.last().copied()))
        });
        let (some, last) = done.await?;
        made += some;
        if last.is_none() {
            return Ok(made);
        }
        after = last;
    }
}

/// Opens a closed case again; fails when the child has another open case.
pub async fn reopen(op: &OpContext, target: Target, typed: Reopen) -> Result<CaseId, Error> {
    change(op, target, CaseAction::Reopen, &[Aspect::Outcome], move |op, txn, before| async move {
        let mut facts = before.reopen(&typed, || op.new_id(), op.now())?;
        let row = store::child::hold(&op, &txn, before.opened.child).await?;
        facts.extend(before.born_otherwise(row.date_of_birth));
        if let Some(open) = open_case_of(&op, &txn, before.opened.child).await? {
            return Err(CaseConflict::AnotherIsOpen(open).into());
        }
        let raised = facts.iter().filter_map(|fact| match fact {
            CaseEvent::EscalationRaised(flag) => Some(flag),
            _ => None,
        });
        let mails = raised.map(|flag| alert::of(&op, flag, &before.opened.reference, false));
        Ok((facts.clone(), mails.collect::<Result<_, _>>()?))
    })
    .await
}

/// Restricts a case to its readers.
pub async fn restrict(op: &OpContext, target: Target, typed: Restrict) -> Result<CaseId, Error> {
    change(op, target, CaseAction::Restrict, &[Aspect::Readers], move |op, _, before| async move {
        Ok((vec![before.restrict(&typed, op.viewer.staff())?], Vec::new()))
    })
    .await
}

/// Lifts the restriction of a case.
pub async fn lift_restriction(op: &OpContext, target: Target, reason: String) -> Result<CaseId, Error> {
    change(op, target, CaseAction::Restrict, &[Aspect::Readers], move |_, _, before| async move {
        Ok((vec![before.lift(&reason)?], Vec::new()))
    })
    .await
}

/// Adds a reader to a restricted case; only staff who work cases can be one.
pub async fn add_reader(op: &OpContext, target: Target, staff: Option<StaffId>) -> Result<CaseId, Error> {
    change(op, target, CaseAction::Restrict, &[Aspect::Readers], move |op, txn, before| async move {
        let staff = staff.ok_or_else(|| Error::invalid("staff", "Select who may read this case"))?;
        if !store::staff::officers(&op, &*txn).await?.iter().any(|row| row.id == staff) {
            return Err(Error::invalid("staff", "Select somebody who works cases"));
        }
        Ok((vec![before.add_reader(staff)?], Vec::new()))
    })
    .await
}

/// Removes a reader from a restricted case.
pub async fn remove_reader(op: &OpContext, target: Target, staff: Option<StaffId>) -> Result<CaseId, Error> {
    change(op, target, CaseAction::Restrict, &[Aspect::Readers], move |op, _, before| async move {
        let staff = staff.ok_or_else(|| Error::invalid("staff", "Select who may no longer read this case"))?;
        Ok((vec![before.remove_reader(staff, op.viewer.staff())?], Vec::new()))
    })
    .await
}

/// The properties by which [`policy::case`] decides on a change. Access by breaking the glass never counts, since it is
/// for reading only.
pub(super) fn facts_of(op: &OpContext, case: &Case) -> CaseFacts {
    let viewer = &op.viewer;
    CaseFacts {
        flagged: !case.escalations.is_empty(),
        shared: matches!(viewer, Viewer::Partner(partner) if case.is_shared_with(partner.agency, london_day(op.now()))),
        restricted: case.restriction.is_some(),
        named: viewer.staff().is_some_and(|staff| case.names(staff)),
        glass: false,
    }
}

/// Fails when the child has an open case, and names that case in the error, which is noted as a disclosure.
pub(super) async fn must_have_no_open_case(
    op: &OpContext,
    txn: &DatabaseTransaction,
    child: ChildId,
) -> Result<(), Error> {
    match open_case_of(op, txn, child).await? {
        Some(open) => Err(CaseConflict::ChildHasOpenCase(open).into()),
        None => Ok(()),
    }
}

/// The reference of the child's open case, which is noted as shown; `None` if there is none.
async fn open_case_of(op: &OpContext, txn: &DatabaseTransaction, child: ChildId) -> Result<Option<String>, Error> {
    let Some(open) = store::case::open_case_of(op, txn, child).await? else { return Ok(None) };
    op.saw(AccessAction::Show, format!("case:{}", open.id), Some("reference"));
    Ok(Some(open.reference))
}

pub(super) async fn child_of(
    op: &OpContext,
    txn: &DatabaseTransaction,
    id: ChildId,
) -> Result<Option<child::Model>, Error> {
    Ok(store::child::many(op, txn, &[id]).await?.pop())
}

pub(super) async fn must_take_cases(op: &OpContext, txn: &DatabaseTransaction, officer: StaffId) -> Result<(), Error> {
    if store::staff::officers(op, txn).await?.iter().any(|row| row.id == officer) {
        return Ok(());
    }
    Err(Error::invalid("officer", "Select an officer who takes cases"))
}
