//! Indexes by which auditors list events: all of them, those of a person, and those of a kind, newest first.

use sea_orm_migration::prelude::*;

use crate::index;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const NEW: [&[&str]; 3] = [&["recorded_at", "id"], &["actor", "recorded_at", "id"], &["kind", "recorded_at", "id"]];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for columns in NEW {
            index(manager, "event", columns).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for columns in NEW {
            let name = format!("ix_event_{}", columns.join("_"));
            manager.drop_index(Index::drop().name(name).table("event").to_owned()).await?;
        }
        Ok(())
    }
}
