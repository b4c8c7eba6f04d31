//! What happens to a partner agency, as it is stored for good.
//!
//! What must not live here: tokens themselves, hashed or not.

use chrono::{DateTime, NaiveDate, Utc};
use entity::vocabulary::{LawfulBasis, Scope, SharedField};
use entity::{AgreementId, ClientId, TokenId};
use serde::{Deserialize, Serialize};

/// What a client may do: decided when it is registered, and again whenever it is changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// What the agency calls the program.
    pub name: String,
    /// What it may be used for; none means nothing.
    pub scopes: Vec<Scope>,
    /// What it may be shown; none means nothing.
    pub fields: Vec<SharedField>,
    /// Points in a minute.
    pub per_minute: i32,
    /// Points in a day.
    pub per_day: i32,
    /// The address ranges it calls from; none means that they are learnt.
    pub networks: Vec<String>,
}

/// A fact of an agency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload", rename_all = "snake_case")]
pub enum AgencyEvent {
    /// It was put on file.
    AgencyAdded {
        /// Its name.
        name: String,
        /// Whom to write to, canonical; empty when not known.
        email: String,
    },
    /// Another address took the place of the one to write to.
    AgencyEmailChanged {
        /// The new address, canonical.
        email: String,
    },
    /// An agreement was made with it.
    AgreementMade {
        /// Which.
        agreement: AgreementId,
        /// What data are shared for.
        purpose: String,
        /// What makes that lawful.
        lawful_basis: LawfulBasis,
        /// The most that its clients may be used for.
        scopes: Vec<Scope>,
        /// The most that its clients may be shown.
        fields: Vec<SharedField>,
        /// The first day on which it holds.
        starts_on: NaiveDate,
        /// The last.
        ends_on: NaiveDate,
    },
    /// An agreement was ended early.
    AgreementEnded {
        /// Which.
        agreement: AgreementId,
        /// Why.
        reason: String,
    },
    /// A program was registered under an agreement.
    ClientRegistered {
        /// Which.
        client: ClientId,
        /// Under this agreement.
        agreement: AgreementId,
        /// What it may do.
        terms: Terms,
    },
    /// What a client may do was changed.
    ClientChanged {
        /// Which.
        client: ClientId,
        /// What it may do from now on.
        terms: Terms,
    },
    /// A client was paused: its tokens are not accepted until it is resumed.
    ClientPaused {
        /// Which.
        client: ClientId,
        /// Why.
        reason: String,
    },
    /// A paused client goes on.
    ClientResumed {
        /// Which.
        client: ClientId,
    },
    /// A client was disabled for good.
    ClientDisabled {
        /// Which.
        client: ClientId,
        /// Why.
        reason: String,
    },
    /// A token was issued to a client.
    TokenIssued {
        /// Which.
        token: TokenId,
        /// To this client.
        client: ClientId,
        /// The last day on which it is accepted.
        expires_on: NaiveDate,
    },
    /// Another token took the place of one.
    TokenRotated {
        /// The old one.
        old: TokenId,
        /// The new one.
        new: TokenId,
        /// The last day on which the new one is accepted.
        expires_on: NaiveDate,
        /// Until when the old one still is.
        ends_at: DateTime<Utc>,
    },
    /// A token was revoked.
    TokenRevoked {
        /// Which.
        token: TokenId,
        /// Why.
        reason: String,
    },
    /// A token was found where it should not be, and handed in by whoever found it: revoked at once.
    TokenHandedIn {
        /// Which.
        token: TokenId,
    },
}
