//! Renames the table of idempotency keys to the name they have everywhere else.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        rename(manager, "deed", "idempotency_key").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        rename(manager, "idempotency_key", "deed").await
    }
}

/// Renames a table and its index, because the index holds the table's name and neither engine renames both at once.
async fn rename(manager: &SchemaManager<'_>, from: &'static str, to: &'static str) -> Result<(), DbErr> {
    manager.drop_index(Index::drop().name(format!("ix_{from}_done_at")).table(from).to_owned()).await?;
    manager.rename_table(Table::rename().table(from, to).to_owned()).await?;
    manager.create_index(Index::create().name(format!("ix_{to}_done_at")).table(to).col("done_at").to_owned()).await
}
