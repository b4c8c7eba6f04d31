//! Restricting a case to those who are named to it: adopted children, protected addresses, relatives of staff.
//!
//! What must not live here: who may do it (`domain::policy`), and reading without being named (`domain::glass`).

use entity::StaffId;
use entity::vocabulary::Restriction;

use super::work::Faults;
use super::{Case, CaseEvent};
use crate::error::{Conflict, Error};

const REASON: usize = 1_000;

/// A restriction as typed.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields of `CaseRestricted`, as typed")]
pub struct Restrict {
    pub restriction: Option<Restriction>,
    pub reason: String,
}

/// Restricts a case. Whoever does it may read it, and so may its officer.
pub fn restrict(case: &Case, typed: &Restrict, by: Option<StaffId>) -> Result<CaseEvent, Error> {
    if case.restriction.is_some() {
        return Err(Conflict::CaseRestricted.into());
    }
    let mut faults = Faults::default();
    let restriction = faults.chosen("restriction", typed.restriction, "Select why the case is restricted");
    let reason = faults.required("reason", &typed.reason, "The reason", REASON, "Enter why the case is restricted");
    let mut readers = Vec::from_iter(by);
    readers.extend(case.officer.filter(|officer| Some(*officer) != by));
    let event = (|| Some(CaseEvent::CaseRestricted { restriction: restriction?, reason: reason?, readers }))();
    faults.finish(event)
}

/// Restricts a new case as another case of its child is, to the same people, whoever opens it, and its officer.
pub fn restrict_alike(case: &Case, like: &Case, by: Option<StaffId>) -> Result<CaseEvent, Error> {
    let restriction = like.restriction.ok_or(Conflict::CaseNotRestricted)?;
    let mut readers = like.readers.clone();
    readers.extend(by.into_iter().chain(case.officer).filter(|staff| !like.readers.contains(staff)));
    readers.dedup();
    let reason = format!("Case {} of this child is restricted", like.opened.reference);
    Ok(CaseEvent::CaseRestricted { restriction, reason, readers })
}

/// Lets a case be read like any other again.
pub fn lift(case: &Case, reason: &str) -> Result<CaseEvent, Error> {
    must_be_restricted(case)?;
    let mut faults = Faults::default();
    let reason =
        faults.required("reason", reason, "The reason", REASON, "Enter why the case no longer has to be restricted");
    faults.finish(reason.map(|reason| CaseEvent::RestrictionLifted { reason }))
}

/// Lets somebody else read it.
pub fn add_reader(case: &Case, staff: StaffId) -> Result<CaseEvent, Error> {
    must_be_restricted(case)?;
    if case.readers.contains(&staff) {
        return Err(Error::invalid("staff", "Select somebody who may not read this case yet"));
    }
    Ok(CaseEvent::ReaderAdded { staff })
}

/// Lets somebody read it no longer. Its officer must read it, and nobody removes themselves: so there is always a reader
/// who can lift it.
pub fn remove_reader(case: &Case, staff: StaffId, by: Option<StaffId>) -> Result<CaseEvent, Error> {
    must_be_restricted(case)?;
    if !case.readers.contains(&staff) {
        return Err(Error::invalid("staff", "Select somebody who may read this case"));
    }
    if case.officer == Some(staff) {
        return Err(Error::invalid("staff", "Give the case to another officer before you remove this one"));
    }
    if Some(staff) == by {
        return Err(Error::invalid("staff", "Ask another reader to remove you"));
    }
    Ok(CaseEvent::ReaderRemoved { staff })
}

fn must_be_restricted(case: &Case) -> Result<(), Error> {
    if case.restriction.is_none() { Err(Conflict::CaseNotRestricted.into()) } else { Ok(()) }
}
