//! Indexes for every list, page and search, so that none reads a whole table however many rows it has; and the words of
//! names under which referrals are found.
//!
//! The words of children's names are keys of `child_key`, which the service makes (`service::child`). Those of referrals
//! are taken from `name_key`, which is folded already.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, uuid};
use sea_orm_migration::sea_orm::DbBackend;

use crate::{drop, index};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The table and the columns of each new index.
const NEW: [(&str, &[&str]); 17] = [
    ("case", &["officer_id", "due_on", "id"]),
    ("case", &["school_id", "due_on", "id"]),
    ("case", &["state", "due_on", "id"]),
    ("case", &["state", "opened_at", "id"]),
    ("case", &["whereabouts", "due_on", "id"]),
    ("referral", &["case_id"]),
    ("referral", &["contact_id", "received_at"]),
    ("referral", &["priority", "received_at", "id"]),
    ("referral", &["received_at", "id"]),
    ("referral", &["school_id", "received_at", "id"]),
    ("referral", &["state", "received_at", "id"]),
    ("client", &["agreement_id"]),
    ("contact_proposal", &["contact_id"]),
    ("contact_proposal", &["proposed_by"]),
    ("contact_proposal", &["proposed_by_staff"]),
    ("draft", &["contact_id"]),
    ("placement", &["school_id"]),
];

/// Indexes of the few cases that are restricted, flagged, or in nobody's hands: name, columns and condition.
const PARTIAL: [(&str, &str, &str); 3] = [
    ("ix_case_child_id_restricted", "child_id", "restriction IS NOT NULL"),
    ("ix_case_due_on_id_flagged", "due_on, id", "open_escalations > 0"),
    ("ix_case_due_on_id_unassigned", "due_on, id", "officer_id IS NULL"),
];

/// Indexes that a new one begins with, or that nothing asks for any more.
const OLD: [(&str, &[&str]); 7] = [
    ("case", &["officer_id"]),
    ("case", &["restriction"]),
    ("case", &["school_id"]),
    ("case", &["state", "due_on"]),
    ("referral", &["date_of_birth"]),
    ("referral", &["name_key"]),
    ("referral", &["school_id", "received_at"]),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, columns) in OLD {
            drop_index(manager, table, columns).await?;
        }
        for (table, columns) in NEW {
            index(manager, table, columns).await?;
        }
        let connection = manager.get_connection();
        for (name, columns, condition) in PARTIAL {
            let partial = format!(r#"CREATE INDEX {name} ON "case" ({columns}) WHERE {condition}"#);
            connection.execute_unprepared(&partial).await?;
        }
        let mut table = Table::create();
        table
            .table("referral_key")
            .col(uuid("referral_id"))
            .col(text("key"))
            .primary_key(Index::create().name("pk_referral_key").col("referral_id").col("key"))
            .foreign_key(
                ForeignKey::create()
                    .name("fk_referral_key_referral_id")
                    .from("referral_key", "referral_id")
                    .to("referral", "id"),
            );
        manager.create_table(table).await?;
        for filled in keys(manager.get_database_backend()) {
            connection.execute_unprepared(filled).await?;
        }
        if manager.get_database_backend() == DbBackend::Postgres {
            // Keys are looked up by how they begin, which an index answers only if it sorts letter by letter.
            for table in ["child_key", "referral_key"] {
                let by_letter = format!(r#"ALTER TABLE {table} ALTER COLUMN key TYPE text COLLATE "C""#);
                connection.execute_unprepared(&by_letter).await?;
            }
        }
        index(manager, "referral_key", &["key", "referral_id"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        if manager.get_database_backend() == DbBackend::Postgres {
            let as_before = r#"ALTER TABLE child_key ALTER COLUMN key TYPE text COLLATE "default""#;
            connection.execute_unprepared(as_before).await?;
        }
        drop(manager, &["referral_key"]).await?;
        for (name, _, _) in PARTIAL {
            manager.drop_index(Index::drop().name(name).table("case").to_owned()).await?;
        }
        for (table, columns) in NEW {
            drop_index(manager, table, columns).await?;
        }
        for (table, columns) in OLD {
            index(manager, table, columns).await?;
        }
        Ok(())
    }
}

/// Stores the keys of the referrals on file: each word of the name, each word with the year of birth, and the postcode.
fn keys(backend: DbBackend) -> [&'static str; 3] {
    let of_postcodes = "INSERT INTO referral_key (referral_id, key) \
                        SELECT id, 'p ' || postcode FROM referral WHERE postcode IS NOT NULL";
    if backend == DbBackend::Postgres {
        return [
            "INSERT INTO referral_key (referral_id, key) \
             SELECT DISTINCT id, 'w ' || word FROM referral, regexp_split_to_table(name_key, ' ') AS word WHERE word <> ''",
            "INSERT INTO referral_key (referral_id, key) \
             SELECT referral_id, 'y ' || to_char(date_of_birth, 'YYYY') || substr(key, 2) FROM referral_key \
             JOIN referral ON id = referral_id WHERE date_of_birth IS NOT NULL",
            of_postcodes,
        ];
    }
    [
        "WITH RECURSIVE split (id, word, rest) AS ( \
           SELECT id, '', name_key || ' ' FROM referral \
           UNION ALL \
           SELECT id, substr(rest, 1, instr(rest, ' ') - 1), substr(rest, instr(rest, ' ') + 1) \
           FROM split WHERE rest <> '' \
         ) INSERT INTO referral_key (referral_id, key) SELECT DISTINCT id, 'w ' || word FROM split WHERE word <> ''",
        "INSERT INTO referral_key (referral_id, key) \
         SELECT referral_id, 'y ' || substr(date_of_birth, 1, 4) || substr(key, 2) FROM referral_key \
         JOIN referral ON id = referral_id WHERE date_of_birth IS NOT NULL",
        of_postcodes,
    ]
}

async fn drop_index(manager: &SchemaManager<'_>, table: &'static str, columns: &[&'static str]) -> Result<(), DbErr> {
    let name = format!("ix_{table}_{}", columns.join("_"));
    manager.drop_index(Index::drop().name(name).table(table).to_owned()).await
}
