//! Refusals in access notes: the reason, and the number of those that are counted in one row.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{integer, string_len_null, text_null};

use crate::{add, take_away};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLE: &str = "access_note";
const ONE_ROW: &str = "uq_access_note_span";
const BY_VIEWER: &str = "ix_access_note_refusal_viewer_noted_at";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = vec![string_len_null("refusal", 40), integer("times").default(1).to_owned(), text_null("span")];
        add(manager, TABLE, columns).await?;
        manager.create_index(Index::create().name(ONE_ROW).table(TABLE).col("span").unique().to_owned()).await?;
        let of_viewer =
            Index::create().name(BY_VIEWER).table(TABLE).col("refusal").col("viewer").col("noted_at").to_owned();
        manager.create_index(of_viewer).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in [BY_VIEWER, ONE_ROW] {
            manager.drop_index(Index::drop().name(name).table(TABLE).to_owned()).await?;
        }
        take_away(manager, TABLE, &["span", "times", "refusal"]).await
    }
}
