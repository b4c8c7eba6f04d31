//! What the server must remember between two steps of a sign-in by passkey or single sign-on. It is used once, within
//! minutes.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::vocabulary::CeremonyKind;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ceremony")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub kind: CeremonyKind,
    pub state: String,
    pub expires_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
