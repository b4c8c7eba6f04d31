//! Settings of the council's OpenID provider. What must not live here: signing in with it (`auth::single_sign_on`).

use entity::vocabulary::StaffRole;
use reqwest::Url;

use super::read::{Read, is_here};
use crate::secret::Secret;

/// The council's OpenID provider, of which this service is a client.
#[derive(Clone, Debug)]
pub struct SingleSignOn {
    /// The provider's issuer, such as `https://login.microsoftonline.com/<tenant>/v2.0`.
    pub issuer: String,
    /// The client id that the provider gave this service.
    pub client_id: String,
    /// The client secret that the provider gave this service.
    pub client_secret: Secret,
    /// Pairs of a group or app role of the provider and the staff role it grants.
    pub roles: Vec<(String, StaffRole)>,
}

const ISSUER: &str = "ONROLL_OIDC_ISSUER";
const CLIENT_ID: &str = "ONROLL_OIDC_CLIENT_ID";
const CLIENT_SECRET: &str = "ONROLL_OIDC_CLIENT_SECRET";
const ROLES: &str = "ONROLL_OIDC_ROLES";

impl SingleSignOn {
    /// Reads the four settings. All must be set or none, in which case there is no single sign-on.
    pub(super) fn read(read: &mut Read<'_>) -> Option<Self> {
        if [ISSUER, CLIENT_ID, CLIENT_SECRET, ROLES].iter().all(|name| read.optional(name).is_none()) {
            return None;
        }
        let issuer = read.required(ISSUER, "the issuer of the council’s single sign-on");
        let sound = Url::parse(&issuer).is_ok_and(|url| {
            url.scheme() == "https" || (url.scheme() == "http" && url.host_str().is_some_and(is_here))
        });
        if !issuer.is_empty() && !sound {
            read.fault(ISSUER, "must begin with https://");
        }
        let client_id = read.required(CLIENT_ID, "the id under which the single sign-on knows this service");
        let client_secret = Secret::new(read.required(CLIENT_SECRET, "the secret that goes with it"));
        let mut roles = Vec::new();
        for pair in read.required(ROLES, "which groups or app roles make somebody what: group=CME_OFFICER,…").split(',')
        {
            let parsed = pair.split_once('=').map(|(group, role)| (group.trim(), StaffRole::parse(role.trim())));
            match parsed {
                Some((group, Some(role))) if !group.is_empty() => roles.push((group.to_owned(), role)),
                _ if pair.is_empty() => {}
                _ => read.fault(ROLES, "must be pairs like group=CME_OFFICER, by comma"),
            }
        }
        Some(Self { issuer, client_id, client_secret, roles })
    }
}

#[cfg(test)]
mod tests {
    use crate::config::tests::guards;

    #[test]
    fn the_provider_is_reached_in_secret() {
        guards(
            super::ISSUER,
            &["https://id.example/v2.0", "http://localhost:9000", "http://127.0.0.1:9000/x"],
            &["http://id.example", "http://localhost:9000@id.example", "http://127.0.0.1.example:80"],
        );
    }
}
