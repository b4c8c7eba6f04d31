//! Children, their cases, and the enquiries, flags and placements of each.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    date, date_null, integer, pk_uuid, string_len, string_len_null, text, text_null, timestamp_with_time_zone,
    timestamp_with_time_zone_null, uuid, uuid_null,
};

use crate::{NewTable, create, drop};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    #[expect(clippy::too_many_lines, reason = "a list of columns")]
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = vec![
            NewTable {
                name: "child",
                columns: vec![
                    pk_uuid("id"),
                    text("family_name"),
                    text("given_names"),
                    text("name_key"),
                    date_null("date_of_birth"),
                    string_len("sex", 40),
                    text_null("upn"),
                    string_len_null("upn_absence", 40),
                    text_null("address"),
                    text_null("postcode"),
                    timestamp_with_time_zone("created_at"),
                ],
                references: &[],
                unique: &[],
                indexes: &[&["name_key"], &["upn"], &["date_of_birth"]],
            },
            NewTable {
                name: "case",
                columns: vec![
                    pk_uuid("id"),
                    text("reference"),
                    uuid("child_id"),
                    uuid("referral_id"),
                    uuid_null("school_id"),
                    uuid_null("officer_id"),
                    string_len("state", 40),
                    string_len("statutory_status", 40),
                    string_len("service_route", 40),
                    string_len("whereabouts", 40),
                    string_len("risk", 40),
                    timestamp_with_time_zone("opened_at"),
                    date_null("last_seen_on"),
                    date_null("last_attended_on"),
                    integer("open_enquiries"),
                    integer("open_escalations"),
                    date("due_on"),
                    timestamp_with_time_zone_null("closed_at"),
                    string_len_null("outcome", 40),
                    text("name_key"),
                    integer("version"),
                    timestamp_with_time_zone("updated_at"),
                ],
                references: &[
                    ("child_id", "child"),
                    ("referral_id", "referral"),
                    ("school_id", "school"),
                    ("officer_id", "staff"),
                ],
                unique: &[&["reference"], &["referral_id"]],
                indexes: &[
                    &["due_on", "id"],
                    &["opened_at", "id"],
                    &["name_key", "id"],
                    &["state", "due_on"],
                    &["child_id"],
                    &["school_id"],
                    &["officer_id"],
                ],
            },
            NewTable {
                name: "enquiry",
                columns: vec![
                    pk_uuid("id"),
                    uuid("case_id"),
                    string_len("kind", 40),
                    text("asked_of"),
                    uuid_null("agency_id"),
                    date("asked_on"),
                    date("due_on"),
                    text("note"),
                    date_null("answered_on"),
                    string_len_null("finding", 40),
                    text_null("answer"),
                ],
                references: &[("case_id", "case")],
                unique: &[],
                indexes: &[&["case_id"], &["agency_id"]],
            },
            NewTable {
                name: "escalation",
                columns: vec![
                    pk_uuid("id"),
                    uuid("case_id"),
                    string_len("level", 40),
                    text("concern"),
                    text("rationale"),
                    timestamp_with_time_zone("raised_at"),
                    timestamp_with_time_zone_null("answered_at"),
                    string_len_null("decision", 40),
                    text_null("mash_reference"),
                    text_null("answer"),
                ],
                references: &[("case_id", "case")],
                unique: &[],
                indexes: &[&["case_id"]],
            },
            NewTable {
                name: "placement",
                columns: vec![
                    pk_uuid("id"),
                    uuid("case_id"),
                    string_len("kind", 40),
                    text("provider"),
                    uuid_null("school_id"),
                    date("starts_on"),
                    timestamp_with_time_zone("recorded_at"),
                ],
                references: &[("case_id", "case"), ("school_id", "school")],
                unique: &[],
                indexes: &[&["case_id"]],
            },
        ];
        create(manager, tables).await?;
        // A child has at most one open case, even if two officers open one at the same time.
        manager
            .get_connection()
            .execute_unprepared(
                r#"CREATE UNIQUE INDEX uq_case_child_id_open ON "case" (child_id) WHERE state <> 'closed'"#,
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["placement", "escalation", "enquiry", "case", "child"]).await
    }
}
