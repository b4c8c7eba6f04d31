//! Agreements with partner agencies, and the clients that work under them.
//!
//! Tokens issued before belong to no agreement, and nothing is allowed without one, so they are not carried over.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    date, date_null, integer, pk_uuid, string_len, text, text_null, timestamp_with_time_zone,
    timestamp_with_time_zone_null, uuid,
};

use crate::{NewTable, add, create, drop, take_away};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["token"]).await?;
        take_away(manager, "agency", &["purpose"]).await?;
        add(manager, "agency", vec![text("email").default("").to_owned(), integer("version").default(1).to_owned()])
            .await?;
        create(manager, tables()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["client_network", "token", "client", "agreement"]).await?;
        take_away(manager, "agency", &["email", "version"]).await?;
        add(manager, "agency", vec![text("purpose").default("").to_owned()]).await?;
        let token = NewTable {
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
        };
        create(manager, vec![token]).await
    }
}

fn tables() -> Vec<NewTable> {
    vec![
        NewTable {
            name: "agreement",
            columns: vec![
                pk_uuid("id"),
                uuid("agency_id"),
                text("purpose"),
                string_len("lawful_basis", 40),
                text("scopes"),
                text("fields"),
                date("starts_on"),
                date("ends_on"),
                timestamp_with_time_zone_null("ended_at"),
                timestamp_with_time_zone("created_at"),
                date_null("warned_on"),
            ],
            references: &[("agency_id", "agency")],
            unique: &[],
            indexes: &[&["agency_id"]],
        },
        NewTable {
            name: "client",
            columns: vec![
                pk_uuid("id"),
                uuid("agency_id"),
                uuid("agreement_id"),
                text("name"),
                text("scopes"),
                text("fields"),
                integer("per_minute"),
                integer("per_day"),
                text("networks"),
                timestamp_with_time_zone_null("paused_at"),
                text_null("pause_reason"),
                timestamp_with_time_zone_null("disabled_at"),
                timestamp_with_time_zone("created_at"),
            ],
            references: &[("agency_id", "agency"), ("agreement_id", "agreement")],
            unique: &[],
            indexes: &[&["agency_id"]],
        },
        NewTable {
            name: "token",
            columns: vec![
                pk_uuid("id"),
                uuid("client_id"),
                text("token_hash"),
                date("expires_on"),
                timestamp_with_time_zone("created_at"),
                timestamp_with_time_zone_null("ends_at"),
                timestamp_with_time_zone_null("revoked_at"),
                date_null("last_used_on"),
                date_null("warned_on"),
            ],
            references: &[("client_id", "client")],
            unique: &[&["token_hash"]],
            indexes: &[&["client_id"]],
        },
        NewTable {
            name: "client_network",
            columns: vec![pk_uuid("id"), uuid("client_id"), text("network"), timestamp_with_time_zone("first_seen_at")],
            references: &[("client_id", "client")],
            unique: &[&["client_id", "network"]],
            indexes: &[],
        },
    ]
}
