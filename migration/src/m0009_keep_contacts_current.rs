//! What keeps the approvals of school contacts current: their kinds, termly confirmation, and the proposals of head
//! teachers. Mails refer to the approval they are for, so that it can be checked when they leave.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    boolean, integer, pk_uuid, string_len, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
    uuid_null,
};

use crate::{NewTable, add, create, drop, take_away};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add(
            manager,
            "school_contact",
            vec![
                string_len("kind", 40).default("lead").to_owned(),
                timestamp_with_time_zone_null("confirmed_at"),
                timestamp_with_time_zone_null("asked_at"),
                timestamp_with_time_zone_null("reminded_at"),
            ],
        )
        .await?;
        // A school has at most one head teacher among its active contacts.
        manager
            .get_connection()
            .execute_unprepared(
                "CREATE UNIQUE INDEX ux_school_contact_head_teacher ON school_contact (school_id) \
                 WHERE kind = 'head_teacher' AND state = 'active'",
            )
            .await?;
        add(
            manager,
            "message",
            vec![uuid_null("contact_id"), boolean("secret").default(false).to_owned(), text_null("fault")],
        )
        .await?;
        let proposal = NewTable {
            name: "contact_proposal",
            columns: vec![
                pk_uuid("id"),
                uuid("school_id"),
                uuid("proposed_by"),
                uuid_null("contact_id"),
                string_len("kind", 40),
                text_null("name"),
                text_null("job"),
                text_null("email"),
                text_null("note"),
                string_len("state", 40),
                text_null("reason"),
                timestamp_with_time_zone("proposed_at"),
                timestamp_with_time_zone_null("decided_at"),
                integer("version"),
            ],
            references: &[("school_id", "school"), ("proposed_by", "school_contact"), ("contact_id", "school_contact")],
            unique: &[],
            indexes: &[&["school_id"], &["state"]],
        };
        create(manager, vec![proposal]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["contact_proposal"]).await?;
        manager
            .drop_index(Index::drop().name("ux_school_contact_head_teacher").table("school_contact").to_owned())
            .await?;
        take_away(manager, "message", &["contact_id", "secret", "fault"]).await?;
        take_away(manager, "school_contact", &["kind", "confirmed_at", "asked_at", "reminded_at"]).await
    }
}
