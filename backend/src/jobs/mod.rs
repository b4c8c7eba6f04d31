//! Jobs: what the service does without a request. Each is safe to run twice, and in two processes at once. What must
//! not live here: what a job decides (`domain`) and the commands it runs (`service`).

pub mod break_glass;
pub mod clock;
pub mod confirmations;
pub mod digests;
pub mod expiries;
pub mod housekeeping;
pub mod integrity;
pub mod journal;
pub mod outbox;
pub mod reminders;
pub mod watch;
