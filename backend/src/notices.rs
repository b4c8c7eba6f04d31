//! What this process has found wrong with its machine, for the health check to tell.
//!
//! What must not live here: finding it (`jobs`), and anything that the database can be asked.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// Something that is wrong with the machine. The service goes on, but somebody must look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Notice {
    /// The system clock jumped within the last day.
    ClockJumped,
    /// The check of the database's file found damage.
    FileDamaged,
    /// A small write that is tried again and again fails. Unlike the others it keeps the service from being ready.
    NothingStored,
}

impl Notice {
    /// The line of the health check.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ClockJumped => "the system clock jumped",
            Self::FileDamaged => "the database file is damaged: restore a backup",
            Self::NothingStored => "nothing can be stored: the disk may be full",
        }
    }
}

/// The notices of one process. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Notices(Arc<Mutex<BTreeSet<Notice>>>);

impl Notices {
    /// Tells of `notice` from now on, or no more.
    pub fn set(&self, notice: Notice, holds: bool) {
        let mut notices = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if holds {
            notices.insert(notice);
        } else {
            notices.remove(&notice);
        }
    }

    /// Whether `notice` holds.
    pub fn holds(&self, notice: Notice) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&notice)
    }

    /// The notices that hold.
    pub fn all(&self) -> Vec<Notice> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }
}
