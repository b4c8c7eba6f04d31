//! One credential of a member of staff: a way to prove who they are.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::{CredentialId, StaffId};
use crate::vocabulary::CredentialKind;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "credential")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CredentialId,
    pub staff_id: StaffId,
    pub kind: CredentialKind,
    /// Its owner's name for it; empty for kinds of which there can be only one. For single sign-on, the issuer.
    pub name: String,
    /// By kind. Password: its hash. Recovery code: its keyed hash. TOTP: the secret, encrypted. Passkey: its public
    /// part. Single sign-on: empty.
    pub secret: String,
    /// The text by which it is found before anybody is known: the id of a passkey, or issuer and subject of single
    /// sign-on.
    pub lookup: Option<String>,
    /// The newest time step of a TOTP code that was accepted. Codes of it and of earlier steps are refused.
    pub last_step: Option<i64>,
    pub created_at: DateTimeUtc,
    pub last_used_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
