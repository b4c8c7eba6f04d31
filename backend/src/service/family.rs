//! What a flag with the MASH means for the brothers and sisters of the child: those who have their cases are told.
//!
//! What must not live here: who is a brother or sister (`domain::family`), and the alert to the MASH itself.

use std::collections::BTreeSet;

use entity::vocabulary::CaseState;
use entity::{case, staff};
use sea_orm::DatabaseTransaction;

use super::mails;
use crate::context::{Mail, OpContext};
use crate::domain::answers::Answers;
use crate::domain::case::Case;
use crate::domain::child::ChildFacts;
use crate::domain::family::{Named, Said, Whom, named_in, without};
use crate::domain::viewer::Viewer;
use crate::error::Error;
use crate::store;

/// The mail to the officer of `case`, a case of `child`, whose referrals say `told`, where a brother or sister has an open
/// flag already: only about a case that is not restricted, which they may read. Nothing to whoever makes the link, who
/// sees it.
pub(super) async fn tell_of_link(
    op: &OpContext,
    txn: &DatabaseTransaction,
    case: &Case,
    child: &ChildFacts,
    told: &[Answers],
) -> Result<Option<Mail>, Error> {
    let cases = linked(op, txn, case, child, told).await?;
    let is_flagged = |other: &case::Model| other.open_escalations > 0 && other.restriction.is_none();
    let (Some(officer), true) = (case.officer, cases.iter().any(is_flagged)) else { return Ok(None) };
    if matches!(&op.viewer, Viewer::Staff(viewer) if viewer.id == officer) {
        return Ok(None);
    }
    let row = store::staff::officers(op, txn).await?.into_iter().find(|row| row.id == officer);
    Ok(row.map(|row| mails::flag_in_family(&row.email, &case.opened.reference, &op.council)))
}

/// The open cases of the brothers and sisters of a child.
async fn linked(
    op: &OpContext,
    txn: &DatabaseTransaction,
    case: &Case,
    child: &ChildFacts,
    told: &[Answers],
) -> Result<Vec<case::Model>, Error> {
    let name_key = child.name_key();
    let whom = Whom { name_key: &name_key, date_of_birth: child.date_of_birth, postcode: child.home() };
    let named: Vec<Named> = case.siblings.iter().cloned().chain(told.iter().flat_map(named_in)).collect();
    let named = without(named, &case.struck);
    let said = Said { named: &named, struck: &case.struck };
    let mut cases = store::family::cases_of(op, txn, case.opened.child, whom, said).await?;
    cases.retain(|case| case.state != CaseState::Closed);
    Ok(cases)
}

/// The mails about a flag on `flagged`, a case of `child`, whose referrals say `told`: to the officer of each open case of
/// a brother or sister, if they may read the flagged case, and otherwise to the managers who may read both. Whoever raised the flag
/// is told nothing.
pub(super) async fn tell_of_flag(
    op: &OpContext,
    txn: &DatabaseTransaction,
    flagged: &Case,
    child: &ChildFacts,
    told: &[Answers],
) -> Result<Vec<Mail>, Error> {
    let open = linked(op, txn, flagged, child, told).await?;
    if open.is_empty() {
        return Ok(Vec::new());
    }
    let staff = store::staff::officers(op, txn).await?;
    let may_read = |row: &&staff::Model| flagged.restriction.is_none() || flagged.names(row.id);
    let is_other = |row: &&staff::Model| !matches!(&op.viewer, Viewer::Staff(viewer) if viewer.id == row.id);
    // Each person gets one mail for each thing they can read about it there.
    let mut mails = BTreeSet::new();
    for case in &open {
        let officer = staff.iter().filter(may_read).find(|row| Some(row.id) == case.officer_id);
        if let Some(officer) = officer {
            mails.extend(is_other(&officer).then(|| (officer.email.clone(), case.reference.clone())));
            continue;
        }
        // That a restricted case exists must not be told to whoever may not read it.
        if case.restriction.is_none() {
            let managers = staff.iter().filter(|row| store::staff::is_manager(row)).filter(may_read).filter(is_other);
            mails.extend(managers.map(|row| (row.email.clone(), flagged.opened.reference.clone())));
        }
    }
    Ok(mails.iter().map(|(to, reference)| mails::flag_in_family(to, reference, &op.council)).collect())
}
