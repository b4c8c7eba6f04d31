//! Commands of staff on their own passkeys.
//!
//! What must not live here: checking what the browser sends (`auth::passkey`), which is done before these are called.

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

/// The most characters in the name of a passkey.
const LONGEST: usize = 50;

/// Reads the name that somebody gives a passkey.
pub(crate) fn name(typed: &str) -> Result<String, FieldFault> {
    let wrong = |message| FieldFault::new("name", message);
    let lacking = || wrong(format!("Enter a name of at most {LONGEST} characters"));
    Line::parse(typed, "Name", LONGEST).map_err(wrong)?.map(String::from).ok_or_else(lacking)
}

/// Adds a passkey to the viewer's account, and mails them. `lookup` is the id it is found by, `secret` its public part.
pub(crate) async fn add(op: &OpContext, name: String, lookup: String, secret: String) -> Result<(), Error> {
    change_own(op, move |op, txn, member| async move {
        let row = credential::ActiveModel {
            name: Set(name.clone()),
            lookup: Set(Some(lookup)),
            ..new_credential(&op, member.id, CredentialKind::Passkey, secret)
        };
        let inserted = credential::Entity::insert(row).exec_without_returning(&*txn).await;
        inserted.map_err(|error| match error.sql_err() {
            // Another account has it, which is impossible for a passkey just made: the request was repeated.
            Some(SqlErr::UniqueConstraintViolation(_)) => Conflict::Stale.into(),
            _ => Error::from(error),
        })?;
        let mail = mails::sign_in_changed(&member.email, "A passkey was added to your account.", &op.council);
        Ok((vec![StaffEvent::SecondFactorAdded { factor: CredentialKind::Passkey, name }], vec![mail]))
    })
    .await
}

/// Removes one of the viewer's passkeys, and mails them; false when they have no such passkey.
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
