//! The kind and the lifetime of each mail, and the groups in which reports of harm are gathered for one alert.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    boolean, integer, pk_uuid, string_len, text, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid_null,
};

use crate::{NewTable, add, create, drop, take_away};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UNDELIVERED: &str = "ix_message_undelivered";
const GATHERED: &str = "ix_referral_report_group";

/// The kinds of the mails that are stored already, by their subjects, which alone told them apart.
const KINDS: [(&str, &str); 4] = [
    ("safeguarding_alert", "Answer needed: %"),
    ("sign_in_link", "Your link to sign in"),
    ("recovery", "Choose a new password"),
    ("invitation", "Your account"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add(
            manager,
            "message",
            vec![
                string_len("kind", 40).default("other").to_owned(),
                timestamp_with_time_zone_null("claimed_until"),
                timestamp_with_time_zone_null("tried_since"),
                timestamp_with_time_zone_null("expires_at"),
            ],
        )
        .await?;
        let connection = manager.get_connection();
        for (kind, subject) in KINDS {
            let told = format!("UPDATE message SET kind = '{kind}' WHERE subject LIKE '{subject}'");
            connection.execute_unprepared(&told).await?;
        }
        // An alert is never given up any more, and those that were given up have waited longest.
        let again = "UPDATE message SET failed_at = NULL WHERE kind = 'safeguarding_alert' AND sent_at IS NULL";
        connection.execute_unprepared(again).await?;
        // A partial index: most mails have left, and those that have not are looked for every two seconds.
        let undelivered = format!("CREATE INDEX {UNDELIVERED} ON message (kind, created_at) WHERE sent_at IS NULL");
        connection.execute_unprepared(&undelivered).await?;
        let groups = NewTable {
            name: "report_group",
            columns: vec![
                pk_uuid("id"),
                text("origin"),
                boolean("one_origin"),
                timestamp_with_time_zone("began_at"),
                timestamp_with_time_zone("ends_at"),
                integer("reports"),
                integer("listed"),
                timestamp_with_time_zone_null("digested_at"),
            ],
            references: &[],
            unique: &[&["origin", "ends_at"]],
            indexes: &[],
        };
        create(manager, vec![groups]).await?;
        add(manager, "referral", vec![uuid_null("report_group_id")]).await?;
        let gathered = format!(
            "CREATE INDEX {GATHERED} ON referral (report_group_id, state, priority, received_at, id) \
             WHERE report_group_id IS NOT NULL"
        );
        connection.execute_unprepared(&gathered).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name(GATHERED).table("referral").to_owned()).await?;
        take_away(manager, "referral", &["report_group_id"]).await?;
        drop(manager, &["report_group"]).await?;
        manager.drop_index(Index::drop().name(UNDELIVERED).table("message").to_owned()).await?;
        take_away(manager, "message", &["kind", "claimed_until", "tried_since", "expires_at"]).await
    }
}
