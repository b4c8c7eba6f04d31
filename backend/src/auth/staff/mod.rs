//! How staff prove who they are: with a password and a second factor, or with a mailed link when they are invited or
//! have forgotten the password; and what they can change of this once they are signed in.
//!
//! Neither an answer nor the time it takes tells whether an address is on file: counts, hashes and notes are the same
//! for both.
//!
//! What must not live here: rules for roles (`domain::staff`).

mod links;
mod passwords;
mod second_factor;
mod sessions;
mod sign_in;
mod tries;

use chrono::{DateTime, Utc};
use entity::staff;
use frontend::sign_in::Step;

use super::session::{Browser, as_staff};
use crate::context::OpContext;
use crate::domain::viewer::Viewer;
use crate::error::{Error, FieldFault};
use crate::store;

/// Signing in and changing the own account, for staff and for one request.
pub(crate) struct StaffSignIn(pub(crate) Browser);

impl StaffSignIn {
    pub(super) fn now(&self) -> DateTime<Utc> {
        self.0.op.now()
    }

    /// The member of staff at this browser, signed in or with a right password, and an operation as them; `None` for
    /// anybody else.
    pub(super) async fn somebody(&self) -> Result<Option<(staff::Model, OpContext)>, Error> {
        if let Viewer::Staff(viewer) = &self.0.op.viewer {
            let row = store::staff::active(&self.0.app.db, viewer.id).await?;
            return Ok(row.map(|row| (row, self.0.op.clone())));
        }
        let awaited = self.0.awaited().await?;
        Ok(awaited.map(|awaited| {
            let op = self.0.op_as(&awaited.staff);
            (awaited.staff, op)
        }))
    }

    /// The next step for somebody whose password was right. Signs them in when no further factor is needed.
    pub(super) async fn proceed(&self, row: &staff::Model) -> Result<Step, Error> {
        let step = self.owed(row).await?;
        if step == Step::In {
            self.forget_tries(row).await?;
            self.0.admit_staff(row).await?;
        } else {
            self.0.await_second_factor(row).await?;
        }
        Ok(step)
    }

    pub(super) async fn owed(&self, row: &staff::Model) -> Result<Step, Error> {
        let credentials = store::staff::credentials(&self.0.app.db.read, row.id).await?;
        let has = credentials.iter().any(|one| store::staff::SECOND_FACTORS.contains(&one.kind));
        Ok(match (has, self.0.app.config.demo) {
            (true, _) => Step::SecondFactor,
            (false, false) => Step::SetUp,
            (false, true) => Step::In,
        })
    }

    /// Signs in somebody who has given both factors.
    pub(super) async fn admit(&self, row: &staff::Model) -> Result<(), Error> {
        self.forget_tries(row).await?;
        self.0.admit_fully(row).await
    }
}

/// The viewer under whom a try is noted: the owner of the account, or nobody.
fn viewer_of(row: Option<&staff::Model>) -> Viewer {
    row.map_or(Viewer::Anonymous, |row| Viewer::Staff(as_staff(row)))
}

fn wrong_password() -> FieldFault {
    FieldFault::new("current", "Your password is not right")
}

/// Turns "not found" into false: the link or code that a command was to use up is gone.
fn is_found(done: Result<(), Error>) -> Result<bool, Error> {
    match done {
        Ok(()) => Ok(true),
        Err(Error::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}
