//! What schools add to referrals after they sent them, and the day on which a referral of a younger child comes back.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{date_null, text};

use crate::{add, index, take_away};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = vec![text("additions").default("[]").to_owned(), date_null("watch_on")];
        add(manager, "referral", columns).await?;
        index(manager, "referral", &["watch_on"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("ix_referral_watch_on").table("referral").to_owned()).await?;
        take_away(manager, "referral", &["additions", "watch_on"]).await
    }
}
