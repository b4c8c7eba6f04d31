//! How staff prove who they are: a password and then a second factor; a mailed link when they are new or have forgotten
//! the password; and what they can change of all that once they are signed in.
//!
//! Whether an address is on file cannot be told from an answer or from how long it takes: every count, every hash and
//! every pause is the same for both.

mod links;
mod passwords;
mod second_factor;
mod sessions;
mod sign_in;
mod tries;

use chrono::{DateTime, Utc};
use entity::staff;

pub(crate) use self::links::OpenedLink;
pub(crate) use self::second_factor::AppSecret;
pub(crate) use self::sessions::{Account, OpenSession};
pub(crate) use self::sign_in::FirstFactor;
use super::session::{Browser, as_staff};
use crate::context::OpContext;
use crate::domain::viewer::Viewer;
use crate::error::{Error, FieldFault};
use crate::store;

/// How staff sign in at one browser, for one request.
pub(crate) struct StaffSignIn(pub(crate) Browser);

/// What signing in asks next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Nothing: they are signed in.
    In,
    /// The second factor.
    SecondFactor,
    /// To set up a second factor, because they have none.
    SetUp,
}

impl StaffSignIn {
    pub(super) fn now(&self) -> DateTime<Utc> {
        self.0.op.now()
    }

    /// The member of staff at this browser, signed in or with a right password, and an operation as them.
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

    /// What is asked of somebody whose first factor was right; lets them in when that is nothing.
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

    /// Signs in somebody who has shown both factors.
    pub(super) async fn admit(&self, row: &staff::Model) -> Result<(), Error> {
        self.forget_tries(row).await?;
        self.0.admit_fully(row).await
    }
}

/// As whom a try is noted: the one whose account it is at, or nobody.
fn viewer_of(row: Option<&staff::Model>) -> Viewer {
    row.map_or(Viewer::Anonymous, |row| Viewer::Staff(as_staff(row)))
}

fn wrong_password() -> FieldFault {
    FieldFault::new("current", "Your password is not right")
}

/// Whether a command found what it was to use up.
fn is_found(done: Result<(), Error>) -> Result<bool, Error> {
    match done {
        Ok(()) => Ok(true),
        Err(Error::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}
