//! Commands on cases. What adds to a case takes its reference; what replaces something takes the version that the caller
//! saw too, and whoever saved in between wins.

use entity::vocabulary::{AccessAction, CaseState};
use entity::{CaseId, ChildId, StaffId, child};
use sea_orm::DatabaseTransaction;

use super::{mails, project, require};
use crate::context::{Done, Mail, OpContext, Txn};
use crate::domain::case::{
    self, AnswerEnquiry, AnswerEscalation, Case, CaseEvent, ChangeWhereabouts, Close, Open, Place, RaiseEscalation,
    RecordEnquiry, Restrict,
};
use crate::domain::event::Event;
use crate::domain::policy::{self, CaseAction, CaseFacts};
use crate::domain::reference::CaseReference;
use crate::domain::screening::must_reach_mash;
use crate::domain::viewer::Viewer;
use crate::error::{Conflict, Error};
use crate::secret::random_bits;
use crate::service::referral;
use crate::store;

/// Which case, as the caller saw it.
#[derive(Clone, Debug)]
pub struct Target {
    /// Its reference.
    pub case: String,
    /// How many facts it had.
    pub version: i32,
}

/// Runs one verb on one case: loads it, lets `decide` say what happens, and stores that. Every right is asked before the
/// version: who may not change the case learns nothing of whether it changed.
async fn change<F, Fut>(op: &OpContext, target: Target, action: CaseAction, decide: F) -> Result<CaseId, Error>
where
    F: FnOnce(OpContext, Txn, Case) -> Fut + Send + 'static,
    Fut: Future<Output = Result<(CaseEvent, Vec<Mail>), Error>> + Send + 'static,
{
    let Target { case, version } = target;
    let seen = move |before: &Case| if before.version == version { Ok(()) } else { Err(Conflict::Stale.into()) };
    run(op, case, action, seen, decide).await
}

/// [`change`] for what leaves everything else in the case as it is: it is stored whatever somebody saved since the caller
/// looked, so that nobody's note, answer or concern is turned away for another's.
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
    require(op, op.viewer != Viewer::Anonymous)?;
    let inner = op.clone();
    op.commit(move |txn| async move {
        let before = store::case::for_change(&inner, &*txn, &case).await?;
        let facts = facts_of(&inner.viewer, &before);
        require(&inner, policy::case(&inner.viewer, action, facts))?;
        demand(&before)?;
        let (event, mails) = decide(inner.clone(), Txn::clone(&txn), before.clone()).await?;
        let stored = Event::of(before.id, before.version, &event)?;
        let after = before.apply(&event, inner.now());
        project::case(&txn, &after, &event).await?;
        Ok(Done::new(after.id, stored).mailing(mails))
    })
    .await
}

/// Opens a case from a referral. `known` is the child already on file; none means a child new to us.
pub async fn open(
    op: &OpContext,
    reference: String,
    version: i32,
    decided: Open,
    known: Option<ChildId>,
) -> Result<CaseId, Error> {
    require(op, policy::triages(&op.viewer))?;
    let inner = op.clone();
    op.commit(move |txn| async move {
        let (referral, _) = referral::for_change(&inner, &txn, &reference, version).await?;
        if let Some(officer) = decided.officer {
            must_take_cases(&inner, &txn, officer).await?;
        }
        let known = match known {
            None => None,
            Some(id) => {
                let child = store::case::child_for_change(&inner, &*txn, id).await?;
                let child = child.ok_or_else(|| Error::invalid("child", "Select a child who is on file"))?;
                if let Some(open) = store::case::open_case_of(&inner, &*txn, id).await? {
                    inner.saw(AccessAction::Show, format!("case:{}", open.id), Some("reference"));
                    return Err(Conflict::ChildHasOpenCase(open.reference).into());
                }
                Some((id, child.name_key))
            }
        };
        let case_reference = CaseReference::from_random_bits(random_bits()?).to_string();
        let fresh = (inner.new_id(), inner.new_id(), case_reference);
        let event = case::open(&referral, decided, known.as_ref(), fresh, inner.now())?;
        let CaseEvent::CaseOpened(opened) = &event else {
            return Err(Error::internal("opening a case did not open one"));
        };
        let after = Case::begin(inner.new_id(), (**opened).clone(), inner.now());
        let stored = Event::of(after.id, 0, &event)?;
        project::case(&txn, &after, &event).await?;
        let mails = alert_of(&inner, &after, opened.escalation.is_some());
        let mut also = Vec::new();
        if let Some(like) = store::case::restricted_of(&inner, &*txn, after.opened.child).await?.first() {
            // What is kept of a child in one case must not come out by the next.
            let like = store::case::fold(&inner, &*txn, like.id).await?;
            let event = case::restrict_alike(&after, &like, staff_of(&inner.viewer))?;
            also.push(Event::of(after.id, after.version, &event)?);
            project::case(&txn, &after.clone().apply(&event, inner.now()), &event).await?;
        }
        Ok(Done::new(after.id, stored).also(also).mailing(mails))
    })
    .await
}

/// Adds a referral to a case that is already open.
pub async fn join(op: &OpContext, reference: String, version: i32, target: String) -> Result<CaseId, Error> {
    require(op, policy::triages(&op.viewer))?;
    let inner = op.clone();
    op.commit(move |txn| async move {
        let (referral, _) = referral::for_change(&inner, &txn, &reference, version).await?;
        let id = store::case::id_of(&inner, &*txn, &target).await?;
        let id = id.ok_or_else(|| Error::invalid("case", "Enter the reference of an open case"))?;
        let before = store::case::fold_for_change(&inner, &*txn, id).await?;
        let event = case::join(&before, &referral, inner.new_id(), inner.now())?;
        let stored = Event::of(before.id, before.version, &event)?;
        let after = before.apply(&event, inner.now());
        project::case(&txn, &after, &event).await?;
        let mails = alert_of(&inner, &after, must_reach_mash(referral.received.told.risk));
        Ok(Done::new(id, stored).mailing(mails))
    })
    .await
}

/// Gives a case to an officer, or takes it from one.
pub async fn assign(op: &OpContext, target: Target, officer: Option<StaffId>) -> Result<CaseId, Error> {
    change(op, target, CaseAction::Assign, move |op, txn, before| async move {
        if let Some(officer) = officer {
            must_take_cases(&op, &txn, officer).await?;
        }
        Ok((case::assign(&before, officer)?, Vec::new()))
    })
    .await
}

/// Gives these open cases to another officer, or takes them from whoever has them, as part of a command on staff.
pub(super) async fn hand_over(
    op: &OpContext,
    txn: &DatabaseTransaction,
    cases: &[CaseId],
    officer: Option<StaffId>,
) -> Result<Vec<Event>, Error> {
    let mut events = Vec::with_capacity(cases.len());
    let mut cases = cases.to_vec();
    cases.sort_unstable();
    for id in cases {
        let before = store::case::fold_for_change(op, txn, id).await?;
        let may_read = |officer: &StaffId| before.restriction.is_none() || before.readers.contains(officer);
        let event = case::assign(&before, officer.filter(may_read))?;
        events.push(Event::of(before.id, before.version, &event)?);
        project::case(txn, &before.apply(&event, op.now()), &event).await?;
    }
    Ok(events)
}

/// Records a tracing enquiry. `agency` names the partner agency that may answer it through the API, if any.
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
        Ok((case::record_enquiry(&before, op.new_id(), &typed, op.now())?, Vec::new()))
    })
    .await
}

/// Records the answer to a tracing enquiry. For an agency only those exist that were put to it.
pub async fn answer_enquiry(op: &OpContext, case: String, typed: AnswerEnquiry) -> Result<CaseId, Error> {
    let (viewer, enquiry) = (op.viewer.clone(), typed.enquiry);
    let put_to_them = move |before: &Case| {
        let Viewer::Partner(partner) = &viewer else { return Ok(()) };
        let asked = before.enquiries.iter().find(|asked| asked.id == enquiry);
        if asked.is_some_and(|asked| asked.agency == Some(partner.agency)) { Ok(()) } else { Err(Error::NotFound) }
    };
    run(op, case, CaseAction::AnswerEnquiry, put_to_them, move |op, _, before| async move {
        Ok((case::answer_enquiry(&before, &typed, op.now())?, Vec::new()))
    })
    .await
}

/// Adds a note.
pub async fn add_note(op: &OpContext, case: String, text: String) -> Result<CaseId, Error> {
    add(op, case, CaseAction::Work, move |_, _, _| async move { Ok((case::add_note(&text)?, Vec::new())) }).await
}

/// Changes what is known of the child's whereabouts.
pub async fn change_whereabouts(op: &OpContext, target: Target, typed: ChangeWhereabouts) -> Result<CaseId, Error> {
    change(op, target, CaseAction::Work, move |op, _, before| async move {
        Ok((case::change_whereabouts(&before, &typed, op.now())?, Vec::new()))
    })
    .await
}

/// Raises a flag with the MASH and alerts them in the same transaction.
pub async fn raise_escalation(op: &OpContext, case: String, typed: RaiseEscalation) -> Result<CaseId, Error> {
    add(op, case, CaseAction::Escalate, move |op, _, before| async move {
        let event = case::raise_escalation(&before, op.new_id(), &typed, op.now())?;
        let mails = alert_of(&op, &before, true);
        Ok((event, mails))
    })
    .await
}

/// Records what the MASH said.
pub async fn answer_escalation(op: &OpContext, case: String, typed: AnswerEscalation) -> Result<CaseId, Error> {
    add(op, case, CaseAction::AnswerEscalation, move |op, _, before| async move {
        Ok((case::answer_escalation(&before, &typed, op.now())?, Vec::new()))
    })
    .await
}

/// Records a placement. `school_urn` names the school when it is on the register.
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
            if typed.provider.trim().is_empty() {
                typed.provider = school.name;
            }
            typed.school = Some(school.id);
        }
        Ok((case::record_placement(&before, op.new_id(), &typed, op.now())?, Vec::new()))
    })
    .await
}

/// Closes a case on evidence; tracks it instead when the child is said to be elsewhere and nobody there confirms it.
pub async fn close(op: &OpContext, target: Target, mut typed: Close) -> Result<CaseId, Error> {
    change(op, target, CaseAction::Close, move |op, txn, before| async move {
        let other = typed.duplicate_of.trim().to_owned();
        if !other.is_empty() {
            let Some(id) = store::case::id_of(&op, &*txn, &other).await? else {
                return Err(Error::invalid("duplicateOf", "Enter the reference of a case that exists"));
            };
            let other = store::case::fold(&op, &*txn, id).await?;
            if other.state == CaseState::Closed {
                return Err(Error::invalid(
                    "duplicateOf",
                    "Enter the reference of a case that is open: this one is closed",
                ));
            }
            typed.duplicate_of = other.opened.reference;
        }
        let child = child_of(&op, &txn, before.opened.child).await?;
        let born = child.and_then(|child| child.date_of_birth);
        Ok((case::close(&before, &typed, born, op.now())?, Vec::new()))
    })
    .await
}

/// Opens a closed case again.
pub async fn reopen(op: &OpContext, target: Target, reason: String) -> Result<CaseId, Error> {
    change(op, target, CaseAction::Reopen, move |op, txn, before| async move {
        let event = case::reopen(&before, &reason)?;
        if let Some(open) = store::case::open_case_of(&op, &*txn, before.opened.child).await? {
            op.saw(AccessAction::Show, format!("case:{}", open.id), Some("reference"));
            return Err(Conflict::ChildHasOpenCase(open.reference).into());
        }
        Ok((event, Vec::new()))
    })
    .await
}

/// Restricts a case to those who are named to it.
pub async fn restrict(op: &OpContext, target: Target, typed: Restrict) -> Result<CaseId, Error> {
    change(op, target, CaseAction::Restrict, move |op, _, before| async move {
        Ok((case::restrict(&before, &typed, staff_of(&op.viewer))?, Vec::new()))
    })
    .await
}

/// Lets a restricted case be read like any other again.
pub async fn lift_restriction(op: &OpContext, target: Target, reason: String) -> Result<CaseId, Error> {
    change(op, target, CaseAction::Restrict, move |_, _, before| async move {
        Ok((case::lift(&before, &reason)?, Vec::new()))
    })
    .await
}

/// Names somebody to a restricted case.
pub async fn add_reader(op: &OpContext, target: Target, staff: Option<StaffId>) -> Result<CaseId, Error> {
    change(op, target, CaseAction::Restrict, move |op, txn, before| async move {
        let staff = staff.ok_or_else(|| Error::invalid("staff", "Select who may read this case"))?;
        if !store::staff::officers(&op, &*txn).await?.iter().any(|row| row.id == staff) {
            return Err(Error::invalid("staff", "Select somebody who works cases"));
        }
        Ok((case::add_reader(&before, staff)?, Vec::new()))
    })
    .await
}

/// Takes somebody's name from a restricted case.
pub async fn remove_reader(op: &OpContext, target: Target, staff: Option<StaffId>) -> Result<CaseId, Error> {
    change(op, target, CaseAction::Restrict, move |op, _, before| async move {
        let staff = staff.ok_or_else(|| Error::invalid("staff", "Select who may no longer read this case"))?;
        Ok((case::remove_reader(&before, staff, staff_of(&op.viewer))?, Vec::new()))
    })
    .await
}

/// What of a case decides whether the viewer may change it. Broken glass never counts.
fn facts_of(viewer: &Viewer, case: &Case) -> CaseFacts {
    CaseFacts {
        flagged: !case.escalations.is_empty(),
        shared: is_shared(viewer, case),
        restricted: case.restriction.is_some(),
        named: staff_of(viewer).is_some_and(|staff| case.names(staff)),
        glass: false,
    }
}

fn staff_of(viewer: &Viewer) -> Option<StaffId> {
    if let Viewer::Staff(staff) = viewer { Some(staff.id) } else { None }
}

/// Whether an enquiry of this case was put to the viewer's agency.
fn is_shared(viewer: &Viewer, case: &Case) -> bool {
    let Viewer::Partner(partner) = viewer else { return false };
    case.enquiries.iter().any(|asked| asked.agency == Some(partner.agency))
}

fn alert_of(op: &OpContext, case: &Case, flagged: bool) -> Vec<Mail> {
    if flagged { vec![mails::mash_alert(&case.opened.reference, &op.council)] } else { Vec::new() }
}

async fn child_of(op: &OpContext, txn: &DatabaseTransaction, id: ChildId) -> Result<Option<child::Model>, Error> {
    Ok(store::case::children(op, txn, &[id]).await?.pop())
}

async fn must_take_cases(op: &OpContext, txn: &DatabaseTransaction, officer: StaffId) -> Result<(), Error> {
    if store::staff::officers(op, txn).await?.iter().any(|row| row.id == officer) {
        return Ok(());
    }
    Err(Error::invalid("officer", "Select an officer who takes cases"))
}
