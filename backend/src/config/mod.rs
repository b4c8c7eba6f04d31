//! Settings from the environment, one struct for each concern. All faults are reported together; nobody else reads the
//! environment.
#![expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]

mod build_day;
mod council;
mod database;
mod mail;
mod read;
mod secret_key;
mod server;
mod single_sign_on;

pub use self::council::Council;
pub use self::database::Database;
pub use self::mail::{Mail, MailRoute};
pub use self::server::Server;
pub use self::single_sign_on::SingleSignOn;

use self::build_day::{built_on, clock_fault};
use self::read::Read;
use crate::clock::Clock;
use crate::secret::Secret;

/// Everything that the operator decides.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where requests come in.
    pub server: Server,
    /// Where the database is.
    pub database: Database,
    /// Who runs it, for pages and mails.
    pub council: Council,
    /// How mail leaves.
    pub mail: Mail,
    /// What secrets are sealed and hashed with, 64 hexadecimal digits.
    pub secret_key: Secret,
    /// The council's single sign-on, if staff may use it.
    pub single_sign_on: Option<SingleSignOn>,
    /// Whether this is the demonstration: credentials that are printed, a banner, no mail that leaves.
    pub demo: bool,
}

/// What is wrong with the settings: every fault, each naming its variable.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct ConfigFaults(pub Vec<String>);

/// Where the database is, for commands that need nothing else.
pub fn database_url() -> Result<Secret, ConfigFaults> {
    let lookup = |name: &str| std::env::var(name).ok();
    let mut read = Read::new(&lookup);
    let Database { url } = Database::read(&mut read);
    if read.faults.is_empty() { Ok(url) } else { Err(ConfigFaults(read.faults)) }
}

/// The authority's code in the national register, for commands that do without it; empty unless it is set.
pub fn la_code() -> String {
    std::env::var(council::LA_CODE).unwrap_or_default()
}

/// What the operator wants logged, of what [`crate::logging`] allows.
pub fn log_filter() -> String {
    std::env::var("ONROLL_LOG").unwrap_or_else(|_| "info,tower_http=info,sqlx=warn,sea_orm=warn".to_owned())
}

impl Config {
    /// Reads the settings from the environment, and looks at the clock.
    pub fn from_env() -> Result<Self, ConfigFaults> {
        let read = Self::from_lookup(|name| std::env::var(name).ok());
        let Some(wrong) = clock_fault(Clock::default().now(), built_on()) else { return read };
        let mut faults = read.err().map(|ConfigFaults(faults)| faults).unwrap_or_default();
        faults.push(wrong);
        Err(ConfigFaults(faults))
    }

    /// Reads the settings from wherever `lookup` finds them.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigFaults> {
        let mut read = Read::new(&lookup);
        let config = Self {
            database: Database::read(&mut read),
            server: Server::read(&mut read),
            council: Council::read(&mut read),
            mail: Mail::read(&mut read),
            secret_key: secret_key::read(&mut read),
            single_sign_on: SingleSignOn::read(&mut read),
            demo: false,
        };
        if read.faults.is_empty() { Ok(config) } else { Err(ConfigFaults(read.faults)) }
    }

    /// Whether people come over https, so that cookies may be `Secure`.
    pub fn is_secure(&self) -> bool {
        self.council.public_url.starts_with("https://")
    }

    /// The only values of `Host` that are answered.
    pub fn hosts(&self) -> Vec<String> {
        let (public, listen) = (self.council.public_url.split("://").nth(1).unwrap_or_default(), self.server.listen);
        let mut hosts = vec![public.to_owned(), listen.to_string()];
        if listen.ip().is_loopback() {
            hosts.push(format!("localhost:{}", listen.port()));
        }
        hosts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sound settings, but for `name`.
    fn with(name: &str, value: &str) -> Vec<String> {
        let lookup = |wanted: &str| {
            let sound = match wanted {
                _ if wanted == name => value,
                "ONROLL_PUBLIC_URL" => "https://onroll.example",
                "ONROLL_LA_CODE" => "821",
                "ONROLL_TEAM_EMAIL" | "ONROLL_MASH_EMAIL" | "ONROLL_MAIL_FROM" => "team@council.example",
                "ONROLL_MAIL_DIR" if name != "ONROLL_SMTP_URL" => "mail",
                "ONROLL_SECRET_KEY" => "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "ONROLL_COUNCIL" | "ONROLL_TEAM_PHONE" | "ONROLL_MASH_PHONE" | "ONROLL_OUT_OF_HOURS_PHONE" => {
                    "something"
                }
                "ONROLL_OIDC_CLIENT_ID" | "ONROLL_OIDC_CLIENT_SECRET" if name == "ONROLL_OIDC_ISSUER" => "something",
                "ONROLL_OIDC_ROLES" if name == "ONROLL_OIDC_ISSUER" => "group=MANAGER",
                _ => return None,
            };
            Some(sound.to_owned())
        };
        Config::from_lookup(lookup).err().map(|ConfigFaults(faults)| faults).unwrap_or_default()
    }

    /// That a setting that guards nothing is a fault, which names the setting and repeats no password.
    pub(super) fn guards(name: &str, sound: &[&str], faulty: &[&str]) {
        for value in sound {
            assert_eq!(with(name, value), Vec::<String>::new(), "{name}={value}");
        }
        for value in faulty {
            let faults = with(name, value);
            assert!(faults.len() == 1 && faults[0].starts_with(name), "{name}={value}: {faults:?}");
            let secret = value.split(':').nth(2).and_then(|rest| rest.split('@').next()).filter(|it| it.len() > 7);
            assert!(!secret.is_some_and(|secret| faults[0].contains(secret)), "{faults:?}");
        }
    }

    #[test]
    fn every_fault_is_reported_at_once_and_names_its_variable() {
        let faults = Config::from_lookup(|name| (name == "ONROLL_LISTEN").then(|| "nowhere".to_owned())).unwrap_err().0;
        for name in [
            "ONROLL_LISTEN",
            "ONROLL_PUBLIC_URL",
            "ONROLL_COUNCIL",
            "ONROLL_LA_CODE",
            "ONROLL_TEAM_PHONE",
            "ONROLL_TEAM_EMAIL",
            "ONROLL_MASH_PHONE",
            "ONROLL_MASH_EMAIL",
            "ONROLL_OUT_OF_HOURS_PHONE",
            "ONROLL_SMTP_URL",
            "ONROLL_SECRET_KEY",
            "ONROLL_MAIL_FROM",
        ] {
            assert!(faults.iter().any(|fault| fault.starts_with(name)), "{name} is missing from {faults:?}");
        }
    }
}
