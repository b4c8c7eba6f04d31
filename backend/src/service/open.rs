//! From a referral to a case: opening one, and adding a referral to one that is open.
//!
//! What must not live here: what may be decided of either (`domain::case`), and every other command on a case (`case`).

use std::collections::BTreeSet;

use entity::vocabulary::{AccessAction, RiskReason};
use entity::{CaseId, ChildId, StaffId};
use sea_orm::DatabaseTransaction;

use super::case::{child_of, facts_of, mails_to, must_have_no_open_case, must_take_cases, to_officer};
use super::judge::stands;
use super::referral::must_not_be_overtaken;
use super::{alert, family, mails, record};
use crate::context::{Mail, OpContext};
use crate::domain::case::{self, Case, CaseEvent, Open};
use crate::domain::child::ChildFacts;
use crate::domain::london::london_day;
use crate::domain::matching::{Person, compare};
use crate::domain::policy::{self, CaseAction};
use crate::domain::reference::CaseReference;
use crate::domain::referral::{Other, Referral, ReferralEvent, note_of_age, note_of_found};
use crate::domain::stream::Stream;
use crate::domain::viewer::Viewer;
use crate::error::{CaseConflict, Error};
use crate::secret::random_bits;
use crate::store;
use crate::store::stream::{for_change, load};

/// Whose case is opened, as the officer saw it.
#[derive(Clone, Debug, Default)]
pub struct WhichChild {
    /// The child on file whom the officer chose; `None` means a child new to us.
    pub known: Option<ChildId>,
    /// The children on file, by id, and the restricted cases, by reference, that the officer was shown as likely and did
    /// not choose.
    pub judged: BTreeSet<String>,
}

/// Why a case is opened although something speaks against it, as typed; empty where nothing does.
#[derive(Clone, Debug, Default)]
pub struct Although {
    /// Why a child outside compulsory school age is missing education.
    pub age: String,
    /// Why a child whom the school found at the address is on no roll.
    pub found: String,
}

/// Opens a case from a referral. Fails when the referral was decided before, when the child has an open case, or when
/// somebody is likely the child whom the officer has not judged, such as the child of a case that was opened a moment
/// ago. Takes the flag of the referral along. A child outside compulsory school age is missing education only
/// for a reason, and so is a child whom the school found on no roll: see [`Although`].
pub async fn open(
    op: &OpContext,
    reference: String,
    version: i32,
    decided: Open,
    which: WhichChild,
    although: Although,
) -> Result<CaseId, Error> {
    op.require(policy::triages(&op.viewer))?;
    op.commit(move |op, txn| async move {
        // First of all, so that whatever is read after it is what the opening before left.
        store::case::hold_openings(&txn).await?;
        let known = which.known;
        let referral: Referral = for_change(&op, &txn, reference.as_str()).await?;
        must_not_be_overtaken(&txn, &referral, version).await?;
        if let Some(officer) = decided.officer {
            must_take_cases(&op, &txn, officer).await?;
        }
        let earlier = match known {
            Some(id) => store::case::last_closed_of(&op, &*txn, id).await?,
            None => None,
        };
        let known = match known {
            None => None,
            Some(id) => {
                let child = store::child::for_another_case(&op, &*txn, id).await?;
                let child = child.ok_or_else(|| Error::invalid("child", "Select a child who is on file"))?;
                must_have_no_open_case(&op, &txn, id).await?;
                Some(case::KnownChild { id, name_key: child.name_key, born: child.date_of_birth })
            }
        };
        let judged = judged_likes(&op, &txn, &referral, &which).await?;
        let case_reference = CaseReference::from_random_bits(random_bits()?).to_string();
        let fresh = (op.new_id(), case_reference);
        // The facts come first: they decide who the child is, and with that whether another case of the child is
        // restricted.
        let before = earlier.as_ref().map(|row| row.reference.clone());
        let opened = case::open(&referral, &decided, known.as_ref(), before, fresh, op.now())?;
        let id = op.new_id();
        let case = Case::begin(id, &opened, op.now());
        let case = case.ok_or_else(|| Error::internal("opening a case did not open one"))?;
        // What is on file of a child holds, whatever the referral knows.
        let born = known.as_ref().and_then(|child| child.born).or(referral.received.told.child.date_of_birth);
        let of_age = note_of_age(born, london_day(op.now()), decided.statutory_status, &although.age)?;
        let was_found = referral.received.told.found_at_address;
        let of_found = note_of_found(was_found, decided.status_ground, &although.found)?;
        let mut facts = vec![opened];
        if let Some(child) = &known {
            facts.extend(filled_in(&op, &txn, &referral, child.id).await?);
        }
        facts.extend(of_age.into_iter().chain(of_found).map(|text| CaseEvent::NoteAdded { text }));
        if let Some(like) = store::case::restricted_of(&op, &*txn, case.opened.child).await?.first() {
            // What is restricted in one case of a child must not be open in the next.
            let like: Case = load(&*txn, like.id).await?;
            facts.push(case.restrict_alike(&like, op.viewer.staff())?);
        }
        let case = facts.iter().skip(1).fold(case, |mut case, fact| {
            case.apply(fact, op.now());
            case
        });
        let mut mails = told_in_a_list(&op, &referral, &case.opened.reference)?;
        let received = referral.received.clone();
        let judged = match (known.is_none() && !judged.is_empty(), op.viewer.staff()) {
            (true, Some(by)) => {
                let facts = judged.iter().map(|(other, person)| referral.judge_another(*other, person, by)).collect();
                // Before the case takes it up.
                Some(record::change(&op, &txn, referral, facts).await?)
            }
            _ => None,
        };
        let told = [received.answers.clone()];
        mails.extend(family::tell_of_link(&op, &txn, &case, &received.told.child, &told).await?);
        if !case.escalations.is_empty() {
            mails.extend(family::tell_of_flag(&op, &txn, &case, &received.told.child, &told).await?);
        }
        if let Some(earlier) = &earlier {
            // Whoever closed it knows the family, and should know that it was not the end.
            let who: Vec<StaffId> =
                earlier.officer_id.into_iter().filter(|who| Some(*who) != op.viewer.staff()).collect();
            let told = |to: &str| mails::referred_again(to, &earlier.reference, &received.reference, &op.council);
            mails.extend(mails_to(&txn, &who, told).await?);
        }
        let done = record::begin::<Case>(&op, &txn, id, facts).await?.map(|case| case.id).mailing(mails);
        match judged {
            Some(judged) => Ok(done.and(judged)),
            None => Ok(done),
        }
    })
    .await
}

/// Adds a referral to an open case, with its flag.
pub async fn join(op: &OpContext, reference: String, version: i32, target: String) -> Result<CaseId, Error> {
    op.require(policy::triages(&op.viewer))?;
    op.commit(move |op, txn| async move {
        let referral: Referral = for_change(&op, &txn, reference.as_str()).await?;
        must_not_be_overtaken(&txn, &referral, version).await?;
        let id = store::case::id_of(&op, &*txn, &target).await?;
        let id = id.ok_or_else(|| Error::invalid("case", "Enter the reference of an open case"))?;
        // Held until the end, so that the case cannot be closed while the referral joins it.
        let before = store::case::hold(&op, &txn, id).await?;
        let joined = before.join(&referral)?;
        let mut mails = told_in_a_list(&op, &referral, &before.opened.reference)?;
        mails.extend(to_officer(&op, &txn, &before, &[]).await?);
        if referral.flag.is_some() {
            let child = child_of(&op, &txn, before.opened.child).await?.ok_or(Error::NotFound)?;
            let mut told = store::referral::answers_of(&op, &txn, before.id).await?;
            told.push(referral.received.answers.clone());
            mails.extend(family::tell_of_flag(&op, &txn, &before, &ChildFacts::of(&child), &told).await?);
        }
        let mut facts = vec![joined];
        facts.extend(filled_in(&op, &txn, &referral, before.opened.child).await?);
        Ok(record::change(&op, &txn, before, facts).await?.map(|after| after.id).mailing(mails))
    })
    .await
}

/// What the referral tells of having been in a case.
const OF_ANOTHER: &str = "It had been added to a case of another child";

/// Takes a referral out of an open case that is of another child; it awaits triage again, and the team is told. The MASH,
/// which may have answered its flag of the wrong child, is asked anew.
pub async fn detach(op: &OpContext, case: String, reference: String, why: String) -> Result<CaseId, Error> {
    op.require(op.viewer != Viewer::Anonymous)?;
    op.commit(move |op, txn| async move {
        let before: Case = for_change(&op, &txn, case.as_str()).await?;
        op.require(policy::case(&op.viewer, CaseAction::Work, facts_of(&op, &before)))?;
        let row = store::referral::row_of(&op, &txn, &reference).await?.filter(|row| row.case_id == Some(before.id));
        let row = row.ok_or_else(|| Error::invalid("referral", "Enter the reference of a referral in this case"))?;
        let detached = before.detach(row.id, row.school_id, &why)?;
        let referral: Referral = load(&*txn, row.id).await?;
        // Everybody in triage reads this, who may not know of the case: what was typed stays there.
        let back = vec![ReferralEvent::ReferralTakenBack { reason: OF_ANOTHER.to_owned() }];
        store::clock::forget_tellings(&txn, row.id.0).await?;
        let mut mails = vec![mails::referral_waits(&row.reference, &op.council)];
        mails.extend(to_officer(&op, &txn, &before, &[]).await?);
        let uncalled = referral.received.told.reasons.contains(&RiskReason::CallNotConfirmed);
        if let Some(flag) = referral.flag.as_ref().filter(|flag| flag.is_open()) {
            mails.push(alert::of(&op, flag, &row.reference, uncalled)?);
        }
        let back = record::change(&op, &txn, referral, back).await?;
        let done = record::change(&op, &txn, before, vec![detached]).await?.map(|after| after.id);
        Ok(done.and(back).mailing(mails))
    })
    .await
}

/// The alert of a flag of which the MASH knows by a list of many only, once somebody has looked at it and opened a case;
/// of every other flag it was alerted when the referral arrived.
fn told_in_a_list(op: &OpContext, referral: &Referral, case: &str) -> Result<Vec<Mail>, Error> {
    let gathered = referral.received.gathered_with.is_some();
    let flag = referral.flag.as_ref().filter(|flag| gathered && flag.is_open());
    let uncalled = referral.received.told.reasons.contains(&RiskReason::CallNotConfirmed);
    flag.map(|flag| alert::of(op, flag, case, uncalled)).into_iter().collect()
}

/// What a referral tells of a child on file that was not known, as a fact. The child's row is held, so that two cases of
/// one child do not choose at once.
async fn filled_in(
    op: &OpContext,
    txn: &DatabaseTransaction,
    referral: &Referral,
    child: ChildId,
) -> Result<Option<CaseEvent>, Error> {
    let row = store::child::hold(op, txn, child).await?;
    Ok(case::filled_in(referral, &ChildFacts::of(&row)))
}

/// The children who look alike and whom whoever opens judges to be others, where nobody had judged that before. Fails
/// when a child on file, or the child of a restricted case that the viewer may find, is likely the one referred and
/// was not judged by anybody.
async fn judged_likes(
    op: &OpContext,
    txn: &DatabaseTransaction,
    referral: &Referral,
    which: &WhichChild,
) -> Result<Vec<(Other, Person)>, Error> {
    let told = &referral.received.told.child;
    let described = referral.described();
    let known = store::judgement::of(op, txn, referral.id).await?;
    let mut judged = Vec::new();
    for child in store::child::candidates(op, txn, &described).await? {
        let (other, person) = (Other::Child(child.id), Person::of(&child));
        let Some(found) = compare(&op.council.forms, &described, &person) else { continue };
        if which.known == Some(child.id) || stands(&known, referral, other, &person) {
            continue;
        }
        if which.judged.contains(&child.id.to_string()) {
            judged.push((other, person));
            continue;
        }
        if !found.is_likely() {
            continue;
        }
        let Some(case) = store::case::newest_of(op, txn, child.id).await? else {
            return Err(CaseConflict::LikelyOnFile.into());
        };
        op.saw(AccessAction::Show, format!("case:{}", case.id), Some("reference"));
        return Err(CaseConflict::LikelyKnown(case.reference).into());
    }
    let (name_key, upn) = (told.name_key(), told.upn.as_deref());
    let kept = store::child::findable_cases_of(op, txn, &name_key, told.date_of_birth, upn, told.nhs_number.as_deref())
        .await?;
    for case in kept.iter().filter(|case| which.known != Some(case.child_id)) {
        let child = child_of(op, txn, case.child_id).await?.ok_or(Error::NotFound)?;
        let (other, person) = (Other::Child(child.id), Person::of(&child));
        if stands(&known, referral, other, &person) || judged.iter().any(|(one, _)| *one == other) {
            continue;
        }
        if !which.judged.contains(&case.reference) && !which.judged.contains(&child.id.to_string()) {
            return Err(CaseConflict::LikelyRestricted.into());
        }
        judged.push((other, person));
    }
    Ok(judged)
}
