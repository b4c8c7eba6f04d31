//! A form that was sent after its sender's session had ended. The browser session keeps it until the same person has
//! signed in again, and drops it if anybody else does.
//!
//! What must not live here: the pages that keep it and send it after all (`journeys::kept`), and signing in
//! (`sign_in`).

use serde::{Deserialize, Serialize};

use crate::form::Form;

/// A form that was not sent, as the browser session keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Unsent {
    /// The person who sent it, as the backend names them: "staff:" or "contact:" and an id.
    pub person: String,
    /// The path that it was sent to.
    pub path: String,
    /// What was typed, without secrets.
    pub fields: Form,
}

impl Unsent {
    /// The name under which the browser session keeps it. The backend reads it too, when it renews a session for
    /// somebody who signs in.
    pub const KEY: &str = "rescued";
}

/// The path of the page that shows it and can send it.
pub(crate) const PLACE: &str = "/account/kept";
