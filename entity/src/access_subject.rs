//! One record that was shown or refused by an access. There may be a hundred to an access, so the row is narrow.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::{AccessId, AccessNoteId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access_subject")]
pub struct Model {
    /// That of the access for its first subject, and for each other the next one.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AccessNoteId,
    pub access_id: AccessId,
    /// The record that was shown or refused, such as `case:<id>`; never a name.
    pub subject: String,
    /// The guarded fields that were shown, with commas between; empty for a refusal.
    pub fields: String,
}

impl ActiveModelBehavior for ActiveModel {}
