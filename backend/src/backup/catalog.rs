//! What the database itself says of its tables: their columns, and which refers to which. So a table that somebody adds
//! is in the next backup without being named anywhere.
//!
//! What must not live here: rows (`rows`).

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::error::Error;

/// How a column stores a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Id,
    Text,
    Number,
    LargeNumber,
    Flag,
    Day,
    Moment,
}

/// A table, with its columns in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<(String, Kind)>,
}

impl Table {
    /// The names of its columns as SQL lists them.
    pub(super) fn columns_quoted(&self) -> String {
        let quoted: Vec<String> = self.columns.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        quoted.join(", ")
    }
}

/// The table in which the migrator keeps its list. A restored database has its own.
const MIGRATIONS: &str = "seaql_migrations";

/// The kind of a column, by the name that the engine has for it.
fn kind_of(engine: DbBackend, declared: &str) -> Option<Kind> {
    let declared = declared.to_ascii_lowercase();
    Some(match declared.as_str() {
        "uuid" | "uuid_text" => Kind::Id,
        "integer" if engine == DbBackend::Sqlite => Kind::LargeNumber,
        "integer" => Kind::Number,
        "bigint" => Kind::LargeNumber,
        "boolean" => Kind::Flag,
        "date" | "date_text" => Kind::Day,
        "timestamp with time zone" | "timestamp_with_timezone_text" => Kind::Moment,
        declared if declared == "text" || declared.starts_with("varchar") => Kind::Text,
        "character varying" => Kind::Text,
        _ => return None,
    })
}

/// All tables but the list of migrations, those that others refer to before the others.
pub(super) async fn tables(connection: &impl ConnectionTrait) -> Result<Vec<Table>, Error> {
    let engine = connection.get_database_backend();
    let (columns, references) = match engine {
        DbBackend::Sqlite => (
            "SELECT tables.name, parts.name, parts.type FROM sqlite_master tables, pragma_table_info(tables.name) parts \
             WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite_%' ORDER BY tables.name, parts.cid",
            "SELECT tables.name, refers.\"table\" FROM sqlite_master tables, pragma_foreign_key_list(tables.name) refers \
             WHERE tables.type = 'table'",
        ),
        _ => (
            "SELECT tables.table_name::text, parts.column_name::text, parts.data_type::text \
             FROM information_schema.tables JOIN information_schema.columns AS parts USING (table_schema, table_name) \
             WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY 1, parts.ordinal_position",
            "SELECT own.relname::text, other.relname::text FROM pg_constraint JOIN pg_class AS own ON own.oid = conrelid \
             JOIN pg_class AS other ON other.oid = confrelid \
             WHERE contype = 'f' AND connamespace = current_schema()::regnamespace",
        ),
    };
    let mut found: BTreeMap<String, Table> = BTreeMap::new();
    for row in connection.query_all_raw(Statement::from_string(engine, columns)).await? {
        let (table, column, declared): (String, String, String) =
            (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        if table == MIGRATIONS {
            continue;
        }
        let kind = kind_of(engine, &declared).ok_or_else(|| {
            Error::internal(format!("column {column} of {table} is {declared}, which no backup can hold"))
        })?;
        let entry = found.entry(table.clone()).or_insert_with(|| Table { name: table, columns: Vec::new() });
        entry.columns.push((column, kind));
    }
    let mut refers: BTreeSet<(String, String)> = BTreeSet::new();
    for row in connection.query_all_raw(Statement::from_string(engine, references)).await? {
        let (own, other): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        if own != other {
            refers.insert((own, other));
        }
    }
    in_order(found, &refers)
}

/// Puts tables in an order in which each comes after those it refers to.
fn in_order(mut left: BTreeMap<String, Table>, refers: &BTreeSet<(String, String)>) -> Result<Vec<Table>, Error> {
    let mut ordered = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let is_free = |name: &String| !refers.iter().any(|(own, other)| own == name && left.contains_key(other));
        let free: Vec<String> = left.keys().filter(|name| is_free(name)).cloned().collect();
        if free.is_empty() {
            return Err(Error::internal("tables refer to each other in a circle"));
        }
        ordered.extend(free.iter().filter_map(|name| left.remove(name)));
    }
    Ok(ordered)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_come_after_those_they_refer_to_and_a_circle_is_refused() {
        let named = |name: &str| (name.to_owned(), Table { name: name.to_owned(), columns: Vec::new() });
        let refers = |pairs: &[(&str, &str)]| -> BTreeSet<(String, String)> {
            pairs.iter().map(|(own, other)| ((*own).to_owned(), (*other).to_owned())).collect()
        };
        let tables: BTreeMap<_, _> = ["case", "child", "reader"].map(named).into();
        let ordered = in_order(tables.clone(), &refers(&[("case", "child"), ("reader", "case")])).unwrap();
        let names: Vec<&str> = ordered.iter().map(|table| table.name.as_str()).collect();
        assert_eq!(names, ["child", "case", "reader"]);
        assert!(in_order(tables, &refers(&[("case", "child"), ("child", "case")])).is_err());
    }
}
