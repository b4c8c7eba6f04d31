//! How staff prove who they are.

use super::password;
use super::session::Browser;
use crate::domain::email::Email;
use crate::error::Error;
use crate::store;

/// The door for staff, for one request.
pub(crate) struct StaffDoor(pub(crate) Browser);

impl StaffDoor {
    /// Signs a member of staff in; false when the credentials are not right, which takes as long for an unknown address.
    pub(crate) async fn sign_in(&self, email: String, password: String) -> Result<bool, Error> {
        let row = match Email::parse(&email) {
            Ok(email) => store::staff::active_by_email(&self.0.app.db.read, &email).await?,
            Err(_) => None,
        };
        let demo_elsewhere = !self.0.app.config.demo && password == password::DEMO_PASSWORD;
        let hash = match &row {
            Some(row) => store::staff::password_hash(&self.0.app.db, row.id).await?,
            None => None,
        };
        let right = password::verify(password, hash, self.0.op.now()).await?;
        let Some(row) = row.filter(|_| right && !demo_elsewhere) else { return Ok(false) };
        self.0.admit_staff(&row).await?;
        Ok(true)
    }
}
