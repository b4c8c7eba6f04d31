//! The NHS number of a child, and as a referral tells it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::string_len_null;

use crate::{add, index, take_away};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["child", "referral"] {
            add(manager, table, vec![string_len_null("nhs_number", 10)]).await?;
        }
        index(manager, "child", &["nhs_number"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("ix_child_nhs_number").table("child").to_owned()).await?;
        for table in ["child", "referral"] {
            take_away(manager, table, &["nhs_number"]).await?;
        }
        Ok(())
    }
}
