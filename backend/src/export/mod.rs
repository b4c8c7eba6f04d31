//! What leaves as a file.
//!
//! What must not live here: who may have it (`domain::policy`), and what is in it (`store`).

pub mod csv;
