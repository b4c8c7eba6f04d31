//! The database schema, one purpose for each migration, with its way back, and the same on SQLite and PostgreSQL.
//!
//! What must not live here: the types of `entity`, because an old migration must not change when a row does. Names of
//! constraints and indexes are spelt out, because errors and later migrations refer to them.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

mod m0001_record_events;
mod m0002_hold_schools;
mod m0003_admit_people;
mod m0004_receive_referrals;
mod m0005_follow_cases;
mod m0006_serve_partners;
mod m0007_prove_who_asks;
mod m0008_agree_with_partners;
mod m0009_keep_contacts_current;
mod m0010_restrict_cases;
mod m0011_do_once;
mod m0012_keep_reports;
mod m0013_let_mail_arrive;
mod m0014_recognise_children;
mod m0015_bind_links_and_devices;
mod m0016_note_refusals;
mod m0017_weigh_flags;
mod m0018_publish_together;
mod m0019_name_keys;
mod m0020_find_by_index;
mod m0021_join_owner;
mod m0022_note_once;
mod m0023_tell_what_held;
mod m0024_hold_mail;
mod m0025_seal_facts;
mod m0026_ask_for_more;
mod m0027_find_at_address;
mod m0028_add_to_referrals;
mod m0030_meet_in_triage;
mod m0035_hold_the_roll;
mod m0036_return_new_pupils;
mod m0045_name_siblings;
mod m0046_keep_addresses;
mod m0047_await_authorities;
mod m0048_run_clocks;
mod m0050_remember_judgements;
mod m0051_strike_siblings;
mod m0052_know_nhs_numbers;
mod m0053_know_parents;
mod m0055_list_events;
mod m0056_hear_the_mash;
mod m0057_keep_sightings;

/// All migrations, oldest first.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let migrations: Vec<Box<dyn MigrationTrait>> = vec![
            Box::new(m0001_record_events::Migration),
            Box::new(m0002_hold_schools::Migration),
            Box::new(m0003_admit_people::Migration),
            Box::new(m0004_receive_referrals::Migration),
            Box::new(m0005_follow_cases::Migration),
            Box::new(m0006_serve_partners::Migration),
            Box::new(m0007_prove_who_asks::Migration),
            Box::new(m0008_agree_with_partners::Migration),
            Box::new(m0009_keep_contacts_current::Migration),
            Box::new(m0010_restrict_cases::Migration),
            Box::new(m0011_do_once::Migration),
            Box::new(m0012_keep_reports::Migration),
            Box::new(m0013_let_mail_arrive::Migration),
            Box::new(m0014_recognise_children::Migration),
            Box::new(m0015_bind_links_and_devices::Migration),
            Box::new(m0016_note_refusals::Migration),
            Box::new(m0017_weigh_flags::Migration),
            Box::new(m0018_publish_together::Migration),
            Box::new(m0019_name_keys::Migration),
            Box::new(m0020_find_by_index::Migration),
            Box::new(m0021_join_owner::Migration),
            Box::new(m0022_note_once::Migration),
            Box::new(m0023_tell_what_held::Migration),
            Box::new(m0024_hold_mail::Migration),
            Box::new(m0025_seal_facts::Migration),
            Box::new(m0026_ask_for_more::Migration),
            Box::new(m0027_find_at_address::Migration),
            Box::new(m0028_add_to_referrals::Migration),
            Box::new(m0030_meet_in_triage::Migration),
            Box::new(m0035_hold_the_roll::Migration),
            Box::new(m0036_return_new_pupils::Migration),
            Box::new(m0045_name_siblings::Migration),
            Box::new(m0046_keep_addresses::Migration),
            Box::new(m0047_await_authorities::Migration),
            Box::new(m0048_run_clocks::Migration),
            Box::new(m0050_remember_judgements::Migration),
            Box::new(m0051_strike_siblings::Migration),
            Box::new(m0052_know_nhs_numbers::Migration),
            Box::new(m0053_know_parents::Migration),
            Box::new(m0055_list_events::Migration),
            Box::new(m0056_hear_the_mash::Migration),
            Box::new(m0057_keep_sightings::Migration),
        ];
        migrations.into_iter().map(|one| Box::new(Whole(one)) as Box<dyn MigrationTrait>).collect()
    }
}

/// A migration that is carried out and recorded in one transaction, on SQLite too, so that one that is killed half-way
/// leaves nothing behind.
struct Whole(Box<dyn MigrationTrait>);

impl MigrationName for Whole {
    fn name(&self) -> &str {
        self.0.name()
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Whole {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        take_your_time(manager).await?;
        self.0.up(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        take_your_time(manager).await?;
        self.0.down(manager).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Lifts the limit on the time of a statement until the transaction ends: to copy a table of millions of rows takes
/// longer than any page may.
async fn take_your_time(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    if manager.get_database_backend() == sea_orm_migration::sea_orm::DbBackend::Postgres {
        manager.get_connection().execute_unprepared("SET LOCAL statement_timeout = 0").await?;
    }
    Ok(())
}

/// The parts of a table, so that each migration reads as a list.
struct NewTable {
    name: &'static str,
    columns: Vec<ColumnDef>,
    /// Pairs of a column and the table whose `id` it refers to.
    references: &'static [(&'static str, &'static str)],
    unique: &'static [&'static [&'static str]],
    indexes: &'static [&'static [&'static str]],
}

/// Creates `tables` in order. The names of constraints are `fk_`, `uq_` or `ix_`, the table and its columns.
async fn create(manager: &SchemaManager<'_>, tables: Vec<NewTable>) -> Result<(), DbErr> {
    for table in tables {
        let mut statement = Table::create();
        statement.table(table.name);
        for mut column in table.columns {
            statement.col(&mut column);
        }
        for &(column, target) in table.references {
            statement.foreign_key(
                ForeignKey::create()
                    .name(format!("fk_{}_{column}", table.name))
                    .from(table.name, column)
                    .to(target, "id"),
            );
        }
        manager.create_table(statement).await?;
        for (prefix, indexes) in [("uq", table.unique), ("ix", table.indexes)] {
            for columns in indexes {
                let mut index = Index::create();
                index.name(format!("{prefix}_{}_{}", table.name, columns.join("_"))).table(table.name);
                for &column in *columns {
                    index.col(column);
                }
                if prefix == "uq" {
                    index.unique();
                }
                manager.create_index(index).await?;
            }
        }
    }
    Ok(())
}

/// Creates an index of columns of a table, named after both.
async fn index(manager: &SchemaManager<'_>, table: &'static str, columns: &[&'static str]) -> Result<(), DbErr> {
    let mut index = Index::create();
    index.name(format!("ix_{table}_{}", columns.join("_"))).table(table);
    for &column in columns {
        index.col(column);
    }
    manager.create_index(index).await
}

/// Drops `tables` in order.
async fn drop(manager: &SchemaManager<'_>, tables: &[&'static str]) -> Result<(), DbErr> {
    for &table in tables {
        manager.drop_table(Table::drop().table(table).to_owned()).await?;
    }
    Ok(())
}

/// Adds columns to a table that may have rows, so each must allow null or have a default.
async fn add(manager: &SchemaManager<'_>, table: &'static str, columns: Vec<ColumnDef>) -> Result<(), DbErr> {
    for mut column in columns {
        manager.alter_table(Table::alter().table(table).add_column(&mut column).to_owned()).await?;
    }
    Ok(())
}

/// Removes columns, as the way back of [`add`].
async fn take_away(manager: &SchemaManager<'_>, table: &'static str, columns: &[&'static str]) -> Result<(), DbErr> {
    for &column in columns {
        manager.alter_table(Table::alter().table(table).drop_column(column).to_owned()).await?;
    }
    Ok(())
}
