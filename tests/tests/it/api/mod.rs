//! The API over HTTP, as programs use it.

mod analyst;
mod malformed;
mod notes;
mod partner;
