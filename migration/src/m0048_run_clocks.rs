//! The clocks that run, and who was told how far one had run.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    string_len, text, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
};

use crate::{NewTable, create, drop};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(
            manager,
            vec![
                NewTable {
                    name: "clock",
                    columns: vec![
                        string_len("kind", 40),
                        uuid("item"),
                        uuid_null("case_id"),
                        uuid_null("referral_id"),
                        timestamp_with_time_zone("started_at"),
                        timestamp_with_time_zone("late_at"),
                        timestamp_with_time_zone("told_from"),
                        timestamp_with_time_zone_null("next_at"),
                    ],
                    references: &[("case_id", "case"), ("referral_id", "referral")],
                    unique: &[&["item", "kind"]],
                    indexes: &[&["case_id"], &["referral_id"], &["next_at"]],
                },
                NewTable {
                    name: "reminder",
                    columns: vec![
                        string_len("kind", 40),
                        uuid("item"),
                        timestamp_with_time_zone("late_at"),
                        string_len("rung", 40),
                        text("told_to"),
                        timestamp_with_time_zone("told_at"),
                    ],
                    references: &[],
                    unique: &[&["item", "kind", "late_at", "rung", "told_to"]],
                    indexes: &[],
                },
            ],
        )
        .await?;
        for of in ["case_id", "referral_id"] {
            let listed =
                format!("CREATE INDEX ix_clock_late_at_item_{of} ON clock (late_at, item) WHERE {of} IS NOT NULL");
            manager.get_connection().execute_unprepared(&listed).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["reminder", "clock"]).await
    }
}
