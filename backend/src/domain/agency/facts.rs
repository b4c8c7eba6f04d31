//! The facts of a partner agency, in the form in which events store them for good.
//!
//! What must not live here: tokens themselves, hashed or not.

use chrono::{DateTime, NaiveDate, Utc};
use entity::vocabulary::{LawfulBasis, Scope, SharedField};
use entity::{AgreementId, ClientId, TokenId};
use serde::{Deserialize, Serialize};

/// What a client may do, decided when it is registered and again whenever it is changed; never more than its agreement
/// allows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The agency's name for the program, 1 to 100 characters.
    pub name: String,
    /// The uses it is allowed, at least one.
    pub scopes: Vec<Scope>,
    /// The fields it may be shown; empty shows nothing beyond that a child is known.
    pub fields: Vec<SharedField>,
    /// The points it may spend in a minute, 1 to 10,000,000.
    pub per_minute: i32,
    /// The points it may spend in a day, 1 to 10,000,000.
    pub per_day: i32,
    /// The address ranges it may call from. Empty allows any: the first network it calls from is stored, and another
    /// one later pauses it.
    pub networks: Vec<String>,
}

/// A fact of an agency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload", rename_all = "snake_case")]
pub enum AgencyEvent {
    /// The agency was put on file.
    AgencyAdded {
        /// The agency's name.
        name: String,
        /// The address to write to, canonical; empty when not known.
        email: String,
    },
    /// The address to write to was replaced.
    AgencyEmailChanged {
        /// The new address, canonical.
        email: String,
    },
    /// An agreement was made with it.
    AgreementMade {
        /// The id that clients name the agreement by.
        agreement: AgreementId,
        /// What data are shared for.
        purpose: String,
        /// The lawful basis of that sharing (UK GDPR, Article 6).
        lawful_basis: LawfulBasis,
        /// The most uses that a client under it may be allowed.
        scopes: Vec<Scope>,
        /// The most fields that a client under it may be shown.
        fields: Vec<SharedField>,
        /// The first day on which it holds.
        starts_on: NaiveDate,
        /// The last day on which it holds, not before the first.
        ends_on: NaiveDate,
    },
    /// An agreement was ended before its last day.
    AgreementEnded {
        /// The agreement that ended.
        agreement: AgreementId,
        /// Why it was ended.
        reason: String,
    },
    /// A client, a program of the agency, was registered under an agreement.
    ClientRegistered {
        /// The id of the new client.
        client: ClientId,
        /// The agreement it works under.
        agreement: AgreementId,
        /// What it may do.
        terms: Terms,
    },
    /// The terms of a client were replaced.
    ClientChanged {
        /// The client.
        client: ClientId,
        /// What it may do from now on.
        terms: Terms,
    },
    /// A client was paused: its tokens are refused until it is resumed.
    ClientPaused {
        /// The client.
        client: ClientId,
        /// Why it was paused.
        reason: String,
    },
    /// A paused client was resumed: its tokens are accepted again.
    ClientResumed {
        /// The client.
        client: ClientId,
    },
    /// A client was disabled for good: nothing brings it back.
    ClientDisabled {
        /// The client.
        client: ClientId,
        /// Why it was disabled.
        reason: String,
    },
    /// A token was issued to a client.
    TokenIssued {
        /// The id of the new token, not the token itself.
        token: TokenId,
        /// The client that bears it.
        client: ClientId,
        /// The last day on which it is accepted.
        expires_on: NaiveDate,
    },
    /// A token was replaced by a new one of the same client.
    TokenRotated {
        /// The old one.
        old: TokenId,
        /// The new one.
        new: TokenId,
        /// The last day on which the new one is accepted.
        expires_on: NaiveDate,
        /// When the old one stops being accepted: at once, or seven days later.
        ends_at: DateTime<Utc>,
    },
    /// A token was revoked.
    TokenRevoked {
        /// The token.
        token: TokenId,
        /// Why it was revoked.
        reason: String,
    },
    /// A token was found where it should not be, such as in published source, and handed in by whoever found it: it is
    /// revoked at once.
    TokenHandedIn {
        /// The token.
        token: TokenId,
    },
}
