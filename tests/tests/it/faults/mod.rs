//! What the service stands on fails: the clock, the network, the file of the database, the operator's key.

mod clock;
mod file;
mod journal;
mod key;
mod kill;
mod restore;
mod silence;
mod storing;
