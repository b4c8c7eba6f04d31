//! One browser session. `id` is a hash of its cookie.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::{SchoolContactId, StaffId};
use crate::{school_contact, staff};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub data: String,
    pub created_at: DateTimeUtc,
    /// The viewer, in the form in which events store it; `NULL` before they sign in.
    pub owner: Option<String>,
    /// The account of the owner, if they are staff; to join by.
    pub staff_id: Option<StaffId>,
    /// The approval of the owner, if they are a school contact; to join by.
    pub contact_id: Option<SchoolContactId>,
    /// The browser's user agent, shortened.
    pub agent: String,
    pub seen_at: Option<DateTimeUtc>,
    pub expires_at: DateTimeUtc,
}

impl Related<staff::Entity> for Entity {
    fn to() -> RelationDef {
        Entity::belongs_to(staff::Entity).from(Column::StaffId).to(staff::Column::Id).into()
    }
}

impl Related<school_contact::Entity> for Entity {
    fn to() -> RelationDef {
        Entity::belongs_to(school_contact::Entity).from(Column::ContactId).to(school_contact::Column::Id).into()
    }
}

impl ActiveModelBehavior for ActiveModel {}
