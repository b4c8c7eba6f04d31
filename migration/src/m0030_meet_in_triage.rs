//! Referrals by all the keys that children have, so that those which wait are compared with each other; and cases and
//! referrals by a part of their reference.
//!
//! The keys of referrals on file are made anew by the service (`service::referral`), because how a name sounds cannot be
//! told in SQL; `keyed_by` tells whose keys are still missing.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::integer;
use sea_orm_migration::sea_orm::DbBackend;

use crate::{add, index, take_away};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The tables whose rows people call by a reference.
const CALLED: [&str; 2] = ["case", "referral"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add(manager, "referral", vec![integer("keyed_by").default(0).to_owned()]).await?;
        index(manager, "referral", &["keyed_by"]).await?;
        let connection = manager.get_connection();
        for table in CALLED {
            if manager.get_database_backend() == DbBackend::Postgres {
                // A beginning is found by an index only if it sorts letter by letter.
                let by_letter = format!(r#"ALTER TABLE "{table}" ALTER COLUMN reference TYPE text COLLATE "C""#);
                connection.execute_unprepared(&by_letter).await?;
            }
            let last_group = format!(r#"CREATE INDEX ix_{table}_last_group ON "{table}" (substr(reference, 8))"#);
            connection.execute_unprepared(&last_group).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        for table in CALLED {
            let name = format!("ix_{table}_last_group");
            manager.drop_index(Index::drop().name(name).table(table).to_owned()).await?;
            if manager.get_database_backend() == DbBackend::Postgres {
                let as_before = format!(r#"ALTER TABLE "{table}" ALTER COLUMN reference TYPE text COLLATE "default""#);
                connection.execute_unprepared(&as_before).await?;
            }
        }
        manager.drop_index(Index::drop().name("ix_referral_keyed_by").table("referral").to_owned()).await?;
        take_away(manager, "referral", &["keyed_by"]).await
    }
}
