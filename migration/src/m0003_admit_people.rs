//! Staff, approved school contacts, their sessions and sign-in links.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    boolean, integer, pk_uuid, string_len, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null,
    uuid,
};

use crate::{NewTable, create, drop};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = vec![
            NewTable {
                name: "staff",
                columns: vec![
                    pk_uuid("id"),
                    text("name"),
                    text("email"),
                    text("password_hash"),
                    text("roles"),
                    boolean("active"),
                    integer("epoch"),
                    integer("version"),
                    timestamp_with_time_zone("created_at"),
                    timestamp_with_time_zone_null("last_sign_in_at"),
                ],
                references: &[],
                unique: &[&["email"]],
                indexes: &[],
            },
            NewTable {
                name: "school_contact",
                columns: vec![
                    pk_uuid("id"),
                    uuid("school_id"),
                    text("name"),
                    text("name_key"),
                    text("job"),
                    text("email"),
                    string_len("state", 40),
                    text_null("reason"),
                    integer("epoch"),
                    integer("version"),
                    timestamp_with_time_zone("created_at"),
                    timestamp_with_time_zone("updated_at"),
                ],
                references: &[("school_id", "school")],
                unique: &[&["school_id", "email"]],
                indexes: &[&["email"], &["name_key", "id"]],
            },
            NewTable {
                name: "sign_in_link",
                columns: vec![
                    text("token_hash").primary_key().to_owned(),
                    text("email"),
                    timestamp_with_time_zone("created_at"),
                    timestamp_with_time_zone("expires_at"),
                    timestamp_with_time_zone_null("redeemed_at"),
                ],
                references: &[],
                unique: &[],
                indexes: &[&["email"]],
            },
            NewTable {
                name: "session",
                columns: vec![
                    text("id").primary_key().to_owned(),
                    text("data"),
                    timestamp_with_time_zone("created_at"),
                    timestamp_with_time_zone("expires_at"),
                ],
                references: &[],
                unique: &[],
                indexes: &[&["expires_at"]],
            },
        ];
        create(manager, tables).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["session", "sign_in_link", "school_contact", "staff"]).await
    }
}
