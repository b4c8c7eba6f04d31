//! Keys that give a form one effect however often it is sent, and public reports that are held because too many came.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    pk_uuid, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid_null,
};

use crate::{NewTable, create, drop};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = vec![
            NewTable {
                name: "deed",
                columns: vec![
                    text("id").primary_key().to_owned(),
                    text("body_hash"),
                    text_null("answer"),
                    timestamp_with_time_zone("done_at"),
                ],
                references: &[],
                unique: &[],
                indexes: &[&["done_at"]],
            },
            NewTable {
                name: "held_report",
                columns: vec![
                    pk_uuid("id"),
                    text("key"),
                    text("reference"),
                    text("answers"),
                    timestamp_with_time_zone("received_at"),
                    timestamp_with_time_zone_null("settled_at"),
                    uuid_null("settled_by"),
                    uuid_null("referral_id"),
                ],
                references: &[],
                unique: &[&["key"], &["reference"]],
                indexes: &[&["received_at"]],
            },
        ];
        create(manager, tables).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["held_report", "deed"]).await
    }
}
