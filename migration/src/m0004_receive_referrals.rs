//! Drafts and referrals.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    date_null, integer, pk_uuid, string_len, string_len_null, text, text_null, timestamp_with_time_zone,
    timestamp_with_time_zone_null, uuid, uuid_null,
};

use crate::{NewTable, create, drop};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = vec![
            NewTable {
                name: "draft",
                columns: vec![
                    pk_uuid("id"),
                    uuid("school_id"),
                    uuid("contact_id"),
                    text("answers"),
                    uuid_null("referral_id"),
                    integer("version"),
                    timestamp_with_time_zone("created_at"),
                    timestamp_with_time_zone("updated_at"),
                ],
                references: &[("school_id", "school"), ("contact_id", "school_contact")],
                unique: &[],
                indexes: &[&["school_id", "updated_at"]],
            },
            NewTable {
                name: "referral",
                columns: vec![
                    pk_uuid("id"),
                    text("reference"),
                    string_len("origin", 40),
                    uuid_null("school_id"),
                    uuid_null("contact_id"),
                    string_len_null("ground", 40),
                    string_len("state", 40),
                    string_len("risk", 40),
                    integer("priority"),
                    text("risk_reasons"),
                    text("family_name"),
                    text("given_names"),
                    text("name_key"),
                    date_null("date_of_birth"),
                    text_null("upn"),
                    text_null("postcode"),
                    text("details"),
                    timestamp_with_time_zone("received_at"),
                    text("idempotency_key"),
                    timestamp_with_time_zone_null("decided_at"),
                    string_len_null("redirect_to", 40),
                    text_null("reason"),
                    uuid_null("case_id"),
                    integer("version"),
                ],
                references: &[("school_id", "school"), ("contact_id", "school_contact")],
                unique: &[&["reference"], &["idempotency_key"]],
                indexes: &[
                    &["state", "priority", "received_at", "id"],
                    &["name_key"],
                    &["upn"],
                    &["date_of_birth"],
                    &["school_id", "received_at"],
                ],
            },
        ];
        create(manager, tables).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["referral", "draft"]).await
    }
}
