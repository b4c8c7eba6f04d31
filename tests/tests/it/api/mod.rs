//! The API over HTTP, as programs use it.

mod analyst;
mod answers;
mod clients;
mod hardening;
mod limits;
mod notes;
mod partner;
mod refusals;
