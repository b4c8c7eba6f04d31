//! Commands on a child's name on a school's roll, each twice: as an officer does it in a case, and as the school does it
//! on its own referral.
//!
//! What must not live here: what may be removed when (`domain::roll`, `domain::case`).

use entity::vocabulary::{CaseState, StaffState};
use entity::{CaseId, PlacementId, ReferralId, RemovalId, SchoolId};
use sea_orm::DatabaseTransaction;

use super::case::{Target, add, change, child_of};
use super::{contact_of, mails, record};
use crate::config::Council;
use crate::context::{Done, Mail, OpContext, Txn};
use crate::domain::case::{
    Aspect, Case, CaseEvent, DecideRemoval, JudgedBy, ProposeRemoval, RecordJointEnquiry, RecordNewPupilReturn,
    RemoveName,
};
use crate::domain::policy::{self, CaseAction, ReferralAction, ReferralFacts};
use crate::domain::school_days::Calendar;
use crate::domain::viewer::SchoolContact;
use crate::error::Error;
use crate::store;

/// What the rules need beside the case, read within the transaction of a command.
struct Around {
    calendar: Calendar,
    born: Option<chrono::NaiveDate>,
    found_by_school: bool,
}

impl Around {
    async fn of(op: &OpContext, txn: &DatabaseTransaction, case: &Case, removal: RemovalId) -> Result<Self, Error> {
        let matter = case.removals.iter().find(|matter| matter.proposal.id == removal).ok_or(Error::NotFound)?;
        let calendar = store::school::calendar(txn, matter.proposal.school).await?;
        let born = child_of(op, txn, case.opened.child).await?.and_then(|child| child.date_of_birth);
        let school = matter.proposal.school;
        let found_by_school = store::referral::is_found_by(txn, case.id, school).await?;
        Ok(Self { calendar, born, found_by_school })
    }

    fn judged(&self, op: &OpContext, contact: Option<&SchoolContact>) -> JudgedBy<'_> {
        JudgedBy {
            calendar: &self.calendar,
            limb_two: op.council.limb_two,
            found_by_school: self.found_by_school,
            born: self.born,
            contact: contact.map(|contact| contact.id),
            school: contact.map(|contact| contact.school),
        }
    }
}

/// Proposes, as an officer who relays it, to remove the name from the roll of the school with this URN, or of the school
/// that referred the child.
pub async fn propose(
    op: &OpContext,
    case: String,
    school_urn: Option<String>,
    typed: ProposeRemoval,
) -> Result<CaseId, Error> {
    add(op, case, CaseAction::Work, move |op, txn, before| async move {
        let school = match school_urn.filter(|urn| !urn.trim().is_empty()) {
            Some(urn) => store::school::by_urn(&op, &*txn, &urn).await?.map(|school| school.id),
            None => before.opened.school,
        };
        let lacking = "Enter the URN of a school on the register: 6 numbers";
        let school: SchoolId = school.ok_or_else(|| Error::invalid("schoolUrn", lacking))?;
        let proposed = before.propose_removal(RemovalId(op.new_id()), school, None, &typed, op.now())?;
        Ok((vec![proposed], Vec::new()))
    })
    .await
}

/// Withdraws a proposal as an officer, and tells the school.
pub async fn withdraw(op: &OpContext, target: Target, removal: RemovalId, reason: String) -> Result<CaseId, Error> {
    change(op, target, CaseAction::Work, &[Aspect::Roll], move |op, _, before| async move {
        let withdrawn = before.withdraw_removal(removal, None, None, &reason)?;
        let told = school_told(&op, &before, removal, mails::removal_withdrawn).await?;
        Ok((vec![withdrawn], told.into_iter().collect()))
    })
    .await
}

/// Records the joint enquiry of school and authority.
pub async fn enquire(
    op: &OpContext,
    target: Target,
    removal: RemovalId,
    typed: RecordJointEnquiry,
) -> Result<CaseId, Error> {
    change(op, target, CaseAction::Work, &[Aspect::Roll], move |op, _, before| async move {
        Ok((vec![before.record_joint_enquiry(removal, &typed, op.now())?], Vec::new()))
    })
    .await
}

/// Takes the authority's view of a proposal, and tells the school that there is one.
pub async fn decide(op: &OpContext, target: Target, removal: RemovalId, typed: DecideRemoval) -> Result<CaseId, Error> {
    change(op, target, CaseAction::DecideRemoval, &[Aspect::Roll], move |op, txn, before| async move {
        let around = Around::of(&op, &txn, &before, removal).await?;
        let judged = around.judged(&op, None);
        let decided = before.decide_removal(removal, &typed, &judged, op.viewer.staff(), op.now())?;
        let told = school_told(&op, &before, removal, mails::removal_decided).await?;
        Ok((vec![decided], told.into_iter().collect()))
    })
    .await
}

/// The mail to whoever speaks for the school about what an officer did in a matter: who proposed the removal, or else
/// who sent its newest referral of the child. Nobody where an officer relayed all of it, or where the school must not
/// learn of the case.
async fn school_told(
    op: &OpContext,
    case: &Case,
    removal: RemovalId,
    mail: fn(&str, &str, &Council) -> Mail,
) -> Result<Option<Mail>, Error> {
    let Some(matter) = case.removals.iter().find(|matter| matter.proposal.id == removal) else { return Ok(None) };
    if case.restriction.is_some() {
        return Ok(None);
    }
    let proposal = &matter.proposal;
    let rows = store::referral::of_cases(op, &[case.id]).await?;
    let Some(referral) = rows.into_iter().rev().find(|row| row.school_id == Some(proposal.school)) else {
        return Ok(None);
    };
    let Some(contact) = proposal.contact.or(referral.contact_id) else { return Ok(None) };
    let contact = store::contact::many(op, &[contact]).await?.pop();
    Ok(contact.map(|contact| mail(&contact.email, &referral.reference, &op.council).for_contact(contact.id)))
}

/// Takes the deletion return as an officer who relays it.
pub async fn remove(op: &OpContext, target: Target, removal: RemovalId, typed: RemoveName) -> Result<CaseId, Error> {
    const MINDS: &[Aspect] = &[Aspect::Roll, Aspect::Status];
    change(op, target, CaseAction::Work, MINDS, move |op, txn, before| async move {
        let around = Around::of(&op, &txn, &before, removal).await?;
        Ok((before.remove_name(removal, &typed, &around.judged(&op, None), op.now())?, Vec::new()))
    })
    .await
}

/// Notes, as an officer, that a new-pupil return came or that none is owed.
pub async fn return_new_pupil(op: &OpContext, case: String, typed: RecordNewPupilReturn) -> Result<CaseId, Error> {
    add(op, case, CaseAction::Work, move |op, _, before| async move {
        Ok((vec![before.return_new_pupil(&typed, None, None, op.now())?], Vec::new()))
    })
    .await
}

/// Proposes to remove the name from the roll of the contact's school.
pub async fn propose_for_school(op: &OpContext, referral: String, typed: ProposeRemoval) -> Result<ReferralId, Error> {
    by_school(op, referral, "has proposed to remove a name from its roll", move |op, _, contact, before| async move {
        let id = RemovalId(op.new_id());
        Ok(vec![before.propose_removal(id, contact.school, Some(contact.id), &typed, op.now())?])
    })
    .await
}

/// Withdraws a proposal of the contact's school.
pub async fn withdraw_for_school(
    op: &OpContext,
    referral: String,
    removal: RemovalId,
    reason: String,
) -> Result<ReferralId, Error> {
    let what = "has withdrawn its proposal to remove a name from its roll";
    by_school(op, referral, what, move |_, _, contact, before| async move {
        Ok(vec![before.withdraw_removal(removal, Some(contact.school), Some(contact.id), &reason)?])
    })
    .await
}

/// Takes the deletion return of the contact's school.
pub async fn remove_for_school(
    op: &OpContext,
    referral: String,
    removal: RemovalId,
    typed: RemoveName,
) -> Result<ReferralId, Error> {
    by_school(op, referral, "has removed a name from its roll", move |op, txn, contact, before| async move {
        let around = Around::of(&op, &txn, &before, removal).await?;
        before.remove_name(removal, &typed, &around.judged(&op, Some(&contact)), op.now())
    })
    .await
}

/// Takes the new-pupil return of the contact's school, whether or not it ever referred the child.
pub async fn return_new_pupil_for_school(op: &OpContext, typed: RecordNewPupilReturn) -> Result<PlacementId, Error> {
    let contact = contact_of(op)?;
    op.commit(move |op, txn| async move {
        let placement = typed.placement;
        let found = store::case::new_pupils(&op, &*txn, contact.school, Some(placement)).await?.pop();
        let case = found.ok_or(Error::NotFound)?.0.case_id;
        let done = act(op, txn, case, "has sent its new-pupil return", |op, _, before| async move {
            Ok(vec![before.return_new_pupil(&typed, Some(contact.school), Some(contact.id), op.now())?])
        });
        Ok(Box::pin(done).await?.map(|()| placement))
    })
    .await
}

/// Runs one command of a school contact on the case that a referral of their school led to, and tells the officer of it.
/// A case that the school must not learn of is not there.
async fn by_school<F, Fut>(
    op: &OpContext,
    reference: String,
    what: &'static str,
    decide: F,
) -> Result<ReferralId, Error>
where
    F: FnOnce(OpContext, Txn, SchoolContact, Case) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Result<Vec<CaseEvent>, Error>> + Send + 'static,
{
    let contact = contact_of(op)?;
    op.commit(move |op, txn| async move {
        let referral = store::referral::row_of(&op, &txn, &reference).await?.ok_or(Error::NotFound)?;
        let case = match referral.case_id {
            Some(case) => store::case::of_school(&op, &*txn, case).await?,
            None => None,
        };
        let facts = ReferralFacts {
            own_school: referral.school_id == Some(contact.school),
            harm: false,
            withheld: case.is_none(),
        };
        if !policy::referral(&op.viewer, ReferralAction::Roll, facts) {
            return Err(Error::NotFound);
        }
        let case = case.ok_or(Error::NotFound)?.id;
        let held = store::case::hold(&op, &txn, case).await?;
        let owes = held.removals.iter().any(|matter| matter.is_open() && matter.proposal.school == contact.school);
        if held.state == CaseState::Closed && !owes {
            // As of a restricted case: otherwise the one answer would tell of the other.
            return Err(Error::NotFound);
        }
        let done = act(op, txn, case, what, |op, txn, before| decide(op, txn, contact, before)).await?;
        Ok(done.map(|()| referral.id))
    })
    .await
}

/// What a school does to a case, of which its officer is told: `what` says it.
async fn act<F, Fut>(op: OpContext, txn: Txn, case: CaseId, what: &'static str, decide: F) -> Result<Done<()>, Error>
where
    F: FnOnce(OpContext, Txn, Case) -> Fut,
    Fut: Future<Output = Result<Vec<CaseEvent>, Error>>,
{
    let before = store::case::hold(&op, &txn, case).await?;
    let (officer, of_case) = (before.officer, before.opened.reference.clone());
    let facts = decide(op.clone(), Txn::clone(&txn), before.clone()).await?;
    let tell = |to: Option<&str>| mails::school_acts_on_roll(to, &of_case, what, &op.council);
    let officer = match officer {
        Some(officer) => store::staff::one(&*txn, officer).await?.filter(|row| row.state == StaffState::Active),
        None => None,
    };
    // An officer whose account has ended hears nothing, and somebody must.
    let told = vec![tell(officer.as_ref().map(|row| row.email.as_str()))];
    Ok(record::change(&op, &txn, before, facts).await?.map(|_| ()).mailing(told))
}
