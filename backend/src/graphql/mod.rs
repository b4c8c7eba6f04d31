//! The API.
pub mod extract;
pub mod limits;
