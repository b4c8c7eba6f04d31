//! What leaves as a file: how it is written, and how many are made at once.
//!
//! A file is asked for part by part, each by its key, so that making one never holds more than a part in memory. What must
//! not live here: who may have it (`domain::policy`), and what is in it (`store`).

pub mod csv;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{Error, ExportConflict};

/// Files that are made at once, for everybody together.
const MOST: usize = 4;

/// The files that are being made by this process: one for each person, and not too many.
#[derive(Debug, Default)]
pub(crate) struct Exports(Mutex<BTreeSet<String>>);

/// Somebody's place among those who are sent a file. It is given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    all: Arc<Exports>,
    person: String,
}

impl Exports {
    /// Takes a place for `person`, as viewers are written.
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
