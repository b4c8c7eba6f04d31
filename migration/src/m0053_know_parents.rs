//! The parents and carers of a child as officers recorded them, beside what each referral tells.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::text;

use crate::{add, take_away};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add(manager, "child", vec![text("parents").default("[]").to_owned()]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        take_away(manager, "child", &["parents"]).await
    }
}
