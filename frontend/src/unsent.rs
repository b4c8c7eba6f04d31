//! What somebody typed when their session had ended. It waits in the browser session until the same person has signed in
//! again, and goes nowhere with anybody else.
//!
//! What must not live here: the pages on which it is kept and sent after all (`journeys::kept`), and who signs in
//! (`sign_in`).

use serde::{Deserialize, Serialize};

use crate::form::Form;

/// What was typed and not sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Unsent {
    /// Whose it is.
    pub person: String,
    /// Where it was sent.
    pub path: String,
    /// What was typed.
    pub fields: Form,
}

impl Unsent {
    /// Under which name the browser session keeps it, for pages and for whoever renews the session.
    pub const KEY: &str = "rescued";
}

/// Where it is shown and can be sent after all.
pub(crate) const PLACE: &str = "/account/kept";
