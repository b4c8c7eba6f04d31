//! Commands of staff on their own passkeys. What arrives here has proved to be one.

use entity::vocabulary::CredentialKind;
use entity::{CredentialId, credential};
use sea_orm::{ActiveValue::Set, EntityTrait, SqlErr};

use super::mails;
use super::staff::change_own;
use super::staff::credentials::new_credential;
use crate::context::OpContext;
use crate::domain::staff::StaffEvent;
use crate::domain::text::Line;
use crate::error::{Conflict, Error, FieldFault};
use crate::store;

/// The longest name of a passkey.
const LONGEST: usize = 50;

/// What a passkey may be called.
pub(crate) fn name(typed: &str) -> Result<String, FieldFault> {
    let wrong = |message| FieldFault::new("name", message);
    let lacking = || wrong(format!("Enter a name of at most {LONGEST} characters"));
    Line::parse(typed, "Name", LONGEST).map_err(wrong)?.map(String::from).ok_or_else(lacking)
}

/// Adds a passkey that is called `name` and found by `lookup`.
pub(crate) async fn add(op: &OpContext, name: String, lookup: String, secret: String) -> Result<(), Error> {
    change_own(op, move |op, txn, member| async move {
        let row = credential::ActiveModel {
            name: Set(name.clone()),
            lookup: Set(Some(lookup)),
            ..new_credential(&op, member.id, CredentialKind::Passkey, secret)
        };
        let inserted = credential::Entity::insert(row).exec_without_returning(&*txn).await;
        inserted.map_err(|error| match error.sql_err() {
            // Somebody has it already, which a passkey that was just made cannot be.
            Some(SqlErr::UniqueConstraintViolation(_)) => Conflict::Stale.into(),
            _ => Error::from(error),
        })?;
        let mail = mails::sign_in_changed(&member.email, "A passkey was added to your account.", &op.council);
        Ok((vec![StaffEvent::SecondFactorAdded { factor: CredentialKind::Passkey, name }], vec![mail]))
    })
    .await
}

/// Removes a passkey; false when the viewer has no such passkey.
pub(crate) async fn remove(op: &OpContext, which: CredentialId) -> Result<bool, Error> {
    let removed = change_own(op, move |op, txn, member| async move {
        let all = store::staff::credentials(&*txn, member.id).await?;
        let row = all.into_iter().find(|row| row.id == which && row.kind == CredentialKind::Passkey);
        let row = row.ok_or(Error::NotFound)?;
        credential::Entity::delete_by_id(row.id).exec(&*txn).await?;
        let mail = mails::sign_in_changed(&member.email, "A passkey was removed from your account.", &op.council);
        let event = StaffEvent::SecondFactorRemoved { factor: CredentialKind::Passkey, name: row.name };
        Ok((vec![event], vec![mail]))
    });
    match removed.await {
        Ok(()) => Ok(true),
        Err(Error::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}
