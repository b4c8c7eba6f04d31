//! The matching keys of children, by which children on file are found, each with an index.
//!
//! The keys of children on file are made by the service (`service::child`), because names cannot be folded in SQL;
//! `keyed_by` tells whose keys are still missing.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{date_null, integer, text, uuid};

use crate::{add, drop, index, take_away};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add(manager, "child", vec![integer("keyed_by").default(0).to_owned()]).await?;
        index(manager, "child", &["keyed_by"]).await?;
        index(manager, "child", &["date_of_birth", "id"]).await?;
        index(manager, "child", &["upn", "id"]).await?;
        for column in ["date_of_birth", "upn"] {
            let name = format!("ix_child_{column}");
            manager.drop_index(Index::drop().name(name).table("child").to_owned()).await?;
        }
        let mut table = Table::create();
        table
            .table("child_key")
            .col(uuid("child_id"))
            .col(text("key"))
            .col(date_null("date_of_birth"))
            .primary_key(Index::create().name("pk_child_key").col("child_id").col("key"))
            .foreign_key(
                ForeignKey::create().name("fk_child_key_child_id").from("child_key", "child_id").to("child", "id"),
            );
        manager.create_table(table).await?;
        index(manager, "child_key", &["key", "date_of_birth", "child_id"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["child_key"]).await?;
        for column in ["date_of_birth", "upn"] {
            index(manager, "child", &[column]).await?;
        }
        for columns in ["keyed_by", "date_of_birth_id", "upn_id"] {
            let name = format!("ix_child_{columns}");
            manager.drop_index(Index::drop().name(name).table("child").to_owned()).await?;
        }
        take_away(manager, "child", &["keyed_by"]).await
    }
}
