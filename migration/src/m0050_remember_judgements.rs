//! That a record was judged not to be of the child of a referral, by whom and when.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{pk_uuid, string_len, timestamp_with_time_zone, uuid};

use crate::{NewTable, create, drop};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let judgement = NewTable {
            name: "judgement",
            columns: vec![
                pk_uuid("id"),
                uuid("referral_id"),
                uuid("other"),
                string_len("own_digest", 64),
                string_len("other_digest", 64),
                uuid("staff_id"),
                timestamp_with_time_zone("at"),
            ],
            references: &[("referral_id", "referral"), ("staff_id", "staff")],
            unique: &[&["referral_id", "other"]],
            indexes: &[&["other"], &["staff_id"]],
        };
        create(manager, vec![judgement]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["judgement"]).await
    }
}
