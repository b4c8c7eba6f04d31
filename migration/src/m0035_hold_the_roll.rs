//! Proposals to remove a child's name from a school's roll, and what became of them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{date, date_null, pk_uuid, string_len, text, uuid};

use crate::{NewTable, create, drop};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let removal = NewTable {
            name: "removal",
            columns: vec![
                pk_uuid("id"),
                uuid("case_id"),
                uuid("school_id"),
                string_len("ground", 40),
                string_len("regime", 40),
                date("proposed_on"),
                date_null("removed_on"),
                text("matter"),
            ],
            references: &[("case_id", "case"), ("school_id", "school")],
            unique: &[],
            indexes: &[&["case_id"], &["school_id"]],
        };
        create(manager, vec![removal]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["removal"]).await
    }
}
