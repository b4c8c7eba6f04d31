//! When the child was seen and at school, as everybody told it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::text;

use crate::{add, take_away};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add(manager, "case", vec![text("sightings").default("[]").to_owned()]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        take_away(manager, "case", &["sightings"]).await
    }
}
