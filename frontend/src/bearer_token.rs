//! What pages do with the bearer token of a partner agency: look at it and revoke it. A token never travels through
//! GraphQL.

use chrono::NaiveDate;

use crate::denied::Attempt;
use crate::vocabulary::{Scope, SharedField};

/// What a bearer token allows the agency that holds it, and what is left of its limits.
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
    /// What this token allows; `None` if it is not accepted. Looking takes nothing of its limits; wrong tokens are
    /// throttled by network.
    fn look_at(&self, token: String) -> Attempt<'_, Option<TokenFacts>>;
    /// Revokes this token if it is one. The answer is the same whether it was, so that nobody can test tokens by it.
    fn hand_in(&self, token: String) -> Attempt<'_, ()>;
}
