//! The day on which a school's new-pupil return for a placement came.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::date_null;

use crate::{add, take_away};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add(manager, "placement", vec![date_null("returned_on")]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        take_away(manager, "placement", &["returned_on"]).await
    }
}
