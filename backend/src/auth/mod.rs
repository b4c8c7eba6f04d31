//! Who is asking: from a request to a [`Viewer`](crate::domain::viewer::Viewer), and the ways to sign in.
//!
//! What must not live here: what a viewer may do (`domain::policy`).

pub mod bearer;
// pub mod door;
pub mod password;
pub mod session_store;
