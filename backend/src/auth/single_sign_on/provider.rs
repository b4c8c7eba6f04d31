//! The council's OpenID provider: its metadata, requests to it, and which account its claims stand for. What must not
//! live here: what the claims entitle to (`domain::single_sign_on`).

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
use crate::domain::single_sign_on::DirectoryEntry;
use crate::error::Error;

/// How long one request to the provider may take. A page makes at most two, which must fit into the time an answer may
/// take.
const PATIENCE: Wait = Wait::from_secs(3);
/// The longest answer that is read, in bytes: far above any discovery document or set of keys.
const LONGEST_ANSWER: usize = 256 * 1024;

/// The hours for which the provider's metadata is used without asking again.
const BELIEVED_HOURS: i64 = 1;
/// The seconds in which the provider is not asked again after it did not answer, or was asked for newer keys.
const LEFT_ALONE_SECONDS: i64 = 15;

/// The signature algorithms that are accepted: those that need the provider's private key. A signature with the shared
/// client secret, or none, is refused.
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

/// The claims of an ID token beyond the standard ones.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct DirectoryClaims {
    #[serde(default)]
    groups: Vec<String>,
    #[serde(default)]
    roles: Vec<String>,
    /// Entra ID's claim that the domain of the address is verified: a boolean, a number or a string.
    #[serde(default)]
    xms_edov: Option<serde_json::Value>,
    /// Entra ID's name of the account; an email address in most tenants.
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

/// Why the provider could not be used; holds nothing about the person.
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

/// The provider in the settings, and its metadata once read.
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
    /// The provider in `settings`, of a service at `public_url`. Sends no request yet.
    pub(crate) fn new(settings: SingleSignOn, public_url: &str) -> Self {
        Self { settings, public_url: public_url.to_owned(), http: OnceCell::new(), known: Mutex::default() }
    }

    /// The HTTP client for requests to the provider.
    pub(super) async fn http(&self) -> Result<reqwest::Client, Fault> {
        let client = self.http.get_or_try_init(async || {
            // It fails if another part has chosen the same before, which is no fault.
            let _ = rustls::crypto::ring::default_provider().install_default();
            reqwest::Client::builder()
                // A redirect could lead to a host inside the council's own network.
                .redirect(reqwest::redirect::Policy::none())
                .timeout(PATIENCE)
                .build()
        });
        client.await.cloned().map_err(|cause| Fault::Transport(cause.to_string()))
    }

    /// The provider's metadata, read again when it is old or equal to `stale`, which proved insufficient. `None` while
    /// the provider cannot be reached.
    pub(super) async fn metadata(
        &self,
        now: DateTime<Utc>,
        stale: Option<&Arc<ProviderMetadataWithLogout>>,
    ) -> Option<Arc<ProviderMetadataWithLogout>> {
        let mut known = self.known.lock().await;
        let (metadata, since) = known.metadata.clone().unzip();
        // The lower bound is for a clock that was set back, which must not keep the metadata in use for ever.
        let fresh = since.is_some_and(|since| (since..since + Duration::hours(BELIEVED_HOURS)).contains(&now));
        let is_stale = |metadata: &Arc<_>| stale.is_some_and(|stale| Arc::ptr_eq(stale, metadata));
        if let Some(metadata) = metadata.filter(|metadata| fresh && !is_stale(metadata)) {
            return Some(metadata);
        }
        if known.left_alone_until.is_some_and(|until| now < until) {
            return None;
        }
        // The lock is held during the request, so that everybody who waits shares one answer or one failure.
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

    /// The roles that the settings map the groups and app roles of the claims to.
    fn roles(&self, claims: &DirectoryClaims) -> std::collections::BTreeSet<StaffRole> {
        let holds = |name: &String| claims.groups.contains(name) || claims.roles.contains(name);
        self.settings.roles.iter().filter(|(name, _)| holds(name)).map(|(_, role)| *role).collect()
    }

    pub(super) fn entry(&self, claims: &Claims) -> DirectoryEntry {
        let directory = claims.additional_claims();
        let said = claims.email().map(|email| email.as_str()).or(directory.preferred_username.as_deref());
        let email = said.and_then(|email| Email::parse(email).ok());
        let vouched = claims.email().is_some() && (claims.email_verified() == Some(true) || directory.owns_domain());
        let name = claims.name().and_then(|name| name.get(None)).map(|name| name.trim().to_owned());
        DirectoryEntry {
            issuer: claims.issuer().as_str().to_owned(),
            subject: claims.subject().as_str().to_owned(),
            name: name.filter(|name| !name.is_empty()),
            email,
            email_verified: vouched,
            roles: self.roles(directory),
        }
    }
}

/// Sends one request, and limits the time it may take and the size of the answer.
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
