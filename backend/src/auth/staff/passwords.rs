//! Passwords of those who are signed in: asking for one again, and choosing another.

use entity::staff;

use super::{StaffSignIn, viewer_of, wrong_password};
use crate::domain::password::check;
use crate::domain::viewer::Viewer;
use crate::error::{Error, FieldFault};
use crate::secret::password;
use crate::throttle::{self, sign_in as limits};
use crate::{service, store};

impl StaffSignIn {
    /// Asks somebody who is signed in for their password again, so often.
    pub(super) async fn is_own_password(&self, row: &staff::Model, password: String) -> Result<bool, Error> {
        self.0.take(viewer_of(Some(row)), limits::AGAIN, &row.id.to_string()).await?;
        let hash = store::staff::password_hash(&self.0.app.db, row.id).await?;
        let right = password::verify(password, hash, self.now()).await?;
        if right {
            throttle::forget(&self.0.op, limits::AGAIN, &row.id.to_string()).await?;
        }
        Ok(right)
    }

    /// The member of staff who is signed in, if this is their password.
    pub(super) async fn confirmed(&self, password: String) -> Result<Result<staff::Model, Vec<FieldFault>>, Error> {
        let Viewer::Staff(viewer) = &self.0.op.viewer else { return Err(Error::Unauthenticated) };
        let row = store::staff::active(&self.0.app.db, viewer.id).await?.ok_or(Error::Unauthenticated)?;
        let right = self.is_own_password(&row, password).await?;
        Ok(if right { Ok(row) } else { Err(vec![wrong_password()]) })
    }

    /// Why a password may not be chosen by `row`, whoever types it twice.
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

    /// Puts another password in place of that of whoever is signed in; this session goes on, all others end.
    pub(crate) async fn change_password(
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
        // Nobody but this device knows the new password: no other is known to the account any more.
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
