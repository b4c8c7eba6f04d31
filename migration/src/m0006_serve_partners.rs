//! Partner agencies and their tokens.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    date, date_null, integer, pk_uuid, text, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
};

use crate::{NewTable, create, drop};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = vec![
            NewTable {
                name: "agency",
                columns: vec![pk_uuid("id"), text("name"), text("purpose"), timestamp_with_time_zone("created_at")],
                references: &[],
                unique: &[&["name"]],
                indexes: &[],
            },
            NewTable {
                name: "token",
                columns: vec![
                    pk_uuid("id"),
                    uuid("agency_id"),
                    text("token_hash"),
                    text("scopes"),
                    text("purpose"),
                    date("expires_on"),
                    timestamp_with_time_zone("created_at"),
                    timestamp_with_time_zone_null("revoked_at"),
                    date_null("last_used_on"),
                    integer("version"),
                ],
                references: &[("agency_id", "agency")],
                unique: &[&["token_hash"]],
                indexes: &[],
            },
        ];
        create(manager, tables).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["token", "agency"]).await
    }
}
