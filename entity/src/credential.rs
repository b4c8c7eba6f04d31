//! One way in which a member of staff proves who they are.
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
    /// What its owner calls it; empty where there can be only one.
    pub name: String,
    /// A password: its hash. A recovery code: its keyed hash. TOTP: the secret, sealed. A passkey: its public part. Single
    /// sign-on: nothing.
    pub secret: String,
    /// What it is found by before anybody is known: a passkey's id, or the issuer and subject of single sign-on.
    pub lookup: Option<String>,
    /// The newest step of a TOTP that was accepted; none before it is accepted again.
    pub last_step: Option<i64>,
    pub created_at: DateTimeUtc,
    pub last_used_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
