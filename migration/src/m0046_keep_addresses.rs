//! Whether the address of a child is kept confidential, what held of the child before it changed, and an index of the
//! cases whose outcome waits for a second person.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{boolean, text};

use crate::{add, take_away};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = vec![
            boolean("address_confidential").default(false).to_owned(),
            boolean("address_was_confidential").default(false).to_owned(),
            text("formerly").default("[]").to_owned(),
        ];
        add(manager, "child", columns).await?;
        let waiting =
            r#"CREATE INDEX ix_case_due_on_id_proposed ON "case" (due_on, id) WHERE proposed_outcome IS NOT NULL"#;
        manager.get_connection().execute_unprepared(waiting).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("ix_case_due_on_id_proposed").table("case").to_owned()).await?;
        take_away(manager, "child", &["address_confidential", "address_was_confidential", "formerly"]).await
    }
}
