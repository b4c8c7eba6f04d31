//! Files that are sent out: how they are written, and how many are made at once.
//!
//! A file is read part by part, each by the key of the last row before it, so that never more than one part is in
//! memory. What must not live here: who may have a file (`domain::policy`), and what is in it (`store`).

pub mod csv;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{Error, ExportConflict};

/// The number of files that may be made at once, for everybody together.
const MOST: usize = 4;

/// The people this process is making a file for: one file for each person, and at most [`MOST`] in all.
#[derive(Debug, Default)]
pub(crate) struct Exports(Mutex<BTreeSet<String>>);

/// A person's place among those for whom a file is made, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    all: Arc<Exports>,
    person: String,
}

impl Exports {
    /// Takes a place for `person`, the text of their viewer. A conflict if they have one already, or if no place is
    /// free.
    pub(crate) fn enter(self: &Arc<Self>, person: &str) -> Result<Place, Error> {
        let mut people = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if people.contains(person) {
            return Err(ExportConflict::UnderWay.into());
        }
        if people.len() >= MOST {
            return Err(ExportConflict::Full.into());
        }
        people.insert(person.to_owned());
        Ok(Place { all: Arc::clone(self), person: person.to_owned() })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.all.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.person);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Conflict;

    #[test]
    fn one_file_for_each_person_and_a_few_for_all() {
        let exports = Arc::new(Exports::default());
        let first = exports.enter("staff:1").unwrap();
        assert!(matches!(exports.enter("staff:1"), Err(Error::Conflict(Conflict::Export(ExportConflict::UnderWay)))));
        let others: Vec<Place> = (2..=MOST).map(|n| exports.enter(&format!("staff:{n}")).unwrap()).collect();
        assert!(matches!(exports.enter("staff:99"), Err(Error::Conflict(Conflict::Export(ExportConflict::Full)))));
        drop(first);
        assert!(exports.enter("staff:1").is_ok(), "a place that was given back is not free");
        drop(others);
    }
}
