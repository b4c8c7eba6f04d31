//! The pages of Onroll: what people see, and the handlers that answer them. Pages are rendered on the server and work
//! without scripting.
//!
//! This crate knows the rest of the system only as an API: `schema.graphql` says what may be asked, and the backend
//! hands over something to ask ([`api`]).
//!
//! What must not live here: connections, clocks, and decisions about who may do what.

#![recursion_limit = "512"]

mod acts;
pub mod api;
pub mod assets;
pub mod bearer_token;
pub mod denied;
mod documents;
pub mod error;
pub mod form;
pub mod journeys;
mod navigation;
mod officers;
pub mod open_report;
pub mod page;
pub mod parts;
pub mod prelude;
mod questions;
mod reply;
pub mod rights;
mod search;
pub mod sign_in;
mod told;
pub mod unsent;
pub mod visit;
pub mod vocabulary;
pub mod wanted;
mod when;
mod words;

/// The API, as cynic reads it from `schema.graphql`.
#[expect(unreachable_pub, reason = "cynic writes the contents")]
#[cynic::schema("onroll")]
mod schema {}

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tidy;

#[cfg(test)]
#[path = "../build/names.rs"]
mod names;
