//! The other authority to which a referral was sent, and its acknowledgement.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::text_null;

use crate::{add, take_away};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add(manager, "referral", vec![text_null("authority"), text_null("acknowledged_as")]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let away = "UPDATE referral SET state = 'redirected' WHERE state = 'with_authority'";
        manager.get_connection().execute_unprepared(away).await?;
        take_away(manager, "referral", &["authority", "acknowledged_as"]).await
    }
}
