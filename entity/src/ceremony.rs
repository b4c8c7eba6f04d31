//! What the server remembers while somebody proves who they are by a passkey or single sign-on: used once, for minutes.
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
