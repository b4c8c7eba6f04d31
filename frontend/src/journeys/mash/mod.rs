//! The hub: the flags raised with the MASH by what they wait for, one flag, what is done to it, and the link in an alert.
//!
//! What must not live here: raising a flag (`casework`), and how a flag looks (`parts::flag`).

mod act;
pub mod link;
mod show;

#[cfg(test)]
mod tests;

use axum::Router;
use axum::routing::get;

use crate::acts;

/// The routes of this journey that are for staff.
pub fn router() -> Router {
    Router::new().route("/mash", get(show::list)).route("/mash/{id}", get(show::one)).merge(acts::router(&act::ACTS))
}
