//! Referrals of children who were found at their address, and so stay on the roll.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::boolean;

use crate::{add, take_away};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add(manager, "referral", vec![boolean("found_at_address").default(false).to_owned()]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        take_away(manager, "referral", &["found_at_address"]).await
    }
}
