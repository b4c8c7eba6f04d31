//! One seal of the journal: a keyed digest over the facts and accesses stored since the seal before it, chained to that
//! seal. Each fact and access names its seal.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "seal")]
pub struct Model {
    /// Its number: 1 and upwards, without a gap.
    #[sea_orm(primary_key, auto_increment = false)]
    pub n: i32,
    pub sealed_at: DateTimeUtc,
    /// The number of facts it seals.
    pub facts: i32,
    /// The number of accesses it seals.
    pub accesses: i32,
    /// The number of subjects of these accesses.
    pub notes: i32,
    pub digest: String,
}

impl ActiveModelBehavior for ActiveModel {}
