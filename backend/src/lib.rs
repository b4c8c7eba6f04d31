//! Onroll's server as a library: rules, storage, API and delivery. What must not live here: the rows (`entity`), the
//! migrations (`migration`) and the pages (`frontend`).
#![recursion_limit = "256"]

pub mod app;
pub mod auth;
pub mod backup;
pub mod clock;
pub mod config;
pub mod context;
pub mod db;
pub mod demo;
pub mod domain;
pub mod error;
pub mod export;
mod gather;
pub mod graphql;
pub mod http;
mod idempotency;
pub mod import;
pub mod jobs;
mod limit;
pub mod logging;
pub mod mail;
pub mod notices;
mod outage;
pub mod pages;
mod refusal;
pub mod router;
pub mod secret;
pub mod service;
pub mod store;
mod throttle;
#[cfg(test)]
mod tidy;
mod turns;
