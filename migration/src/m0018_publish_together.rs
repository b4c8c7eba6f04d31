//! The cases as the published counts have them, which are updated for at least ten cases together, and the days on
//! which they were compared.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{boolean, date, pk_uuid, text_null};

use crate::{NewTable, create, drop};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = vec![
            NewTable {
                name: "publication",
                columns: vec![date("day").primary_key().to_owned(), boolean("changed")],
                references: &[],
                unique: &[],
                indexes: &[],
            },
            // There is no foreign key: a case that is erased later leaves the published counts together with nine
            // others, not at once.
            NewTable {
                name: "published_case",
                columns: vec![
                    pk_uuid("case_id"),
                    text_null("state"),
                    text_null("whereabouts"),
                    text_null("statutory_status"),
                    text_null("sex"),
                    text_null("year_group"),
                    text_null("duration"),
                ],
                references: &[],
                unique: &[],
                indexes: &[],
            },
        ];
        create(manager, tables).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["published_case", "publication"]).await
    }
}
