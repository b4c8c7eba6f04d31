//! The account that a session belongs to, as columns to join by, so that one statement says who asks.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::uuid_null;
use sea_orm_migration::sea_orm::DbBackend;

use crate::{add, take_away};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Each column, and how `owner` names such an account.
const COLUMNS: [(&str, &str); 2] = [("staff_id", "staff:"), ("contact_id", "contact:")];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (column, prefix) in COLUMNS {
            add(manager, "session", vec![uuid_null(column)]).await?;
            let from = prefix.len() + 1;
            let id = match manager.get_database_backend() {
                DbBackend::Sqlite => format!("unhex(replace(substr(owner, {from}), '-', ''))"),
                _ => format!("CAST(substr(owner, {from}) AS uuid)"),
            };
            let filled = format!("UPDATE session SET {column} = {id} WHERE owner LIKE '{prefix}%'");
            manager.get_connection().execute_unprepared(&filled).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        take_away(manager, "session", &["staff_id", "contact_id"]).await
    }
}
