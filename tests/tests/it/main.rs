//! Claims about the whole of Onroll, seen from outside.
#![expect(clippy::unwrap_used, reason = "what is not there fails the test, and the line says which")]

mod api;
mod binary;
mod browser;
mod bulk;
mod doors;
mod durability;
mod faults;
mod journeys;
mod keys;
mod leaks;
mod migrations;
mod outbox;
mod policy_matrix;
mod proxy;
mod query_count;
mod query_plan;
mod schema;
