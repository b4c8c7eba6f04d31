//! Codes for mailed links of staff that are opened in another browser than the one that asked, known devices, and
//! proposals that officers make about contacts.
//!
//! Links that are still waiting are deleted, because nobody was given a code for them. People who were invited must be
//! sent a new link.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    boolean, integer, pk_uuid, string_len, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null,
    uuid, uuid_null,
};

use crate::{NewTable, create, drop};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["staff_link"]).await?;
        let mut columns = link_columns();
        columns.extend([text("browser_hash"), text("code_hash"), integer("tries"), boolean("known")]);
        let link = NewTable {
            name: "staff_link",
            columns,
            // There is no reference to `staff`: a row is written for an unknown address too, so that the time taken
            // does not tell it apart.
            references: &[],
            unique: &[],
            indexes: &[&["staff_id"], &["expires_at"]],
        };
        let device = NewTable {
            name: "known_device",
            columns: vec![
                text("id").primary_key().to_owned(),
                uuid("account"),
                integer("epoch"),
                timestamp_with_time_zone("expires_at"),
            ],
            // An account may be a member of staff or a school contact.
            references: &[],
            unique: &[],
            indexes: &[&["account"], &["expires_at"]],
        };
        create(manager, vec![link, device]).await?;
        let columns = vec![uuid_null("proposed_by"), uuid_null("proposed_by_staff")];
        proposals(manager, columns, "", BY_ANYBODY).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // The old table has no place for proposals of officers; their events are kept.
        proposals(manager, vec![uuid("proposed_by")], "WHERE proposed_by IS NOT NULL", BY_HEADS).await?;
        drop(manager, &["known_device", "staff_link"]).await?;
        let link = NewTable {
            name: "staff_link",
            columns: link_columns(),
            references: &[("staff_id", "staff")],
            unique: &[],
            indexes: &[&["staff_id"]],
        };
        create(manager, vec![link]).await
    }
}

fn link_columns() -> Vec<ColumnDef> {
    vec![
        text("token_hash").primary_key().to_owned(),
        uuid("staff_id"),
        string_len("purpose", 40),
        timestamp_with_time_zone("created_at"),
        timestamp_with_time_zone("expires_at"),
        timestamp_with_time_zone_null("used_at"),
    ]
}

type References = &'static [(&'static str, &'static str)];

const BY_HEADS: References =
    &[("school_id", "school"), ("proposed_by", "school_contact"), ("contact_id", "school_contact")];
const BY_ANYBODY: References = &[
    ("school_id", "school"),
    ("proposed_by", "school_contact"),
    ("proposed_by_staff", "staff"),
    ("contact_id", "school_contact"),
];

/// Creates the table of proposals again with these columns for who proposed, and copies the rows that fit. SQLite
/// cannot make an existing column nullable.
async fn proposals(
    manager: &SchemaManager<'_>,
    by: Vec<ColumnDef>,
    fit: &str,
    references: References,
) -> Result<(), DbErr> {
    const KEPT: &str = "id, school_id, proposed_by, contact_id, kind, name, job, email, note, state, reason, \
                        proposed_at, decided_at, version";
    let connection = manager.get_connection();
    connection.execute_unprepared("CREATE TABLE contact_proposal_before AS SELECT * FROM contact_proposal").await?;
    drop(manager, &["contact_proposal"]).await?;
    let mut columns = vec![pk_uuid("id"), uuid("school_id")];
    columns.extend(by);
    columns.extend([
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
    ]);
    let table =
        NewTable { name: "contact_proposal", columns, references, unique: &[], indexes: &[&["school_id"], &["state"]] };
    create(manager, vec![table]).await?;
    let back = format!("INSERT INTO contact_proposal ({KEPT}) SELECT {KEPT} FROM contact_proposal_before {fit}");
    connection.execute_unprepared(&back).await?;
    drop(manager, &["contact_proposal_before"]).await
}
