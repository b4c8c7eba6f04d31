//! One child, by what the referral of its first case says.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::ChildId;
use crate::vocabulary::{Sex, UpnAbsence};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "child")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ChildId,
    pub family_name: String,
    pub given_names: String,
    pub name_key: String,
    pub date_of_birth: Option<Date>,
    pub sex: Sex,
    pub upn: Option<String>,
    pub upn_absence: Option<UpnAbsence>,
    pub nhs_number: Option<String>,
    pub address: Option<String>,
    pub postcode: Option<String>,
    /// Whether the address is kept from everybody who is not cleared for it.
    pub address_confidential: bool,
    /// Whether it ever was: what was told of it then stays kept.
    pub address_was_confidential: bool,
    /// What held before it changed, in JSON.
    pub formerly: String,
    /// The parents and carers whom officers recorded, and what held of them before, in JSON.
    pub parents: String,
    pub created_at: DateTimeUtc,
    /// The version of the rules that made its rows in `child_key`; 0 if it has none yet.
    pub keyed_by: i32,
}

impl ActiveModelBehavior for ActiveModel {}
