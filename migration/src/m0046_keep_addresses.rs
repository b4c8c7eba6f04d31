//! Whether the address of a child is kept confidential, and what held of the child before it changed.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{boolean, text};

use crate::{add, take_away};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns =
            vec![boolean("address_confidential").default(false).to_owned(), text("formerly").default("[]").to_owned()];
        add(manager, "child", columns).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        take_away(manager, "child", &["address_confidential", "formerly"]).await
    }
}
