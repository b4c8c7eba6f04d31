//! The journal: seals, and the seal that each fact and each access belongs to, `NULL` until the next one is made.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{integer, integer_null, text, timestamp_with_time_zone};

use crate::{NewTable, add, create, drop, index, take_away};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const SEALED: [&str; 2] = ["event", "access"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let seal = NewTable {
            name: "seal",
            columns: vec![
                integer("n").primary_key().to_owned(),
                timestamp_with_time_zone("sealed_at"),
                integer("facts"),
                integer("accesses"),
                integer("notes"),
                text("digest"),
            ],
            references: &[],
            unique: &[],
            indexes: &[],
        };
        create(manager, vec![seal]).await?;
        for table in SEALED {
            add(manager, table, vec![integer_null("seal")]).await?;
            index(manager, table, &["seal"]).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in SEALED {
            manager.drop_index(Index::drop().name(format!("ix_{table}_seal")).table(table).to_owned()).await?;
            take_away(manager, table, &["seal"]).await?;
        }
        drop(manager, &["seal"]).await
    }
}
