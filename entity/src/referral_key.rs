//! One key under which a referral on file is searched for and compared; made from the row of the referral.
#![expect(missing_docs, reason = "columns say what they hold by name")]

use crate::id::ReferralId;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "referral_key")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub referral_id: ReferralId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
}

impl ActiveModelBehavior for ActiveModel {}
