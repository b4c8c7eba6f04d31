//! The database schema, one purpose per migration, each with its way back, alike on SQLite and PostgreSQL.
//!
//! Never imports `entity`: an old migration must not change because a row did. Names of constraints and indexes are
//! spelt out, because errors and later migrations refer to them.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

mod m0001_record_events;
mod m0002_hold_schools;
mod m0003_admit_people;
mod m0004_receive_referrals;
mod m0005_follow_cases;
mod m0006_serve_partners;

/// All migrations, oldest first.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_record_events::Migration),
            Box::new(m0002_hold_schools::Migration),
            Box::new(m0003_admit_people::Migration),
            Box::new(m0004_receive_referrals::Migration),
            Box::new(m0005_follow_cases::Migration),
            Box::new(m0006_serve_partners::Migration),
        ]
    }
}

/// What a table is made of, so that each migration reads as a list.
struct NewTable {
    name: &'static str,
    columns: Vec<ColumnDef>,
    /// (column, table it points at)
    references: &'static [(&'static str, &'static str)],
    unique: &'static [&'static [&'static str]],
    indexes: &'static [&'static [&'static str]],
}

/// Creates `tables` in order, with `fk_`, `uq_` and `ix_` names made of the table and its columns.
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

/// Drops `tables` in order.
async fn drop(manager: &SchemaManager<'_>, tables: &[&'static str]) -> Result<(), DbErr> {
    for &table in tables {
        manager.drop_table(Table::drop().table(table).to_owned()).await?;
    }
    Ok(())
}
