//! Rows as lines of a backup, and lines as rows again. A value is written alike whichever engine it comes from, so that
//! either engine takes it.
//!
//! What must not live here: which tables there are (`catalog`), and files (`file`).

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use sea_orm::sea_query::{Alias, Expr, Query};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, QueryResult, Statement, TryGetable, Value};
use serde_json::Value as Json;
use uuid::Uuid;

use super::catalog::{Kind, Table};
use crate::error::Error;

/// The rows that are read at once.
const PAGE: u32 = 1_000;
/// The most values in one statement: below what SQLite and PostgreSQL allow.
const VALUES: usize = 20_000;

/// Calls `each` with every row of `table`, as a list of values. Memory does not grow with the number of rows.
pub(super) async fn read_all(
    txn: &DatabaseTransaction,
    table: &Table,
    mut each: impl FnMut(Vec<Json>) -> Result<(), Error>,
) -> Result<(), Error> {
    let (engine, name, columns) = (txn.get_database_backend(), &table.name, table.columns_quoted());
    let is_sqlite = engine == DbBackend::Sqlite;
    // A name of its own for each table, because a statement of the same text would be taken to give the same columns.
    let cursor = format!("\"rows of {name}\"");
    if !is_sqlite {
        txn.execute_unprepared(&format!("DECLARE {cursor} NO SCROLL CURSOR FOR SELECT {columns} FROM \"{name}\""))
            .await?;
    }
    let mut after = i64::MIN;
    loop {
        let page = if is_sqlite {
            // In the order of the file, which costs no sorting.
            format!("SELECT {columns}, rowid FROM \"{name}\" WHERE rowid > {after} ORDER BY rowid LIMIT {PAGE}")
        } else {
            format!("FETCH {PAGE} FROM {cursor}")
        };
        let rows = txn.query_all_raw(Statement::from_string(engine, page)).await?;
        for row in &rows {
            each(values_of(row, table)?)?;
        }
        let Some(last) = rows.last() else { break };
        if is_sqlite {
            after = last.try_get_by_index(table.columns.len())?;
        }
    }
    if !is_sqlite {
        txn.execute_unprepared(&format!("CLOSE {cursor}")).await?;
    }
    Ok(())
}

fn values_of(row: &QueryResult, table: &Table) -> Result<Vec<Json>, Error> {
    fn read<T: TryGetable>(row: &QueryResult, at: usize) -> Result<Option<T>, Error> {
        Ok(row.try_get_by_index(at)?)
    }
    let value = |at: usize, kind: Kind| -> Result<Json, Error> {
        Ok(match kind {
            Kind::Id => read::<Uuid>(row, at)?.map(|id| id.to_string()).into(),
            Kind::Text => read::<String>(row, at)?.into(),
            Kind::Number => read::<i32>(row, at)?.into(),
            Kind::LargeNumber => read::<i64>(row, at)?.into(),
            Kind::Flag => read::<bool>(row, at)?.into(),
            Kind::Day => read::<NaiveDate>(row, at)?.map(|day| day.to_string()).into(),
            Kind::Moment => {
                let moment = read::<DateTime<Utc>>(row, at)?;
                moment.map(|moment| moment.to_rfc3339_opts(SecondsFormat::AutoSi, true)).into()
            }
        })
    };
    table.columns.iter().enumerate().map(|(at, (_, kind))| value(at, *kind)).collect()
}

/// A value as the target's column of this kind takes it.
fn stored(kind: Kind, value: &Json) -> Result<Value, Error> {
    let odd = || Error::internal("a value in the backup is not of the kind of its column");
    let text = || value.as_str().ok_or_else(odd);
    if value.is_null() {
        return Ok(match kind {
            Kind::Id => Option::<Uuid>::None.into(),
            Kind::Text => Option::<String>::None.into(),
            Kind::Number => Option::<i32>::None.into(),
            Kind::LargeNumber => Option::<i64>::None.into(),
            Kind::Flag => Option::<bool>::None.into(),
            Kind::Day => Option::<NaiveDate>::None.into(),
            Kind::Moment => Option::<DateTime<Utc>>::None.into(),
        });
    }
    Ok(match kind {
        Kind::Id => text()?.parse::<Uuid>().map_err(|_| odd())?.into(),
        Kind::Text => text()?.into(),
        Kind::Number => value.as_i64().and_then(|number| i32::try_from(number).ok()).ok_or_else(odd)?.into(),
        Kind::LargeNumber => value.as_i64().ok_or_else(odd)?.into(),
        Kind::Flag => value.as_bool().ok_or_else(odd)?.into(),
        Kind::Day => text()?.parse::<NaiveDate>().map_err(|_| odd())?.into(),
        Kind::Moment => text()?.parse::<DateTime<Utc>>().map_err(|_| odd())?.into(),
    })
}

/// Rows of one table on their way into it.
pub(super) struct Filling {
    table: Table,
    waiting: Vec<Vec<Json>>,
}

impl Filling {
    /// Begins to fill `table`, whose columns stand in this order in the backup. An error if they are not the same.
    pub(super) fn begin(table: &Table, columns: &[String]) -> Result<Self, Error> {
        let kind = |name: &String| table.columns.iter().find(|(own, _)| own == name).cloned();
        let ordered: Option<Vec<(String, Kind)>> = columns.iter().map(kind).collect();
        match ordered {
            Some(ordered) if ordered.len() == table.columns.len() => {
                let table = Table { name: table.name.clone(), columns: ordered };
                Ok(Self { table, waiting: Vec::new() })
            }
            _ => Err(Error::internal(format!("the columns of {} are not those of the backup", table.name))),
        }
    }

    /// Adds a row. It is stored with others, by [`Self::flush`] at the latest.
    pub(super) async fn add(&mut self, txn: &DatabaseTransaction, row: Vec<Json>) -> Result<(), Error> {
        if row.len() != self.table.columns.len() {
            return Err(Error::internal(format!("a row of {} has not as many values as columns", self.table.name)));
        }
        self.waiting.push(row);
        if (self.waiting.len() + 1) * self.table.columns.len() > VALUES { self.flush(txn).await } else { Ok(()) }
    }

    /// Stores what waits.
    pub(super) async fn flush(&mut self, txn: &DatabaseTransaction) -> Result<(), Error> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let mut insert = Query::insert();
        insert.into_table(Alias::new(&self.table.name));
        insert.columns(self.table.columns.iter().map(|(name, _)| Alias::new(name)));
        for row in self.waiting.drain(..) {
            let values =
                row.iter().zip(&self.table.columns).map(|(value, (_, kind))| Ok(Expr::val(stored(*kind, value)?)));
            let values: Vec<Expr> = values.collect::<Result<_, Error>>()?;
            insert.values(values).map_err(Error::internal)?;
        }
        txn.execute(&insert).await?;
        Ok(())
    }
}
