//! The edge of the service: connections, protections of every request, health, and the API over HTTP.
//!
//! What must not live here: what a request means to the domain.

pub mod graphql;
pub mod health;
pub mod layers;
pub(crate) mod once;
pub(crate) mod operation;
pub mod peer;
pub mod refusal;
pub mod serve;
