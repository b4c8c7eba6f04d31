//! The edge: connections, hardening, sign-in and out, health.
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
