//! Flags begin with the referral, before there is a case; they are acknowledged, rated, answered and confirmed; and an alert
//! says which flag it is of. What the new columns hold is filled in from facts when the service starts.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    date_null, integer, pk_uuid, string_len, string_len_null, text, text_null, timestamp_with_time_zone,
    timestamp_with_time_zone_null, uuid, uuid_null,
};

use crate::{NewTable, add, create, drop, index, take_away};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The columns that both shapes of the table have.
const KEPT: &str = "id, case_id, level, concern, rationale, raised_at, answered_at, decision, mash_reference, answer";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let new = NewTable {
            name: "escalation",
            columns: vec![
                pk_uuid("id"),
                uuid_null("case_id"),
                uuid_null("referral_id"),
                string_len("level", 40),
                string_len("stage", 40),
                integer("urgency"),
                text("concern"),
                text("rationale"),
                timestamp_with_time_zone("raised_at"),
                timestamp_with_time_zone_null("acknowledged_at"),
                string_len_null("acknowledged_by", 40),
                text_null("acknowledged_name"),
                string_len_null("rating", 40),
                timestamp_with_time_zone_null("rated_at"),
                text_null("rating_reason"),
                string_len_null("lowering", 40),
                text_null("lowering_reason"),
                uuid_null("lowering_by"),
                timestamp_with_time_zone_null("answered_at"),
                string_len_null("decision", 40),
                text_null("mash_reference"),
                text_null("answer"),
                text_null("said_by"),
                date_null("said_on"),
                string_len_null("channel", 40),
                uuid_null("relayed_by"),
                timestamp_with_time_zone_null("confirmed_at"),
            ],
            references: &[("case_id", "case"), ("referral_id", "referral")],
            unique: &[],
            indexes: &[&["case_id"], &["referral_id"], &["stage", "urgency", "raised_at", "id"]],
        };
        let stage = "CASE WHEN answered_at IS NULL THEN 'raised' ELSE 'answered' END";
        reshape(manager, new, &format!("{KEPT}, stage, urgency"), &format!("{KEPT}, {stage}, 0")).await?;
        add(manager, "message", vec![uuid_null("escalation_id")]).await?;
        index(manager, "message", &["escalation_id"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("ix_message_escalation_id").table("message").to_owned()).await?;
        take_away(manager, "message", &["escalation_id"]).await?;
        // A flag that no case took up is told by its referral.
        manager.get_connection().execute_unprepared("DELETE FROM escalation WHERE case_id IS NULL").await?;
        let old = NewTable {
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
        };
        reshape(manager, old, KEPT, KEPT).await
    }
}

/// Makes the table anew, because SQLite cannot change whether a column may be null.
async fn reshape(manager: &SchemaManager<'_>, table: NewTable, into: &str, from: &str) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    connection.execute_unprepared("CREATE TABLE escalation_kept AS SELECT * FROM escalation").await?;
    drop(manager, &["escalation"]).await?;
    create(manager, vec![table]).await?;
    let copied = format!("INSERT INTO escalation ({into}) SELECT {from} FROM escalation_kept");
    connection.execute_unprepared(&copied).await?;
    drop(manager, &["escalation_kept"]).await
}
