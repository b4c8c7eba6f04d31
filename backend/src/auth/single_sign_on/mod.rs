//! How staff prove who they are by the council's single sign-on: OpenID Connect, authorisation code with PKCE.
//!
//! The library verifies the ID token: signature, issuer, audience, expiry and nonce. Left to this module are which
//! browser may come back with an answer, how the provider is asked, and for how long its metadata is used.
//!
//! What must not live here: what the directory's claims entitle somebody to (`domain::single_sign_on`).

mod provider;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::vocabulary::CeremonyKind;
use frontend::denied::Attempt;
use frontend::sign_in::single_sign_on::{Answer, Arrival, SingleSignOn};
use openidconnect::core::CoreAuthenticationFlow;
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClaimsVerificationError, ClientId, CsrfToken, LogoutRequest, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl, ProviderMetadataWithLogout,
    RequestTokenError, Scope, SignatureVerificationError, TokenResponse,
};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

pub(crate) use self::provider::Provider;
use self::provider::{ALGORITHMS, Claims, Tokens, send};
use super::ceremony;
use super::denied::attempt;
use super::session::Browser;
use crate::domain::network;
use crate::domain::single_sign_on::Refused;
use crate::domain::viewer::{Job, Viewer};
use crate::error::Error;
use crate::limit::Limit;
use crate::service;

/// The path to which the provider sends people back; it is registered with the provider.
pub(crate) const RETURN: &str = "/sign-in/single-sign-on/return";
/// The path to which the provider sends people who have signed out; it is registered with the provider.
pub(crate) const SIGNED_OUT: &str = "/signed-out";

/// Sign-ins begun from one address. The offices of a council may share an address, so this is far above what they need
/// on a Monday morning.
const BEGUN: Limit = Limit::new("single sign-on", 600, 900);

/// The session value that marks a sign-in by single sign-on.
const CAME_BY_IT: &str = "single sign-on";

/// What must be known when the browser comes back from the provider.
#[derive(Serialize, Deserialize)]
struct Asked {
    state: String,
    nonce: String,
    verifier: String,
}

/// Signing in by the council's provider, for one request.
#[derive(Clone)]
pub(crate) struct DirectorySignIn {
    pub(crate) browser: Browser,
    pub(crate) provider: Arc<Provider>,
}

impl DirectorySignIn {
    /// The address at the provider to which this browser is sent; `None` while the provider cannot be reached.
    async fn ask(&self) -> Result<Option<String>, Error> {
        let app = &self.browser.app;
        if let Some(address) = self.browser.op.address() {
            self.browser.take(Viewer::Anonymous, BEGUN, &network::origin(address)).await?;
        }
        let Some(metadata) = self.provider.metadata(app.clock.now(), None).await else { return Ok(None) };
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let client = self.provider.client(&metadata)?;
        let (url, state, nonce) = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .add_scope(Scope::new("profile".to_owned()))
            .add_scope(Scope::new("email".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        let asked =
            Asked { state: state.into_secret(), nonce: nonce.secret().clone(), verifier: verifier.into_secret() };
        ceremony::begin(&self.browser, CeremonyKind::SingleSignOn, &asked).await?;
        Ok(Some(url.into()))
    }

    /// Handles the provider's answer, once. An answer that signs nobody in is noted as a refused sign-in.
    async fn take(&self, answer: Answer) -> Result<Arrival, Error> {
        let arrival = self.arrive(answer).await?;
        if !matches!(arrival, Arrival::Admitted) {
            self.browser.refuse(Viewer::Anonymous).await?;
        }
        Ok(arrival)
    }

    async fn arrive(&self, answer: Answer) -> Result<Arrival, Error> {
        let asked: Option<Asked> = ceremony::take(&self.browser, CeremonyKind::SingleSignOn).await?;
        let Some(asked) = asked else { return Ok(Arrival::NotAsked) };
        // The state comes first: an answer that this browser did not ask for must not be exchanged for a token.
        if !bool::from(asked.state.as_bytes().ct_eq(answer.state.as_bytes())) {
            return Ok(Arrival::NotAsked);
        }
        if answer.issuer.is_some_and(|issuer| issuer != self.provider.settings.issuer) {
            return Ok(Arrival::NotProved);
        }
        let claims = match self.claims(answer.code, asked).await? {
            Ok(claims) => claims,
            Err(arrival) => return Ok(arrival),
        };
        let entry = self.provider.entry(&claims);
        // The changes to the account are the directory's decision and not that of the person who signs in.
        let op = self.browser.app.op_for(Viewer::System(Job::Directory), self.browser.op.request_id.clone());
        let row = match service::single_sign_on::arrive(&op, entry).await? {
            Ok(row) => row,
            Err(refused) => return Ok(refusal(refused)),
        };
        self.browser.admit_fully(&row).await?;
        self.browser.put(CAME_BY_IT, &true).await?;
        Ok(Arrival::Admitted)
    }

    /// The claims of the person who brought this code, once the ID token is verified; otherwise why they are not let
    /// in.
    async fn claims(&self, code: String, asked: Asked) -> Result<Result<Claims, Arrival>, Error> {
        let now = self.browser.app.clock.now();
        let provider = &self.provider;
        let Some(mut metadata) = provider.metadata(now, None).await else { return Ok(Err(Arrival::Unreachable)) };
        let http = provider.http().await.map_err(Error::internal)?;
        let ask = move |request| send(http.clone(), request);
        let client = provider.client(&metadata)?;
        let exchange = client.exchange_code(AuthorizationCode::new(code)).map_err(Error::internal)?;
        let exchange = exchange.set_pkce_verifier(PkceCodeVerifier::new(asked.verifier));
        let tokens = match exchange.request_async(&ask).await {
            Ok(tokens) => tokens,
            Err(RequestTokenError::Request(fault)) => {
                tracing::error!(%fault, "The single sign-on did not exchange a code");
                return Ok(Err(Arrival::Unreachable));
            }
            Err(fault) => {
                // The provider's message may quote the code, so only the kind of error is logged.
                let kind = match fault {
                    RequestTokenError::ServerResponse(_) => "refused",
                    _ => "not understood",
                };
                tracing::warn!(kind, "The single sign-on did not exchange a code");
                return Ok(Err(Arrival::NotProved));
            }
        };
        let nonce = Nonce::new(asked.nonce);
        match self.verified(&metadata, &tokens, &nonce, now)? {
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
                // The provider may have changed its keys since they were last read.
                let Some(newer) = provider.metadata(now, Some(&metadata)).await else {
                    return Ok(Err(Arrival::Unreachable));
                };
                metadata = newer;
            }
            Err(fault) => return Ok(Err(not_proved(&fault))),
            Ok(claims) => return Ok(Ok(claims)),
        }
        Ok(self.verified(&metadata, &tokens, &nonce, now)?.map_err(|fault| not_proved(&fault)))
    }

    fn verified(
        &self,
        metadata: &ProviderMetadataWithLogout,
        tokens: &Tokens,
        nonce: &Nonce,
        now: DateTime<Utc>,
    ) -> Result<Result<Claims, ClaimsVerificationError>, Error> {
        let missing = |what: &str| ClaimsVerificationError::Other(what.to_owned());
        let client = self.provider.client(metadata)?;
        let verifier = client.id_token_verifier().set_allowed_algs(ALGORITHMS).set_time_fn(move || now);
        let Some(id_token) = tokens.id_token() else { return Ok(Err(missing("there is no ID token"))) };
        let claims = match id_token.claims(&verifier, nonce) {
            Ok(claims) => claims.clone(),
            Err(fault) => return Ok(Err(fault)),
        };
        if let Some(expected) = claims.access_token_hash() {
            let algorithm = id_token.signing_alg().map_err(Error::internal)?;
            let key = id_token.signing_key(&verifier).map_err(Error::internal)?;
            let found = AccessTokenHash::from_token(tokens.access_token(), algorithm, key).map_err(Error::internal)?;
            if found != *expected {
                return Ok(Err(missing("the access token is another one")));
            }
        }
        Ok(Ok(claims))
    }

    /// The address at the provider that signs this person out there too; `None` if the provider has none, or cannot be
    /// reached.
    async fn end_of_session(&self) -> Result<Option<String>, Error> {
        let Some(metadata) = self.provider.metadata(self.browser.app.clock.now(), None).await else { return Ok(None) };
        let Some(end) = metadata.additional_metadata().end_session_endpoint.clone() else { return Ok(None) };
        let back = format!("{}{SIGNED_OUT}", self.provider.public_url);
        let back = PostLogoutRedirectUrl::new(back).map_err(Error::internal)?;
        // The ID token is not sent along, because it would put a name and an address into the URL.
        let out = LogoutRequest::from(end)
            .set_client_id(ClientId::new(self.provider.settings.client_id.clone()))
            .set_post_logout_redirect_uri(back);
        Ok(Some(out.http_get_url().into()))
    }

    /// Whether this session came by single sign-on.
    async fn is_of_session(&self) -> Result<bool, Error> {
        let came: Option<bool> = self.browser.session.get(CAME_BY_IT).await.map_err(Error::internal)?;
        Ok(came.unwrap_or_default())
    }
}

impl SingleSignOn for DirectorySignIn {
    fn begin(&self) -> Attempt<'_, Option<String>> {
        attempt(self.ask())
    }

    fn finish(&self, answer: Answer) -> Attempt<'_, Arrival> {
        attempt(self.take(answer))
    }

    fn came_by_it(&self) -> Attempt<'_, bool> {
        attempt(self.is_of_session())
    }

    fn way_out(&self) -> Attempt<'_, Option<String>> {
        attempt(self.end_of_session())
    }
}

/// What a person is told of a refusal by the domain.
fn refusal(refused: Refused) -> Arrival {
    match refused {
        Refused::NoRole | Refused::Deactivated | Refused::NoAddress => Arrival::NoAccess,
        Refused::AddressInUse => Arrival::NotTheirs,
    }
}

/// Logs the kind of fault of an ID token; the library's own words may quote the token.
fn not_proved(fault: &ClaimsVerificationError) -> Arrival {
    let kind = match fault {
        ClaimsVerificationError::Expired(_) => "expired",
        ClaimsVerificationError::InvalidAudience(_) => "audience",
        ClaimsVerificationError::InvalidIssuer(_) => "issuer",
        ClaimsVerificationError::InvalidNonce(_) => "nonce",
        ClaimsVerificationError::SignatureVerification(_) => "signature",
        _ => "other",
    };
    tracing::warn!(kind, "An ID token of the single sign-on proves nothing");
    Arrival::NotProved
}
