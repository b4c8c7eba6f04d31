//! How staff prove who they are by the council's single sign-on: OpenID Connect, authorization code with PKCE.
//!
//! The provider's answer is checked by the library: signature, issuer, audience, expiry, nonce. Here are the parts it
//! leaves to us: which browser may come back with an answer, how the provider is asked, and for how long what it says of
//! itself is believed. What the directory's word makes of somebody is decided in `domain::single_sign_on`.

mod provider;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::vocabulary::CeremonyKind;
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
use super::session::Browser;
use crate::domain::network;
use crate::domain::single_sign_on::Refused;
use crate::domain::viewer::{Job, Viewer};
use crate::error::Error;
use crate::limit::Limit;
use crate::service;

/// Where the provider sends people back to; registered with it.
pub(crate) const RETURN: &str = "/sign-in/single-sign-on/return";
/// Where the provider sends people who have signed out; registered with it.
pub(crate) const SIGNED_OUT: &str = "/signed-out";

/// How often it may be begun from one address. A council's offices may share one, so this is far above what they need
/// on a Monday morning.
const BEGUN: Limit = Limit::new("single sign-on", 600, 900);

/// Under which name the session keeps that it came by single sign-on.
const CAME_BY_IT: &str = "single sign-on";

/// What became of a try to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// They are signed in.
    Admitted,
    /// This browser did not ask, or not lately, or the answer was used before.
    NotAsked,
    /// The provider's answer proves nothing.
    NotProved,
    /// It proves who they are, and that does not let them in.
    Refused(Refused),
    /// The provider cannot be reached.
    Unreachable,
}

/// What the provider sends a browser back with.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    /// Stands for the tokens.
    pub(crate) code: String,
    /// As it was given to the provider.
    pub(crate) state: String,
    /// Whose answer it says it is; not every provider says.
    pub(crate) issuer: Option<String>,
}

/// What must be known when the browser comes back.
#[derive(Serialize, Deserialize)]
struct Asked {
    state: String,
    nonce: String,
    verifier: String,
}

/// How staff sign in by the council's directory at one browser, for one request.
#[derive(Clone)]
pub(crate) struct DirectorySignIn {
    pub(crate) browser: Browser,
    pub(crate) provider: Arc<Provider>,
}

impl DirectorySignIn {
    /// Where to send this browser to be asked who it is; none while the provider cannot be reached.
    pub(crate) async fn begin(&self) -> Result<Option<String>, Error> {
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

    /// Takes the provider's answer, once. Whoever does not come in is noted.
    pub(crate) async fn finish(&self, answer: Answer) -> Result<Arrival, Error> {
        let arrival = self.arrive(answer).await?;
        if !matches!(arrival, Arrival::Admitted) {
            self.browser.refuse(Viewer::Anonymous).await?;
        }
        Ok(arrival)
    }

    async fn arrive(&self, answer: Answer) -> Result<Arrival, Error> {
        let asked: Option<Asked> = ceremony::take(&self.browser, CeremonyKind::SingleSignOn).await?;
        let Some(asked) = asked else { return Ok(Arrival::NotAsked) };
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
        let told = self.provider.told(&claims);
        // What changes by it, the directory has decided and not whoever came.
        let op = self.browser.app.op_for(Viewer::System(Job::Directory), self.browser.op.request_id.clone());
        let row = match service::single_sign_on::arrive(&op, told).await? {
            Ok(row) => row,
            Err(refused) => return Ok(Arrival::Refused(refused)),
        };
        self.browser.admit_fully(&row).await?;
        self.browser.hold(CAME_BY_IT, &true).await?;
        Ok(Arrival::Admitted)
    }

    /// What the provider says of whoever brought this code, once it is proved.
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
                // What it says may quote the code, so only the kind of fault is logged.
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
                // It has changed its keys since it was last asked for them.
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

    /// Where to send a browser whose session came by single sign-on, so that it is signed out there too; none when it
    /// did not, or the provider has no such place.
    pub(crate) async fn way_out(&self) -> Result<Option<String>, Error> {
        let Some(metadata) = self.provider.metadata(self.browser.app.clock.now(), None).await else { return Ok(None) };
        let Some(end) = metadata.additional_metadata().end_session_endpoint.clone() else { return Ok(None) };
        let back = format!("{}{SIGNED_OUT}", self.provider.public_url);
        let back = PostLogoutRedirectUrl::new(back).map_err(Error::internal)?;
        // Not the ID token: it would put a name and an address into the address line.
        let out = LogoutRequest::from(end)
            .set_client_id(ClientId::new(self.provider.settings.client_id.clone()))
            .set_post_logout_redirect_uri(back);
        Ok(Some(out.http_get_url().into()))
    }

    /// Whether this session came by single sign-on.
    pub(crate) async fn came_by_it(&self) -> Result<bool, Error> {
        let came: Option<bool> = self.browser.session.get(CAME_BY_IT).await.map_err(Error::internal)?;
        Ok(came.unwrap_or_default())
    }
}

/// Logs what kind of fault an ID token has; the library's own words may quote the token.
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
