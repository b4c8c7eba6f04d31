//! Commands on cases. A command that only adds to a case takes its reference; one that replaces something also takes
//! the version that the caller saw, and fails when somebody saved in between.
//!
//! What must not live here: what may be decided of a case (`domain::case`), and who may do it (`domain::policy`).

use entity::vocabulary::AccessAction;
use entity::{CaseId, ChildId, StaffId, child};
use sea_orm::DatabaseTransaction;

use super::{mails, record};
use crate::context::{Done, Mail, OpContext, Txn};
use crate::domain::answers;
use crate::domain::case::{
    self, AnswerEnquiry, AnswerEscalation, Case, CaseEvent, ChangeWhereabouts, Close, Open, Place, RaiseEscalation,
    RecordEnquiry, Restrict,
};
use crate::domain::clock::london_day;
use crate::domain::policy::{self, CaseAction, CaseFacts};
use crate::domain::reference::CaseReference;
use crate::domain::referral::{Referral, note_of_age};
use crate::domain::screening::must_reach_mash;
use crate::domain::stream::Stream;
use crate::domain::viewer::Viewer;
use crate::error::{CaseConflict, Error};
use crate::secret::random_bits;
use crate::store;
use crate::store::stream::{for_change, load};

/// The case to change, as the caller saw it.
#[derive(Clone, Debug)]
pub struct Target {
    /// The reference of the case.
    pub case: String,
    /// The number of facts it had then. The change is refused if it has more by now.
    pub version: i32,
}

/// Runs one command on one case: loads it, lets `decide` say what happens, and stores that. The right to act is checked
/// before the version, so that whoever may not change the case does not learn whether it changed.
async fn change<F, Fut>(op: &OpContext, target: Target, action: CaseAction, decide: F) -> Result<CaseId, Error>
where
    F: FnOnce(OpContext, Txn, Case) -> Fut + Send + 'static,
    Fut: Future<Output = Result<(CaseEvent, Vec<Mail>), Error>> + Send + 'static,
{
    let Target { case, version } = target;
    run(op, case, action, move |before| before.must_stand_at(version), decide).await
}

/// As [`change`], for a command that leaves everything else in the case as it is. It is stored whatever somebody saved
/// since the caller looked, so that no note, answer or concern is refused because of another.
async fn add<F, Fut>(op: &OpContext, case: String, action: CaseAction, decide: F) -> Result<CaseId, Error>
where
    F: FnOnce(OpContext, Txn, Case) -> Fut + Send + 'static,
    Fut: Future<Output = Result<(CaseEvent, Vec<Mail>), Error>> + Send + 'static,
{
    run(op, case, action, |_| Ok(()), decide).await
}

async fn run<F, Fut>(
    op: &OpContext,
    case: String,
    action: CaseAction,
    demand: impl FnOnce(&Case) -> Result<(), Error> + Send + 'static,
    decide: F,
) -> Result<CaseId, Error>
where
    F: FnOnce(OpContext, Txn, Case) -> Fut + Send + 'static,
    Fut: Future<Output = Result<(CaseEvent, Vec<Mail>), Error>> + Send + 'static,
{
    op.require(op.viewer != Viewer::Anonymous)?;
    op.commit(move |op, txn| async move {
        let before: Case = for_change(&op, &txn, case.as_str()).await?;
        // In this order: the right, the version, the rule. A refusal must not tell more than its reader may know.
        op.require(policy::case(&op.viewer, action, facts_of(&op.viewer, &before)))?;
        demand(&before)?;
        let (event, mails) = decide(op.clone(), Txn::clone(&txn), before.clone()).await?;
        Ok(record::change(&op, &txn, before, vec![event]).await?.map(|after| after.id).mailing(mails))
    })
    .await
}

/// Opens a case from a referral. `known` is the child on file whom the officer chose; `None` means a child new to us.
/// Fails when the referral was decided before, or when that child has an open case. Alerts the MASH if the referral
/// tells of harm. A child outside compulsory school age is missing education only for a reason, `age_reason`.
pub async fn open(
    op: &OpContext,
    reference: String,
    version: i32,
    decided: Open,
    known: Option<ChildId>,
    age_reason: String,
) -> Result<CaseId, Error> {
    op.require(policy::triages(&op.viewer))?;
    op.commit(move |op, txn| async move {
        let referral: Referral = for_change(&op, &txn, reference.as_str()).await?;
        referral.must_stand_at(version)?;
        if let Some(officer) = decided.officer {
            must_take_cases(&op, &txn, officer).await?;
        }
        let known = match known {
            None => None,
            Some(id) => {
                let child = store::child::for_another_case(&op, &*txn, id).await?;
                let child = child.ok_or_else(|| Error::invalid("child", "Select a child who is on file"))?;
                must_have_no_open_case(&op, &txn, id).await?;
                Some((id, child.name_key))
            }
        };
        let case_reference = CaseReference::from_random_bits(random_bits()?).to_string();
        let fresh = (op.new_id(), op.new_id(), case_reference);
        // The facts come first: they decide who the child is, and with that whether another case of the child is
        // restricted.
        let opened = case::open(&referral, decided, known.as_ref(), fresh, op.now())?;
        let id = op.new_id();
        let case = Case::begin(id, &opened, op.now());
        let case = case.ok_or_else(|| Error::internal("opening a case did not open one"))?;
        let born = referral.received.told.child.date_of_birth;
        let of_age = note_of_age(born, london_day(op.now()), decided.statutory_status, &age_reason)?;
        let mut facts = vec![opened];
        facts.extend(of_age.map(|text| CaseEvent::NoteAdded { text }));
        if let Some(like) = store::case::restricted_of(&op, &*txn, case.opened.child).await?.first() {
            // What is restricted in one case of a child must not be open in the next.
            let like: Case = load(&*txn, like.id).await?;
            facts.push(case.restrict_alike(&like, staff_id(&op.viewer))?);
        }
        let mails = alert_of(&op, &case, !case.escalations.is_empty());
        Ok(record::begin::<Case>(&op, &txn, id, facts).await?.map(|case| case.id).mailing(mails))
    })
    .await
}

/// Adds a referral to an open case, and alerts the MASH if the referral tells of harm.
pub async fn join(op: &OpContext, reference: String, version: i32, target: String) -> Result<CaseId, Error> {
    op.require(policy::triages(&op.viewer))?;
    op.commit(move |op, txn| async move {
        let referral: Referral = for_change(&op, &txn, reference.as_str()).await?;
        referral.must_stand_at(version)?;
        let id = store::case::id_of(&op, &*txn, &target).await?;
        let id = id.ok_or_else(|| Error::invalid("case", "Enter the reference of an open case"))?;
        // Held until the end, so that the case cannot be closed while the referral joins it.
        let before = store::case::hold(&op, &txn, id).await?;
        let joined = before.join(&referral, op.new_id(), op.now())?;
        let mails = alert_of(&op, &before, must_reach_mash(referral.received.told.risk));
        Ok(record::change(&op, &txn, before, vec![joined]).await?.map(|after| after.id).mailing(mails))
    })
    .await
}

/// Gives a case to an officer, or takes it from one.
pub async fn assign(op: &OpContext, target: Target, officer: Option<StaffId>) -> Result<CaseId, Error> {
    change(op, target, CaseAction::Assign, move |op, txn, before| async move {
        if let Some(officer) = officer {
            must_take_cases(&op, &txn, officer).await?;
        }
        Ok((before.assign(officer)?, Vec::new()))
    })
    .await
}

/// Gives these open cases to `officer`, or takes them from whoever has them, as part of a command on staff. A
/// restricted case is given only to one of its readers. `done` is what the command did so far.
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
        let may_read = |officer: &StaffId| before.restriction.is_none() || before.readers.contains(officer);
        let given = before.assign(officer.filter(may_read))?;
        done = done.and(record::change(op, txn, before, vec![given]).await?);
    }
    Ok(done)
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
            typed.agency = Some(agency.id);
        }
        Ok((before.record_enquiry(op.new_id(), &typed, op.now())?, Vec::new()))
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
    run(op, case, CaseAction::AnswerEnquiry, put_to_them, move |op, _, before| async move {
        Ok((before.answer_enquiry(&typed, op.now())?, Vec::new()))
    })
    .await
}

/// Adds a note to a case, open or closed.
pub async fn add_note(op: &OpContext, case: String, text: String) -> Result<CaseId, Error> {
    add(op, case, CaseAction::Work, move |_, _, before| async move { Ok((before.add_note(&text)?, Vec::new())) }).await
}

/// Changes the whereabouts of the child.
pub async fn change_whereabouts(op: &OpContext, target: Target, typed: ChangeWhereabouts) -> Result<CaseId, Error> {
    change(op, target, CaseAction::Work, move |op, _, before| async move {
        Ok((before.change_whereabouts(&typed, op.now())?, Vec::new()))
    })
    .await
}

/// Raises a flag with the MASH, and queues the alert in the same transaction.
pub async fn raise_escalation(op: &OpContext, case: String, typed: RaiseEscalation) -> Result<CaseId, Error> {
    add(op, case, CaseAction::Escalate, move |op, _, before| async move {
        let event = before.raise_escalation(op.new_id(), &typed, op.now())?;
        let mails = alert_of(&op, &before, true);
        Ok((event, mails))
    })
    .await
}

/// Records the MASH's answer to a flag.
pub async fn answer_escalation(op: &OpContext, case: String, typed: AnswerEscalation) -> Result<CaseId, Error> {
    add(op, case, CaseAction::AnswerEscalation, move |op, _, before| async move {
        Ok((before.answer_escalation(&typed, op.now())?, Vec::new()))
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
    change(op, target, CaseAction::Work, move |op, txn, before| async move {
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
        Ok((before.record_placement(op.new_id(), &typed, op.now())?, Vec::new()))
    })
    .await
}

/// Closes a case on evidence. It is tracked instead when the outcome is a move that nobody at the new place has
/// confirmed.
pub async fn close(op: &OpContext, target: Target, typed: Close) -> Result<CaseId, Error> {
    change(op, target, CaseAction::Close, move |op, txn, before| async move {
        let other = match store::case::id_of(&op, &*txn, typed.duplicate_of.trim()).await? {
            Some(id) => Some(load::<Case, _>(&*txn, id).await?),
            None => None,
        };
        let child = child_of(&op, &txn, before.opened.child).await?;
        let born = child.and_then(|child| child.date_of_birth);
        Ok((before.close(&typed, other.as_ref(), born, op.now())?, Vec::new()))
    })
    .await
}

/// Opens a closed case again; fails when the child has another open case.
pub async fn reopen(op: &OpContext, target: Target, reason: String) -> Result<CaseId, Error> {
    change(op, target, CaseAction::Reopen, move |op, txn, before| async move {
        let event = before.reopen(&reason)?;
        must_have_no_open_case(&op, &txn, before.opened.child).await?;
        Ok((event, Vec::new()))
    })
    .await
}

/// Restricts a case to its readers.
pub async fn restrict(op: &OpContext, target: Target, typed: Restrict) -> Result<CaseId, Error> {
    change(op, target, CaseAction::Restrict, move |op, _, before| async move {
        Ok((before.restrict(&typed, staff_id(&op.viewer))?, Vec::new()))
    })
    .await
}

/// Lifts the restriction of a case.
pub async fn lift_restriction(op: &OpContext, target: Target, reason: String) -> Result<CaseId, Error> {
    change(op, target, CaseAction::Restrict, move |_, _, before| async move { Ok((before.lift(&reason)?, Vec::new())) })
        .await
}

/// Adds a reader to a restricted case; only staff who work cases can be one.
pub async fn add_reader(op: &OpContext, target: Target, staff: Option<StaffId>) -> Result<CaseId, Error> {
    change(op, target, CaseAction::Restrict, move |op, txn, before| async move {
        let staff = staff.ok_or_else(|| Error::invalid("staff", "Select who may read this case"))?;
        if !store::staff::officers(&op, &*txn).await?.iter().any(|row| row.id == staff) {
            return Err(Error::invalid("staff", "Select somebody who works cases"));
        }
        Ok((before.add_reader(staff)?, Vec::new()))
    })
    .await
}

/// Removes a reader from a restricted case.
pub async fn remove_reader(op: &OpContext, target: Target, staff: Option<StaffId>) -> Result<CaseId, Error> {
    change(op, target, CaseAction::Restrict, move |op, _, before| async move {
        let staff = staff.ok_or_else(|| Error::invalid("staff", "Select who may no longer read this case"))?;
        Ok((before.remove_reader(staff, staff_id(&op.viewer))?, Vec::new()))
    })
    .await
}

/// The properties by which [`policy::case`] decides on a change. Access by breaking the glass never counts, since it is
/// for reading only.
fn facts_of(viewer: &Viewer, case: &Case) -> CaseFacts {
    CaseFacts {
        flagged: !case.escalations.is_empty(),
        shared: is_shared(viewer, case),
        restricted: case.restriction.is_some(),
        named: staff_id(viewer).is_some_and(|staff| case.names(staff)),
        glass: false,
    }
}

fn staff_id(viewer: &Viewer) -> Option<StaffId> {
    if let Viewer::Staff(staff) = viewer { Some(staff.id) } else { None }
}

/// Whether this case holds an enquiry that was put to the viewer's agency.
fn is_shared(viewer: &Viewer, case: &Case) -> bool {
    let Viewer::Partner(partner) = viewer else { return false };
    case.enquiries.iter().any(|asked| asked.agency == Some(partner.agency))
}

fn alert_of(op: &OpContext, case: &Case, flagged: bool) -> Vec<Mail> {
    if flagged { vec![mails::mash_alert(&case.opened.reference, &op.council)] } else { Vec::new() }
}

/// Fails when the child has an open case, and names that case in the error, which is noted as a disclosure.
async fn must_have_no_open_case(op: &OpContext, txn: &DatabaseTransaction, child: ChildId) -> Result<(), Error> {
    let Some(open) = store::case::open_case_of(op, txn, child).await? else { return Ok(()) };
    op.saw(AccessAction::Show, format!("case:{}", open.id), Some("reference"));
    Err(CaseConflict::ChildHasOpenCase(open.reference).into())
}

async fn child_of(op: &OpContext, txn: &DatabaseTransaction, id: ChildId) -> Result<Option<child::Model>, Error> {
    Ok(store::child::many(op, txn, &[id]).await?.pop())
}

async fn must_take_cases(op: &OpContext, txn: &DatabaseTransaction, officer: StaffId) -> Result<(), Error> {
    if store::staff::officers(op, txn).await?.iter().any(|row| row.id == officer) {
        return Ok(());
    }
    Err(Error::invalid("officer", "Select an officer who takes cases"))
}
