//! Onroll: everything but the rows, the migrations and the pages.
#![recursion_limit = "256"]

pub mod context;
pub mod db;
pub mod domain;
pub mod error;
