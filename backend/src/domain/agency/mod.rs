//! Partner agencies: the agreements made with them, the clients (their programs) that work under these, and the tokens
//! that clients bear. One agency is one stream, because what a client may do is decided by its agreement.
//!
//! What must not live here: tokens themselves, hashed or not, and the requests made with one (`auth::client`).

mod decide;
mod facts;

pub use decide::{MakeAgreement, add, make_agreement};
pub use facts::{AgencyEvent, Terms};

use chrono::{DateTime, Days, NaiveDate, Utc};
use entity::vocabulary::{LawfulBasis, Scope, SharedField};
use entity::{AgencyId, AgreementId, ClientId, TokenId};

use super::stream::{Stream, counts};
use crate::error::Error;

/// The points a client may spend in a minute unless its terms say otherwise.
pub const PER_MINUTE: i32 = 6_000;
/// The points a client may spend in a day unless its terms say otherwise.
pub const PER_DAY: i32 = 200_000;

/// The days for which an agency still sees a case after its answer: time for its program to read back what was recorded,
/// and for the agency to ring about a slip. It is asked anew for anything later.
const SIGHT_AFTER_ANSWER: u64 = 5;

/// The earliest day of an answer with which an agency still sees the case `today`. A case that it was asked about and did
/// not answer it sees until it does; one that is closed it does not see at all, since nothing is asked about it.
pub fn answered_in_sight(today: NaiveDate) -> NaiveDate {
    today.checked_sub_days(Days::new(SIGHT_AFTER_ANSWER)).unwrap_or(today)
}

/// An agreement with an agency. `ended_at` is set when it was ended before its last day.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of `AgencyEvent::AgreementMade`, and what became of it")]
pub struct Agreement {
    pub id: AgreementId,
    pub purpose: String,
    pub lawful_basis: LawfulBasis,
    pub scopes: Vec<Scope>,
    pub fields: Vec<SharedField>,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub made_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
}

/// A client: a program of an agency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// The id that tokens name it by.
    pub id: ClientId,
    /// The agreement it works under.
    pub agreement: AgreementId,
    /// What it may do at present.
    pub terms: Terms,
    /// When it was registered.
    pub registered_at: DateTime<Utc>,
    /// Since when it is paused, and why; `None` while it runs.
    pub paused: Option<(DateTime<Utc>, String)>,
    /// When it was disabled for good; `None` while it may still be used.
    pub disabled_at: Option<DateTime<Utc>>,
}

/// A token of a client. It is accepted until the earliest of its last day, the end of its overlap and its revocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The id, not the token itself.
    pub id: TokenId,
    /// The client that bears it.
    pub client: ClientId,
    /// The last day on which it is accepted.
    pub expires_on: NaiveDate,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// When it stops being accepted because another replaced it; `None` when none did.
    pub ends_at: Option<DateTime<Utc>>,
    /// When it was revoked or handed in; `None` when it was not.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// An agency: the fold of its facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agency {
    /// The id of its stream.
    pub id: AgencyId,
    /// The agency's name.
    pub name: String,
    /// The address to write to, canonical; empty when not known.
    pub email: String,
    /// When it was put on file.
    pub added_at: DateTime<Utc>,
    /// Its agreements, oldest first.
    pub agreements: Vec<Agreement>,
    /// Its clients, oldest first.
    pub clients: Vec<Client>,
    /// The tokens of all its clients, oldest first.
    pub tokens: Vec<Token>,
    /// The number of its facts, compared at every write, so that of two writers at once the second is refused.
    pub version: i32,
}

impl Stream for Agency {
    type Fact = AgencyEvent;
    counts!(AgencyId);

    fn begin(id: AgencyId, first: &AgencyEvent, at: DateTime<Utc>) -> Option<Self> {
        let AgencyEvent::AgencyAdded { name, email } = first else { return None };
        Some(Self {
            id,
            name: name.clone(),
            email: email.clone(),
            added_at: at,
            agreements: Vec::new(),
            clients: Vec::new(),
            tokens: Vec::new(),
            version: 1,
        })
    }

    fn apply(&mut self, fact: &AgencyEvent, at: DateTime<Utc>) {
        match fact {
            AgencyEvent::AgencyAdded { .. } => {}
            AgencyEvent::AgencyEmailChanged { email } => self.email.clone_from(email),
            AgencyEvent::AgreementMade { agreement, purpose, lawful_basis, scopes, fields, starts_on, ends_on } => {
                self.agreements.push(Agreement {
                    id: *agreement,
                    purpose: purpose.clone(),
                    lawful_basis: *lawful_basis,
                    scopes: scopes.clone(),
                    fields: fields.clone(),
                    starts_on: *starts_on,
                    ends_on: *ends_on,
                    made_at: at,
                    ended_at: None,
                });
            }
            AgencyEvent::AgreementEnded { agreement, .. } => {
                if let Some(ended) = self.agreements.iter_mut().find(|known| known.id == *agreement) {
                    ended.ended_at = Some(at);
                }
            }
            AgencyEvent::ClientRegistered { client, agreement, terms } => self.clients.push(Client {
                id: *client,
                agreement: *agreement,
                terms: terms.clone(),
                registered_at: at,
                paused: None,
                disabled_at: None,
            }),
            AgencyEvent::ClientChanged { client, terms } => {
                self.with_client(*client, |client| client.terms.clone_from(terms));
            }
            AgencyEvent::ClientPaused { client, reason } => {
                self.with_client(*client, |client| client.paused = Some((at, reason.clone())));
            }
            AgencyEvent::ClientResumed { client } => self.with_client(*client, |client| client.paused = None),
            AgencyEvent::ClientDisabled { client, .. } => {
                self.with_client(*client, |client| client.disabled_at = Some(at));
            }
            AgencyEvent::TokenIssued { token, client, expires_on } => self.add_token(*token, *client, *expires_on, at),
            AgencyEvent::TokenRotated { old, new, expires_on, ends_at } => {
                let client = self.tokens.iter().find(|token| token.id == *old).map(|token| token.client);
                self.with_token(*old, |token| token.ends_at = Some(*ends_at));
                if let Some(client) = client {
                    self.add_token(*new, client, *expires_on, at);
                }
            }
            AgencyEvent::TokenRevoked { token, .. } | AgencyEvent::TokenHandedIn { token } => {
                self.with_token(*token, |token| token.revoked_at = Some(at));
            }
        }
    }
}

impl Agency {
    fn with_client(&mut self, id: ClientId, change: impl FnOnce(&mut Client)) {
        if let Some(client) = self.clients.iter_mut().find(|client| client.id == id) {
            change(client);
        }
    }

    fn with_token(&mut self, id: TokenId, change: impl FnOnce(&mut Token)) {
        if let Some(token) = self.tokens.iter_mut().find(|token| token.id == id) {
            change(token);
        }
    }

    fn add_token(&mut self, id: TokenId, client: ClientId, expires_on: NaiveDate, issued_at: DateTime<Utc>) {
        self.tokens.push(Token { id, client, expires_on, issued_at, ends_at: None, revoked_at: None });
    }

    /// Whether an agreement runs on this day by which the agency answers enquiries.
    pub fn answers_enquiries(&self, day: NaiveDate) -> bool {
        let runs = |agreement: &Agreement| agreement.starts_on <= day && day <= agreement.ends_on;
        let answers = |agreement: &Agreement| agreement.scopes.contains(&Scope::EnquiryAnswer);
        self.agreements.iter().any(|agreement| agreement.ended_at.is_none() && runs(agreement) && answers(agreement))
    }

    /// The agreement with this id; fails when the agency has no such agreement.
    pub fn agreement(&self, id: AgreementId) -> Result<&Agreement, Error> {
        self.agreements.iter().find(|agreement| agreement.id == id).ok_or(Error::NotFound)
    }

    /// The client with this id; fails when the agency has no such client.
    pub fn client(&self, id: ClientId) -> Result<&Client, Error> {
        self.clients.iter().find(|client| client.id == id).ok_or(Error::NotFound)
    }

    /// The token with this id; fails when the agency has no such token.
    pub fn token(&self, id: TokenId) -> Result<&Token, Error> {
        self.tokens.iter().find(|token| token.id == id).ok_or(Error::NotFound)
    }
}
