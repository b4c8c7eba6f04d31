//! Restricted cases, their readers, break glass, and access notes that record the address and the purpose.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    pk_uuid, string_len_null, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
};

use crate::{NewTable, add, create, drop, take_away};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const CASE_INDEX: &str = "ix_case_restriction";
const NOTE_INDEXES: [&str; 2] = ["viewer", "request_id"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add(manager, "case", vec![string_len_null("restriction", 40)]).await?;
        manager.create_index(Index::create().name(CASE_INDEX).table("case").col("restriction").to_owned()).await?;
        add(manager, "access_note", vec![text("address").default("").to_owned(), text_null("detail")]).await?;
        for column in NOTE_INDEXES {
            let name = format!("ix_access_note_{column}");
            manager.create_index(Index::create().name(name).table("access_note").col(column).to_owned()).await?;
        }
        let tables = vec![
            NewTable {
                name: "case_reader",
                columns: vec![pk_uuid("id"), uuid("case_id"), uuid("staff_id"), timestamp_with_time_zone("since")],
                references: &[("case_id", "case"), ("staff_id", "staff")],
                unique: &[&["case_id", "staff_id"]],
                indexes: &[&["staff_id"]],
            },
            NewTable {
                name: "break_glass",
                columns: vec![
                    pk_uuid("id"),
                    uuid("case_id"),
                    uuid("staff_id"),
                    text("reason"),
                    timestamp_with_time_zone("began_at"),
                    timestamp_with_time_zone("ends_at"),
                    timestamp_with_time_zone_null("reviewed_at"),
                    uuid_null("reviewed_by"),
                    text_null("finding"),
                ],
                references: &[("case_id", "case"), ("staff_id", "staff")],
                unique: &[],
                indexes: &[&["staff_id"], &["case_id"]],
            },
        ];
        create(manager, tables).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["break_glass", "case_reader"]).await?;
        for column in NOTE_INDEXES {
            let name = format!("ix_access_note_{column}");
            manager.drop_index(Index::drop().name(name).table("access_note").to_owned()).await?;
        }
        take_away(manager, "access_note", &["address", "detail"]).await?;
        manager.drop_index(Index::drop().name(CASE_INDEX).table("case").to_owned()).await?;
        take_away(manager, "case", &["restriction"]).await
    }
}
