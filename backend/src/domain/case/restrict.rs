//! Restricting a case to those who are named to it: adopted children, protected addresses, relatives of staff.
//!
//! What must not live here: who may do it (`domain::policy`), and reading without being named (`domain::break_glass`).

use entity::StaffId;
use entity::vocabulary::Restriction;

use super::super::typed::{all, chosen, reason};
use super::{Case, CaseEvent};
use crate::error::{CaseConflict, Error};

const REASON: usize = 1_000;

/// A restriction as typed.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields of `CaseRestricted`, as typed")]
pub struct Restrict {
    pub restriction: Option<Restriction>,
    pub reason: String,
}

impl Case {
    /// Restricts the case. Its first readers are whoever restricts it and its officer.
    pub fn restrict(&self, typed: &Restrict, by: Option<StaffId>) -> Result<CaseEvent, Error> {
        if self.restriction.is_some() {
            return Err(CaseConflict::Restricted.into());
        }
        let (restriction, reason) = all((
            chosen("restriction", typed.restriction, "Select why the case is restricted"),
            reason(&typed.reason, REASON, "Enter why the case is restricted"),
        ))?;
        let mut readers = Vec::from_iter(by);
        readers.extend(self.officer.filter(|officer| Some(*officer) != by));
        Ok(CaseEvent::CaseRestricted { restriction, reason, readers })
    }

    /// Restricts a new case for the same ground as `like`, another case of its child, and to the same readers, joined
    /// by whoever opens it and its officer. Fails when `like` is not restricted.
    pub fn restrict_alike(&self, like: &Case, by: Option<StaffId>) -> Result<CaseEvent, Error> {
        let restriction = like.restriction.ok_or(CaseConflict::NotRestricted)?;
        let mut readers = like.readers.clone();
        readers.extend(by.into_iter().chain(self.officer).filter(|staff| !like.readers.contains(staff)));
        readers.dedup();
        let reason = "Another case of this child is restricted".to_owned();
        Ok(CaseEvent::CaseRestricted { restriction, reason, readers })
    }

    /// Lifts the restriction, for a reason: the case may be read like any other again.
    pub fn lift(&self, typed: &str) -> Result<CaseEvent, Error> {
        self.must_be_restricted()?;
        let (reason,) = all((reason(typed, REASON, "Enter why the case no longer has to be restricted"),))?;
        Ok(CaseEvent::RestrictionLifted { reason })
    }

    /// Adds a reader; refuses one who may read the case already.
    pub fn add_reader(&self, staff: StaffId) -> Result<CaseEvent, Error> {
        self.must_be_restricted()?;
        if self.readers.contains(&staff) {
            return Err(Error::invalid("staff", "Select somebody who may not read this case yet"));
        }
        Ok(CaseEvent::ReaderAdded { staff })
    }

    /// Removes a reader. The officer cannot be removed, since they work the case, and nobody removes themselves: so
    /// there is a reader left who can lift the restriction, until their account is closed and another takes over.
    pub fn remove_reader(&self, staff: StaffId, by: Option<StaffId>) -> Result<CaseEvent, Error> {
        self.must_be_restricted()?;
        if !self.readers.contains(&staff) {
            return Err(Error::invalid("staff", "Select somebody who may read this case"));
        }
        if self.officer == Some(staff) {
            return Err(Error::invalid("staff", "Give the case to another officer before you remove this one"));
        }
        if Some(staff) == by {
            return Err(Error::invalid("staff", "Ask another reader to remove you"));
        }
        Ok(CaseEvent::ReaderRemoved { staff })
    }

    fn must_be_restricted(&self) -> Result<(), Error> {
        if self.restriction.is_none() { Err(CaseConflict::NotRestricted.into()) } else { Ok(()) }
    }
}
