//! The approval of one e-mail address for one school. The approval is the security boundary of the portal.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::{SchoolContactId, SchoolId};
use crate::vocabulary::{ContactKind, ContactState};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "school_contact")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SchoolContactId,
    pub school_id: SchoolId,
    pub name: String,
    pub name_key: String,
    pub job: String,
    /// Canonical; compared exactly.
    pub email: String,
    pub kind: ContactKind,
    pub state: ContactState,
    /// Why it is suspended.
    pub reason: Option<String>,
    /// When they, or whoever reinstated them or changed their address, last said that the approval still holds.
    pub confirmed_at: Option<DateTimeUtc>,
    /// When they were last asked to.
    pub asked_at: Option<DateTimeUtc>,
    /// When they were reminded of that.
    pub reminded_at: Option<DateTimeUtc>,
    /// Raised whenever open sessions must end.
    pub epoch: i32,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
