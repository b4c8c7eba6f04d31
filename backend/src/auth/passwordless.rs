//! What is set up once for those who sign in without a password of ours: the council's single sign-on, and passkeys.

use std::sync::Arc;

use super::passkey::RelyingParty;
use super::single_sign_on::Provider;
use crate::config::Config;

/// The ways in that need no password, as far as there are any. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Passwordless {
    /// The council's single sign-on, if there is one.
    pub(crate) single_sign_on: Option<Arc<Provider>>,
    /// What makes and checks passkeys, if people come to a name and not to a bare address.
    pub(crate) passkeys: Option<Arc<RelyingParty>>,
}

impl Passwordless {
    /// Those that the settings allow.
    pub(crate) fn new(config: &Config) -> Self {
        let at = &config.council.public_url;
        let single_sign_on = config.single_sign_on.clone().map(|settings| Arc::new(Provider::new(settings, at)));
        Self { single_sign_on, passkeys: RelyingParty::new(at, &config.council.name).map(Arc::new) }
    }
}
