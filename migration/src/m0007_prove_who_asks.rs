//! The credentials of staff, the ceremonies and links by which they prove who they are, and counts of their tries.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, boolean, integer, pk_uuid, string_len, text, text_null, timestamp_with_time_zone,
    timestamp_with_time_zone_null, uuid,
};

use crate::{NewTable, add, create, drop, take_away};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, tables()).await?;
        // Passwords move to the table of all credentials; the id of the member of staff becomes the id of the
        // credential.
        let connection = manager.get_connection();
        connection
            .execute_unprepared(
                "INSERT INTO credential (id, staff_id, kind, name, secret, created_at) \
                 SELECT id, id, 'password', '', password_hash, created_at FROM staff",
            )
            .await?;
        add(manager, "staff", vec![string_len("state", 40).default("active").to_owned()]).await?;
        connection.execute_unprepared("UPDATE staff SET state = 'deactivated' WHERE NOT active").await?;
        take_away(manager, "staff", &["password_hash", "active"]).await?;
        add(
            manager,
            "sign_in_link",
            vec![
                text("browser_hash").default("").to_owned(),
                text("code_hash").default("").to_owned(),
                integer("tries").default(0).to_owned(),
            ],
        )
        .await?;
        add(
            manager,
            "session",
            vec![text_null("owner"), text("agent").default("").to_owned(), timestamp_with_time_zone_null("seen_at")],
        )
        .await?;
        manager.create_index(Index::create().name("ix_session_owner").table("session").col("owner").to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("ix_session_owner").table("session").to_owned()).await?;
        take_away(manager, "session", &["owner", "agent", "seen_at"]).await?;
        take_away(manager, "sign_in_link", &["browser_hash", "code_hash", "tries"]).await?;
        let columns = vec![text("password_hash").default("").to_owned(), boolean("active").default(true).to_owned()];
        add(manager, "staff", columns).await?;
        let connection = manager.get_connection();
        connection.execute_unprepared("UPDATE staff SET active = FALSE WHERE state <> 'active'").await?;
        take_away(manager, "staff", &["state"]).await?;
        connection
            .execute_unprepared(
                "UPDATE staff SET password_hash = COALESCE((SELECT secret FROM credential \
                 WHERE staff_id = staff.id AND kind = 'password'), '')",
            )
            .await?;
        drop(manager, &["throttle", "ceremony", "staff_link", "credential"]).await
    }
}

fn tables() -> Vec<NewTable> {
    vec![
        NewTable {
            name: "credential",
            columns: vec![
                pk_uuid("id"),
                uuid("staff_id"),
                string_len("kind", 40),
                text("name"),
                text("secret"),
                text_null("lookup"),
                big_integer_null("last_step"),
                timestamp_with_time_zone("created_at"),
                timestamp_with_time_zone_null("last_used_at"),
            ],
            references: &[("staff_id", "staff")],
            unique: &[&["lookup"]],
            indexes: &[&["staff_id"]],
        },
        NewTable {
            name: "staff_link",
            columns: vec![
                text("token_hash").primary_key().to_owned(),
                uuid("staff_id"),
                string_len("purpose", 40),
                timestamp_with_time_zone("created_at"),
                timestamp_with_time_zone("expires_at"),
                timestamp_with_time_zone_null("used_at"),
            ],
            references: &[("staff_id", "staff")],
            unique: &[],
            indexes: &[&["staff_id"]],
        },
        NewTable {
            name: "ceremony",
            columns: vec![
                text("id").primary_key().to_owned(),
                string_len("kind", 40),
                text("state"),
                timestamp_with_time_zone("expires_at"),
            ],
            references: &[],
            unique: &[],
            indexes: &[&["expires_at"]],
        },
        NewTable {
            name: "throttle",
            columns: vec![text("id").primary_key().to_owned(), integer("count"), big_integer("resets_at")],
            references: &[],
            unique: &[],
            indexes: &[&["resets_at"]],
        },
    ]
}
