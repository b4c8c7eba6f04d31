//! Pages of lists, by key and never by offset. A page begins or ends at the id of a row. A cursor is that id,
//! encrypted, so that an address in a log shows neither what a list is sorted by nor when a row was made.
//!
//! What must not live here: which rows exist for a viewer (the module of each noun).

use sea_orm::sea_query::{Expr, ExprTrait, Order};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select};
use uuid::Uuid;

use crate::context::OpContext;
use crate::error::Error;
use crate::secret::keyring::Purpose;

/// The most rows of a page.
pub const LARGEST: u64 = 100;

/// The number of rows that `select` finds, counted no further than one more than [`LARGEST`].
pub(super) async fn count_some<E: EntityTrait, C: ConnectionTrait>(
    connection: &C,
    select: Select<E>,
) -> Result<u64, Error> {
    let some = select.select_only().expr_as(Expr::val(1), "one").limit(LARGEST + 1);
    Ok(some.into_tuple::<i32>().all(connection).await?.len() as u64)
}

/// The page that a caller asks for.
#[derive(Clone, Debug)]
pub struct Wanted {
    first: u64,
    from: Option<(Side, Uuid)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    After,
    Before,
}

/// One page of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The rows, in the order of the list.
    pub nodes: Vec<T>,
    /// Whether there are rows before these.
    pub has_previous: bool,
    /// Whether there are rows after these.
    pub has_next: bool,
}

impl Wanted {
    /// The first `first` rows after or before a cursor. Fails unless `first` is between 1 and [`LARGEST`], on a
    /// malformed cursor, and on two cursors. A cursor that was made up stands for no row.
    pub fn parse(op: &OpContext, first: i32, after: Option<&str>, before: Option<&str>) -> Result<Self, Error> {
        let wrong = |field: &str, message: &str| Error::invalid(field, message);
        let first = u64::try_from(first).ok().filter(|first| (1..=LARGEST).contains(first));
        let first = first.ok_or_else(|| wrong("first", "Ask for between 1 and 100 at a time"))?;
        let cursor = |field: &str, cursor: &str| {
            let hidden = Uuid::try_parse(cursor).ok().zip(op.keyring());
            let shown = hidden.map(|(hidden, keyring)| keyring.show(Purpose::Cursor, hidden));
            shown.ok_or_else(|| wrong(field, "This is not a cursor of this list"))
        };
        let from = match (after, before) {
            (None, None) => None,
            (Some(after), None) => Some((Side::After, cursor("after", after)?)),
            (None, Some(before)) => Some((Side::Before, cursor("before", before)?)),
            (Some(_), Some(_)) => return Err(wrong("before", "Ask for what is after or before, not both")),
        };
        Ok(Self { first, from })
    }

    /// The first page, of `first` rows or as many as are allowed.
    pub fn first(first: u64) -> Self {
        Self { first: first.clamp(1, LARGEST), from: None }
    }

    /// Reads the page of `select` sorted by `by`, of which the last column must be unique and named `id`, all in
    /// `order`. The columns compare as one row value, which both engines answer from an index.
    pub async fn read<E, C>(
        &self,
        connection: &C,
        select: Select<E>,
        by: &[E::Column],
        order: Order,
    ) -> Result<Page<E::Model>, Error>
    where
        E: EntityTrait,
        E::Model: Send + Sync,
        C: ConnectionTrait,
    {
        self.read_among(connection, E::find(), select, by, order).await
    }

    /// As [`Self::read`], for a list that does not hold all visible rows. The cursor must be among the `visible` rows,
    /// or the page is empty: otherwise its place between visible rows would show what a hidden row is sorted by.
    pub async fn read_among<E, C>(
        &self,
        connection: &C,
        visible: Select<E>,
        select: Select<E>,
        by: &[E::Column],
        order: Order,
    ) -> Result<Page<E::Model>, Error>
    where
        E: EntityTrait,
        E::Model: Send + Sync,
        C: ConnectionTrait,
    {
        let rows = self.narrow(visible, select, by, &order).all(connection).await?;
        Ok(self.page(rows))
    }

    /// The statement that reads the page of [`Self::read_among`], and one row more. [`Self::page`] makes the page of its
    /// rows, which may hold more columns than `select` does by then.
    pub(super) fn narrow<E: EntityTrait>(
        &self,
        visible: Select<E>,
        mut select: Select<E>,
        by: &[E::Column],
        order: &Order,
    ) -> Select<E> {
        let order = if matches!(order, Order::Asc) == self.is_backwards() { Order::Desc } else { Order::Asc };
        if let Some((_, cursor)) = self.from {
            let anchor = visible.filter(Expr::col((E::default(), "id")).eq(cursor)).select_only();
            let anchor = by.iter().fold(anchor, |anchor, column| anchor.column(*column)).into_query();
            let row = Expr::tuple(by.iter().map(|column| Expr::col(column.as_column_ref())));
            select = select.filter(match order {
                Order::Desc => row.lt(anchor),
                _ => row.gt(anchor),
            });
        }
        for column in by {
            select = select.order_by(*column, order.clone());
        }
        select.limit(self.first + 1)
    }

    /// The page whose rows, and one more if there is one, were read.
    pub(super) fn page<T>(&self, mut nodes: Vec<T>) -> Page<T> {
        let more = nodes.len() as u64 > self.first;
        nodes.truncate(usize::try_from(self.first).unwrap_or(usize::MAX));
        let (backwards, beyond) = (self.is_backwards(), self.from.is_some());
        if backwards {
            nodes.reverse();
        }
        Page {
            nodes,
            has_previous: if backwards { more } else { beyond },
            has_next: if backwards { beyond } else { more },
        }
    }

    fn is_backwards(&self) -> bool {
        matches!(self.from, Some((Side::Before, _)))
    }
}

/// The cursor of the row with this id; it does not show when the row was made. `None` without a keyring.
pub fn cursor(op: &OpContext, id: Uuid) -> Option<String> {
    Some(op.keyring()?.hide(Purpose::Cursor, id).simple().to_string())
}

impl<T> Page<T> {
    /// An empty page.
    pub fn empty() -> Self {
        Self { nodes: Vec::new(), has_previous: false, has_next: false }
    }
}
