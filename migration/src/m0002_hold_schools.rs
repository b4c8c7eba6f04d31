//! Schools from the national register and their calendars.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    date, date_null, integer_null, pk_uuid, string_len, text, text_null, timestamp_with_time_zone, uuid_null,
};

use crate::{NewTable, create, drop};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = vec![
            NewTable {
                name: "school",
                columns: vec![
                    pk_uuid("id"),
                    text("urn"),
                    text("la_code"),
                    text_null("establishment_number"),
                    text("name"),
                    text("name_key"),
                    text("kind"),
                    text("phase"),
                    string_len("status", 40),
                    date_null("opened_on"),
                    date_null("closed_on"),
                    integer_null("low_age"),
                    integer_null("high_age"),
                    text("address"),
                    text_null("postcode"),
                    text_null("phone"),
                    text_null("head_teacher"),
                    timestamp_with_time_zone("updated_at"),
                ],
                references: &[],
                unique: &[&["urn"]],
                indexes: &[&["name_key"]],
            },
            NewTable {
                name: "term_date",
                columns: vec![
                    pk_uuid("id"),
                    text("academic_year"),
                    uuid_null("school_id"),
                    date("starts_on"),
                    date("ends_on"),
                    string_len("kind", 40),
                    text("source"),
                ],
                references: &[("school_id", "school")],
                unique: &[],
                indexes: &[&["school_id", "starts_on"]],
            },
        ];
        create(manager, tables).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["term_date", "school"]).await
    }
}
