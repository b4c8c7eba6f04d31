//! The brothers and sisters whom officers named on a case, and the keys by which those are found.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, uuid};

use crate::{NewTable, add, create, drop, take_away};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add(manager, "case", vec![text("siblings").default("[]").to_owned()]).await?;
        create(
            manager,
            vec![NewTable {
                name: "case_key",
                columns: vec![uuid("case_id"), text("key")],
                references: &[("case_id", "case")],
                unique: &[&["case_id", "key"]],
                indexes: &[&["key"]],
            }],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["case_key"]).await?;
        take_away(manager, "case", &["siblings"]).await
    }
}
