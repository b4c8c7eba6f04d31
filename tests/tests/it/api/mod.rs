//! The API over HTTP, as programs use it.

mod analyst;
mod answers;
mod clients;
mod examples;
mod filters;
mod hardening;
mod limits;
mod notes;
mod partner;
mod refusals;
