//! The API over HTTP, as programs use it.

mod analyst;
mod clients;
mod hardening;
mod notes;
mod partner;
