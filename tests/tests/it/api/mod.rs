//! The API over HTTP, as programs use it.

mod analyst;
mod hardening;
mod notes;
mod partner;
mod refusals;
