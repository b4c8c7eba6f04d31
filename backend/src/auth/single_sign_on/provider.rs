//! The council's OpenID provider: what it says of itself, how it is asked, and what its word comes to.

use std::fmt;
use std::sync::Arc;
use std::time::Duration as Wait;

use chrono::{DateTime, Duration, Utc};
use entity::vocabulary::StaffRole;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, ClientId, ClientSecret, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    HttpRequest, HttpResponse, IdTokenClaims, IdTokenFields, IssuerUrl, ProviderMetadataWithLogout, RedirectUrl,
    StandardErrorResponse, StandardTokenResponse,
};
use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, OnceCell};

use super::RETURN;
use crate::config::SingleSignOn;
use crate::domain::email::Email;
use crate::domain::single_sign_on::Told;
use crate::error::Error;

/// The provider is asked once for a page, twice at most: that must fit into the time an answer may take.
const PATIENCE: Wait = Wait::from_secs(3);
/// Far above any discovery document or set of keys.
const LONGEST_ANSWER: usize = 256 * 1024;

/// How long what the provider says of itself is believed.
const BELIEVED_HOURS: i64 = 1;
/// How long it is left alone after it did not answer, or was asked for keys it had changed.
const LEFT_ALONE_SECONDS: i64 = 15;

/// Signatures that only the provider can make. Those with our shared secret, or none, are refused.
pub(super) const ALGORITHMS: [CoreJwsSigningAlgorithm; 8] = [
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
pub(super) struct DirectoryClaims {
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

pub(super) type Claims = IdTokenClaims<DirectoryClaims, CoreGenderClaim>;
pub(super) type Tokens = StandardTokenResponse<
    IdTokenFields<
        DirectoryClaims,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;
pub(super) type Client = openidconnect::Client<
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
pub(super) enum Fault {
    #[error("the provider does not answer")]
    Silent,
    #[error("the provider answers with more than is read")]
    TooLong,
    #[error("the settings of single sign-on cannot be used")]
    Settings,
    #[error("no connection to the provider can be made: {0}")]
    Transport(String),
}

/// The provider as the settings name it, and what it says of itself.
pub(crate) struct Provider {
    pub(super) settings: SingleSignOn,
    pub(super) public_url: String,
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
    pub(super) async fn http(&self) -> Result<reqwest::Client, Fault> {
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
    pub(super) async fn metadata(
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

    pub(super) fn client(&self, metadata: &ProviderMetadataWithLogout) -> Result<Client, Error> {
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

    pub(super) fn told(&self, claims: &Claims) -> Told {
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
pub(super) async fn send(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, Fault> {
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
