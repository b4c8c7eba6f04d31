//! Passwords of staff who are signed in: asking for the password again, and changing it. What must not live here:
//! hashing (`secret::password`).

use entity::staff;

use super::{StaffSignIn, viewer_of, wrong_password};
use crate::domain::password::check;
use crate::domain::viewer::Viewer;
use crate::error::{Error, FieldFault};
use crate::secret::password;
use crate::throttle::{self, sign_in as limits};
use crate::{service, store};

impl StaffSignIn {
    /// Whether `password` is that of `row`, who is signed in. Tries are limited.
    pub(super) async fn is_own_password(&self, row: &staff::Model, password: String) -> Result<bool, Error> {
        self.0.take(viewer_of(Some(row)), limits::AGAIN, &row.id.to_string()).await?;
        let hash = store::staff::password_hash(&self.0.app.db, row.id).await?;
        let right = password::verify(password, hash, self.now()).await?;
        if right {
            throttle::forget(&self.0.op, limits::AGAIN, &row.id.to_string()).await?;
        }
        Ok(right)
    }

    /// The viewer's row if `password` is theirs, or else the fault.
    pub(super) async fn confirmed(&self, password: String) -> Result<Result<staff::Model, Vec<FieldFault>>, Error> {
        let Viewer::Staff(viewer) = &self.0.op.viewer else { return Err(Error::Unauthenticated) };
        let row = store::staff::active(&self.0.app.db, viewer.id).await?.ok_or(Error::Unauthenticated)?;
        let right = self.is_own_password(&row, password).await?;
        Ok(if right { Ok(row) } else { Err(vec![wrong_password()]) })
    }

    /// The faults of a new password of `row`, typed twice.
    pub(super) fn faults_of(&self, row: &staff::Model, password: &str, again: &str) -> Vec<FieldFault> {
        let council = self.0.app.config.council.name.as_str();
        if let Err(message) = check(password, &[&row.name, &row.email, council]) {
            return vec![FieldFault::new("password", message)];
        }
        if !self.0.app.config.demo && password == password::DEMO_PASSWORD {
            let message = "Enter another password: this one is printed in the demonstration";
            return vec![FieldFault::new("password", message)];
        }
        if password != again {
            return vec![FieldFault::new("again", "Enter the same password twice")];
        }
        Vec::new()
    }

    /// Changes the password of the viewer. This session stays signed in; all others end.
    pub(super) async fn change_password(
        &self,
        current: String,
        password: String,
        again: &str,
    ) -> Result<Vec<FieldFault>, Error> {
        let row = match self.confirmed(current).await? {
            Ok(row) => row,
            Err(faults) => return Ok(faults),
        };
        let faults = self.faults_of(&row, &password, again);
        if !faults.is_empty() {
            return Ok(faults);
        }
        let hash = password::hash(password, self.now()).await?;
        service::staff::change_password(&self.0.op, hash).await?;
        let before = self.0.signed_in_before().await?;
        let row = store::staff::active(&self.0.app.db, row.id).await?.ok_or(Error::Unauthenticated)?;
        // The change makes every other device unknown; this one is made known again.
        let known = !self.0.app.config.demo;
        let row = staff::Model { last_sign_in_at: before, ..row };
        if known {
            self.0.admit_fully(&row).await?;
        } else {
            self.0.admit_staff(&row).await?;
        }
        Ok(Vec::new())
    }
}
