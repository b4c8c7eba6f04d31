//! The only place where reads begin. Functions take the operation, and with it the viewer, first; `visible` says in SQL
//! which rows exist for that viewer, and filters, order, cursors, counts and aggregates all start from it. A function
//! that asks no viewer says so.
//!
//! What must not live here: writes (`service`, `project`), and rules (`domain`).
#![expect(clippy::disallowed_methods, reason = "reads begin here")]

pub mod access_note;
pub mod agency;
pub mod break_glass;
pub mod case;
pub mod child;
pub mod contact;
pub mod draft;
pub mod event;
pub mod held_report;
pub(crate) mod idempotency_key;
pub(crate) mod known_device;
pub mod message;
pub mod page;
pub mod proposal;
pub mod referral;
pub(crate) mod report_draft;
pub mod report_group;
pub mod school;
pub mod setting;
pub mod staff;
pub mod statistics;
pub(crate) mod stream;

use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr};

/// A condition that no row meets, for viewers for whom nothing exists.
fn nothing() -> Expr {
    Expr::val(1).eq(0)
}

/// A condition that `column` contains `key`. Both are keys made by `person_name::search_key`, which holds neither
/// wildcards nor capitals, so nothing need be escaped.
fn contains<C: ColumnTrait>(column: C, key: &str) -> Expr {
    Expr::col(column.as_column_ref()).like(LikeExpr::new(format!("%{key}%")))
}
