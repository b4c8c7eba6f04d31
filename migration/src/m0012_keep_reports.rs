//! Drafts of public reports, in a table of their own: the browser session is one row for all tabs, and the last tab to
//! save it would win.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{boolean, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null};

use crate::{NewTable, create, drop};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = vec![NewTable {
            name: "report_draft",
            columns: vec![
                text("id").primary_key().to_owned(),
                text("holder"),
                text("answers"),
                text("key"),
                boolean("sending"),
                text_null("reference"),
                timestamp_with_time_zone_null("held_until"),
                timestamp_with_time_zone("created_at"),
                timestamp_with_time_zone("used_at"),
            ],
            references: &[],
            unique: &[],
            indexes: &[&["holder"], &["used_at"]],
        }];
        create(manager, tables).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["report_draft"]).await
    }
}
