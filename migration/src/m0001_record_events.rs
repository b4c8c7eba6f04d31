//! The table of events, the outbox of mails that they cause, access notes, and the settings kept in the database.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    integer, pk_uuid, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
};

use crate::{NewTable, create, drop};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = vec![
            NewTable {
                name: "event",
                columns: vec![
                    pk_uuid("id"),
                    text("stream_kind"),
                    uuid("stream"),
                    integer("seq"),
                    timestamp_with_time_zone("recorded_at"),
                    text("actor"),
                    text("kind"),
                    text("payload"),
                    text("digest"),
                ],
                references: &[],
                unique: &[&["stream", "seq"]],
                indexes: &[],
            },
            NewTable {
                name: "message",
                columns: vec![
                    pk_uuid("id"),
                    text("recipient"),
                    text("subject"),
                    text("body"),
                    timestamp_with_time_zone("created_at"),
                    timestamp_with_time_zone("not_before"),
                    integer("attempts"),
                    timestamp_with_time_zone_null("sent_at"),
                    timestamp_with_time_zone_null("failed_at"),
                ],
                references: &[],
                unique: &[],
                indexes: &[&["sent_at", "not_before"]],
            },
            NewTable {
                name: "access_note",
                columns: vec![
                    pk_uuid("id"),
                    timestamp_with_time_zone("noted_at"),
                    text("viewer"),
                    text("action"),
                    text("subject"),
                    text("fields"),
                    text_null("purpose"),
                    text("request_id"),
                ],
                references: &[],
                unique: &[],
                indexes: &[&["noted_at"], &["subject"]],
            },
            NewTable {
                name: "setting",
                columns: vec![text("name").primary_key().to_owned(), text("value")],
                references: &[],
                unique: &[],
                indexes: &[],
            },
        ];
        create(manager, tables).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["setting", "access_note", "message", "event"]).await
    }
}
