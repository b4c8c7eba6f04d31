//! The only place where reads begin. Functions take the operation, and with it the viewer, first; `visible` says in SQL
//! which rows exist for that viewer, and filters, order, cursors, counts and aggregates all start from it. A function
//! that asks no viewer says so.
//!
//! What must not live here: writes (`service`, `project`), and rules (`domain`).
#![expect(clippy::disallowed_methods, reason = "reads begin here")]

pub mod access_note;
pub mod agency;
pub mod audit;
pub mod break_glass;
pub mod case;
pub mod child;
pub mod clock;
pub mod contact;
pub mod draft;
pub mod escalation;
pub mod event;
pub mod family;
pub mod held_report;
pub(crate) mod idempotency_key;
pub mod journal;
pub mod judgement;
pub(crate) mod known_device;
pub mod message;
mod named;
pub mod page;
pub mod proposal;
pub mod referral;
pub(crate) mod report_draft;
pub mod report_group;
pub mod school;
mod search;
pub mod setting;
pub mod staff;
pub mod statistics;
pub(crate) mod stream;
pub mod verdict;

use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr};
use sea_orm::{ColumnTrait, Value};

/// A condition that no row meets, for viewers for whom nothing exists.
fn nothing() -> Expr {
    Expr::val(1).eq(0)
}

/// The numbers of values that a list in a statement holds. Each number makes another statement to prepare, so there are
/// few, and the last value fills up a list.
const LENGTHS: [usize; 9] = [1, 2, 5, 10, 25, 50, 100, 200, 500];

/// The values of a list in a statement, filled up to one of few lengths.
fn filled<V: Into<Value>>(values: impl IntoIterator<Item = V>) -> Vec<Value> {
    let mut values: Vec<Value> = values.into_iter().map(Into::into).collect();
    let length = LENGTHS.into_iter().find(|length| *length >= values.len());
    if let (Some(last), Some(length)) = (values.last().cloned(), length) {
        values.resize(length, last);
    }
    values
}

/// A condition that `column` contains `key`. Both are keys made by `person_name::search_key`, which holds neither
/// wildcards nor capitals, so nothing need be escaped.
fn contains<C: ColumnTrait>(column: C, key: &str) -> Expr {
    Expr::col(column.as_column_ref()).like(LikeExpr::new(format!("%{key}%")))
}
