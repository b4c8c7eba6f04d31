//! What the service does by itself. Each job is safe to run twice, and in two processes at once.

pub mod break_glass;
pub mod confirmations;
pub mod digests;
pub mod expiries;
pub mod housekeeping;
pub mod outbox;
