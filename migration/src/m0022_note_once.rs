//! Access notes in two tables: what one request did, once, and each subject that it was done to, in a narrow row. The
//! view `access_note` puts them together, as auditors read them.
//!
//! The first subject has the id of its access, and the others the ids that follow, so that ids still rise with time.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, uuid};

use crate::{add, take_away};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// What an access and its notes have in common.
const COMMON: &str = "noted_at, viewer, action, purpose, address, detail, request_id, refusal, times, span";

/// The indexes of `access_note` before, by their columns, and whether one is unique.
const BEFORE: [(&str, bool); 6] = [
    ("noted_at", false),
    ("refusal_viewer_noted_at", false),
    ("request_id", false),
    ("span", true),
    ("subject", false),
    ("viewer", false),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        for (columns, is_unique) in BEFORE {
            let prefix = if is_unique { "uq" } else { "ix" };
            let name = format!("{prefix}_access_note_{columns}");
            manager.drop_index(Index::drop().name(name).table("access_note").to_owned()).await?;
        }
        manager.rename_table(Table::rename().table("access_note", "access").to_owned()).await?;
        let mut table = Table::create();
        table
            .table("access_subject")
            .col(uuid("id"))
            .col(uuid("access_id"))
            .col(text("subject"))
            .col(text("fields"))
            .primary_key(Index::create().name("pk_access_subject").col("id"))
            .foreign_key(
                ForeignKey::create()
                    .name("fk_access_subject_access_id")
                    .from("access_subject", "access_id")
                    .to("access", "id"),
            );
        manager.create_table(table).await?;
        let subjects =
            "INSERT INTO access_subject (id, access_id, subject, fields) SELECT id, id, subject, fields FROM access";
        connection.execute_unprepared(subjects).await?;
        take_away(manager, "access", &["subject", "fields"]).await?;
        for made in [
            "CREATE INDEX ix_access_subject_access_id ON access_subject (access_id)",
            "CREATE INDEX ix_access_subject_subject_id ON access_subject (subject, id)",
            "CREATE INDEX ix_access_noted_at ON access (noted_at)",
            "CREATE INDEX ix_access_viewer_noted_at ON access (viewer, noted_at)",
            "CREATE UNIQUE INDEX uq_access_span ON access (span)",
            "CREATE INDEX ix_access_viewer_noted_at_refused ON access (viewer, noted_at) WHERE refusal IS NOT NULL",
        ] {
            connection.execute_unprepared(made).await?;
        }
        let view = format!(
            "CREATE VIEW access_note AS SELECT access_subject.id AS id, access_id, subject, fields, {COMMON} \
             FROM access_subject JOIN access ON access.id = access_subject.access_id"
        );
        connection.execute_unprepared(&view).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        connection.execute_unprepared("DROP VIEW access_note").await?;
        for name in ["noted_at", "viewer_noted_at", "viewer_noted_at_refused"] {
            manager.drop_index(Index::drop().name(format!("ix_access_{name}")).table("access").to_owned()).await?;
        }
        manager.drop_index(Index::drop().name("uq_access_span").table("access").to_owned()).await?;
        let (subject, fields) = (text("subject").default("").to_owned(), text("fields").default("").to_owned());
        add(manager, "access", vec![subject, fields]).await?;
        for filled in [
            format!(
                "INSERT INTO access (id, subject, fields, {COMMON}) \
                 SELECT access_subject.id, access_subject.subject, access_subject.fields, {COMMON} \
                 FROM access_subject JOIN access ON access.id = access_id WHERE access_subject.id <> access_id"
            ),
            "UPDATE access SET subject = its.subject, fields = its.fields FROM access_subject AS its WHERE its.id = access.id"
                .to_owned(),
        ] {
            connection.execute_unprepared(&filled).await?;
        }
        crate::drop(manager, &["access_subject"]).await?;
        manager.rename_table(Table::rename().table("access", "access_note").to_owned()).await?;
        for (columns, is_unique) in BEFORE {
            let (prefix, unique) = if is_unique { ("uq", "UNIQUE ") } else { ("ix", "") };
            let list = columns.replace("refusal_viewer_noted_at", "refusal, viewer, noted_at");
            let again = format!("CREATE {unique}INDEX {prefix}_access_note_{columns} ON access_note ({list})");
            connection.execute_unprepared(&again).await?;
        }
        Ok(())
    }
}
