//! What is set up once for signing in without a password: the council's single sign-on, and passkeys. What must not
//! live here: a single sign-in.

use std::sync::Arc;

use super::passkey::RelyingParty;
use super::single_sign_on::Provider;
use crate::config::Config;

/// The ways to sign in without a password that the settings allow. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Passwordless {
    /// The council's OpenID provider; `None` when the settings name none.
    pub(crate) single_sign_on: Option<Arc<Provider>>,
    /// The relying party of passkeys; `None` when the public URL has no domain name.
    pub(crate) passkeys: Option<Arc<RelyingParty>>,
}

impl Passwordless {
    /// The provider and the relying party, as far as the settings allow.
    pub(crate) fn new(config: &Config) -> Self {
        let at = &config.council.public_url;
        let single_sign_on = config.single_sign_on.clone().map(|settings| Arc::new(Provider::new(settings, at)));
        Self { single_sign_on, passkeys: RelyingParty::new(at, &config.council.name).map(Arc::new) }
    }
}
