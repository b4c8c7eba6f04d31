//! What can be done with a bearer token on a page. A token never travels through GraphQL.

use chrono::NaiveDate;

use crate::denied::Attempt;
use crate::vocabulary::{Scope, SharedField};

/// What a bearer token may ask, for the agency that holds it.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "each is shown under its name")]
pub struct TokenFacts {
    pub agency: String,
    pub client: String,
    pub purpose: String,
    pub scopes: Vec<Scope>,
    pub fields: Vec<SharedField>,
    pub expires_on: NaiveDate,
    pub paused: bool,
    pub per_minute: i32,
    pub left_in_minute: i32,
    pub per_day: i32,
    pub left_in_day: i32,
}

/// The bearer tokens of partner agencies.
pub trait BearerTokens: Send + Sync {
    /// What this token may ask; none if it is not accepted. Uses nothing of what it may.
    fn look_at(&self, token: String) -> Attempt<'_, Option<TokenFacts>>;
    /// Revokes this token if it is one. The caller cannot tell whether it was.
    fn hand_in(&self, token: String) -> Attempt<'_, ()>;
}
