//! Referrals that were accepted although something was lacking or could not be read: what is to be asked for.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::text;

use crate::{add, take_away};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add(manager, "referral", vec![text("to_ask").default("[]").to_owned()]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        take_away(manager, "referral", &["to_ask"]).await
    }
}
