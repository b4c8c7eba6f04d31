//! How staff prove who they are by the council's single sign-on: OpenID Connect, authorization code with PKCE.
//!
//! The provider's answer is checked by the library: signature, issuer, audience, expiry, nonce. Here are the parts it
//! leaves to us: which browser may come back with an answer, how the provider is asked, and for how long what it says of
//! itself is believed. What the directory's word makes of somebody is decided in `domain::single_sign_on`.

use std::fmt;
use std::sync::Arc;
use std::time::Duration as Wait;

use chrono::{DateTime, Duration, Utc};
use entity::vocabulary::{CeremonyKind, StaffRole};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AccessTokenHash, AdditionalClaims, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IdTokenClaims,
    IdTokenFields, IssuerUrl, LogoutRequest, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier,
    PostLogoutRedirectUrl, ProviderMetadataWithLogout, RedirectUrl, RequestTokenError, Scope,
    SignatureVerificationError, StandardErrorResponse, StandardTokenResponse, TokenResponse,
};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use tokio::sync::{Mutex, OnceCell};

use super::ceremony;
use super::session::Browser;
use crate::config::SingleSignOn;
use crate::domain::email::Email;
use crate::domain::network;
use crate::domain::single_sign_on::{Refused, Told};
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

/// The provider is asked once for a page, twice at most: that must fit into the time an answer may take.
const PATIENCE: Wait = Wait::from_secs(3);
/// Far above any discovery document or set of keys.
const LONGEST_ANSWER: usize = 256 * 1024;

/// How long what the provider says of itself is believed.
const BELIEVED_HOURS: i64 = 1;
/// How long it is left alone after it did not answer, or was asked for keys it had changed.
const LEFT_ALONE_SECONDS: i64 = 15;

/// Signatures that only the provider can make. Those with our shared secret, or none, are refused.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 8] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
];

/// What the ID token says beyond the standard claims.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
struct DirectoryClaims {
    #[serde(default)]
    groups: Vec<String>,
    #[serde(default)]
    roles: Vec<String>,
    /// How Entra ID says that the domain of the address is verified: a boolean, a number or a string.
    #[serde(default)]
    xms_edov: Option<serde_json::Value>,
    /// Entra ID's name for the account; an address in most tenants.
    #[serde(default)]
    preferred_username: Option<String>,
}

impl AdditionalClaims for DirectoryClaims {}

impl DirectoryClaims {
    fn owns_domain(&self) -> bool {
        use serde_json::Value;
        match &self.xms_edov {
            Some(Value::Bool(verified)) => *verified,
            Some(Value::Number(number)) => number.as_u64() == Some(1),
            Some(Value::String(text)) => text == "1" || text.eq_ignore_ascii_case("true"),
            _ => false,
        }
    }
}

type Claims = IdTokenClaims<DirectoryClaims, CoreGenderClaim>;
type Tokens = StandardTokenResponse<
    IdTokenFields<
        DirectoryClaims,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;
type Client = openidconnect::Client<
    DirectoryClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Why the provider could not be used. Says nothing of the person.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error("the provider does not answer")]
    Silent,
    #[error("the provider answers with more than is read")]
    TooLong,
    #[error("the settings of single sign-on cannot be used")]
    Settings,
    #[error("no connection to the provider can be made: {0}")]
    Transport(String),
}

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

/// The provider as the settings name it, and what it says of itself.
pub(crate) struct Provider {
    settings: SingleSignOn,
    public_url: String,
    http: OnceCell<reqwest::Client>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    metadata: Option<(Arc<ProviderMetadataWithLogout>, DateTime<Utc>)>,
    left_alone_until: Option<DateTime<Utc>>,
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Provider")
    }
}

impl Provider {
    /// The provider of `settings`; people reach us at `public_url`. Asks nothing yet.
    pub(crate) fn new(settings: SingleSignOn, public_url: &str) -> Self {
        Self { settings, public_url: public_url.to_owned(), http: OnceCell::new(), known: Mutex::default() }
    }

    /// The means to ask the provider anything.
    async fn http(&self) -> Result<reqwest::Client, Fault> {
        let client = self.http.get_or_try_init(async || {
            // Somebody else may have chosen the same before, which is no fault.
            let _ = rustls::crypto::ring::default_provider().install_default();
            reqwest::Client::builder()
                // A redirect could lead to a host inside our own network.
                .redirect(reqwest::redirect::Policy::none())
                .timeout(PATIENCE)
                .build()
        });
        client.await.cloned().map_err(|cause| Fault::Transport(cause.to_string()))
    }

    /// What the provider says of itself; asked again when that is old, or when `stale` says that it was not enough.
    /// None while it cannot be reached.
    async fn metadata(
        &self,
        now: DateTime<Utc>,
        stale: Option<&Arc<ProviderMetadataWithLogout>>,
    ) -> Option<Arc<ProviderMetadataWithLogout>> {
        let mut known = self.known.lock().await;
        let (metadata, since) = known.metadata.clone().unzip();
        // A clock that was set back must not make it believed for ever.
        let fresh = since.is_some_and(|since| (since..since + Duration::hours(BELIEVED_HOURS)).contains(&now));
        let is_stale = |metadata: &Arc<_>| stale.is_some_and(|stale| Arc::ptr_eq(stale, metadata));
        if let Some(metadata) = metadata.filter(|metadata| fresh && !is_stale(metadata)) {
            return Some(metadata);
        }
        if known.left_alone_until.is_some_and(|until| now < until) {
            return None;
        }
        // Held while asking: one question serves everybody who waits, and so does one failure.
        let issuer = IssuerUrl::new(self.settings.issuer.clone()).ok()?;
        let http = self.http().await.inspect_err(|fault| tracing::error!(%fault, "Single sign-on cannot work")).ok()?;
        let ask = move |request| send(http.clone(), request);
        let found = ProviderMetadataWithLogout::discover_async(issuer, &ask).await;
        if stale.is_some() || found.is_err() {
            known.left_alone_until = Some(now + Duration::seconds(LEFT_ALONE_SECONDS));
        }
        match found {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                known.metadata = Some((Arc::clone(&metadata), now));
                Some(metadata)
            }
            Err(fault) => {
                tracing::error!(%fault, "The single sign-on does not say how it is to be used");
                None
            }
        }
    }

    fn client(&self, metadata: &ProviderMetadataWithLogout) -> Result<Client, Error> {
        let back = RedirectUrl::new(format!("{}{RETURN}", self.public_url)).map_err(Error::internal)?;
        let secret = ClientSecret::new(self.settings.client_secret.reveal().to_owned());
        let id = ClientId::new(self.settings.client_id.clone());
        Ok(Client::from_provider_metadata(metadata.clone(), id, Some(secret)).set_redirect_uri(back))
    }

    /// The roles that the directory's groups and app roles come to.
    fn roles(&self, claims: &DirectoryClaims) -> std::collections::BTreeSet<StaffRole> {
        let holds = |name: &String| claims.groups.contains(name) || claims.roles.contains(name);
        self.settings.roles.iter().filter(|(name, _)| holds(name)).map(|(_, role)| *role).collect()
    }

    fn told(&self, claims: &Claims) -> Told {
        let directory = claims.additional_claims();
        let said = claims.email().map(|email| email.as_str()).or(directory.preferred_username.as_deref());
        let email = said.and_then(|email| Email::parse(email).ok());
        let vouched = claims.email().is_some() && (claims.email_verified() == Some(true) || directory.owns_domain());
        let name = claims.name().and_then(|name| name.get(None)).map(|name| name.trim().to_owned());
        Told {
            issuer: claims.issuer().as_str().to_owned(),
            subject: claims.subject().as_str().to_owned(),
            name: name.filter(|name| !name.is_empty()),
            email,
            email_verified: vouched,
            roles: self.roles(directory),
        }
    }
}

/// Sends one request, within time and size.
async fn send(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, Fault> {
    let request = reqwest::Request::try_from(request).map_err(|_| Fault::Settings)?;
    let silent = |cause: reqwest::Error| {
        tracing::warn!(cause = %cause.without_url(), "The single sign-on could not be asked");
        Fault::Silent
    };
    let mut response = http.execute(request).await.map_err(silent)?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(silent)? {
        body.extend_from_slice(&chunk);
        if body.len() > LONGEST_ANSWER {
            return Err(Fault::TooLong);
        }
    }
    let mut answer = HttpResponse::new(body);
    *answer.status_mut() = response.status();
    *answer.headers_mut() = response.headers().clone();
    Ok(answer)
}

/// The door to the council's single sign-on, for one request.
#[derive(Clone)]
pub(crate) struct SingleSignOnDoor {
    pub(crate) browser: Browser,
    pub(crate) provider: Arc<Provider>,
}

impl SingleSignOnDoor {
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
