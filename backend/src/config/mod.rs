//! Settings from the environment, one struct for each concern. All faults are reported together. What must not live
//! here: what is done with a setting. No other module reads the environment.
#![expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]

mod backup;
mod build_day;
mod council;
mod database;
mod mail;
mod read;
mod secret_key;
mod server;
mod single_sign_on;

pub use self::council::{Applicants, Council, Desk, Desks, USUALLY_TWO};
pub use self::database::Database;
pub use self::mail::{Mail, MailRoute};
pub use self::server::Server;
pub use self::single_sign_on::SingleSignOn;

use self::build_day::{built_on, clock_fault};
use self::read::Read;
use crate::clock::Clock;
use crate::secret::Secret;
use crate::secret::age::Recipient;

/// All settings, read once at the start.
#[derive(Clone, Debug)]
pub struct Config {
    /// The address to listen on, and which peers are believed.
    pub server: Server,
    /// The database.
    pub database: Database,
    /// The council that runs the service, as pages and mails name it.
    pub council: Council,
    /// The route and the sender of mail.
    pub mail: Mail,
    /// The operator's key, from which the keyring derives the keys that seal and hash: 64 hexadecimal digits.
    pub secret_key: Secret,
    /// The public keys to which backups are encrypted; empty if none can be made.
    pub backup_recipients: Vec<Recipient>,
    /// The council's single sign-on; `None` when staff cannot sign in with one.
    pub single_sign_on: Option<SingleSignOn>,
    /// Whether this is the demonstration: it prints its credentials, shows a banner, and sends no mail out.
    pub demo: bool,
}

/// Every fault of the settings, each naming its variable.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct ConfigFaults(pub Vec<String>);

/// Reads only the URL of the database, for commands that need no other setting.
pub fn database_url() -> Result<Secret, ConfigFaults> {
    let lookup = |name: &str| std::env::var(name).ok();
    let mut read = Read::new(&lookup);
    let Database { url } = Database::read(&mut read);
    if read.faults.is_empty() { Ok(url) } else { Err(ConfigFaults(read.faults)) }
}

/// Reads only the operator's key, for commands that need no other setting.
pub fn operators_key() -> Result<Secret, ConfigFaults> {
    let lookup = |name: &str| std::env::var(name).ok();
    let mut read = Read::new(&lookup);
    let key = secret_key::read(&mut read);
    if read.faults.is_empty() { Ok(key) } else { Err(ConfigFaults(read.faults)) }
}

/// Reads only the public keys to which backups are encrypted.
pub fn backup_recipients() -> Result<Vec<Recipient>, ConfigFaults> {
    let lookup = |name: &str| std::env::var(name).ok();
    let mut read = Read::new(&lookup);
    let recipients = backup::read(&mut read);
    if read.faults.is_empty() { Ok(recipients) } else { Err(ConfigFaults(read.faults)) }
}

/// The council's code in the national register, for commands that work without it; empty when it is not set.
pub fn la_code() -> String {
    std::env::var(council::LA_CODE).unwrap_or_default()
}

/// The operator's filter of log levels, which applies to what [`crate::logging`] allows.
pub fn log_filter() -> String {
    std::env::var("ONROLL_LOG").unwrap_or_else(|_| "info,tower_http=info,sqlx=warn,sea_orm=warn".to_owned())
}

impl Config {
    /// Reads the settings from the environment, and checks the clock against the day of the build.
    pub fn from_env() -> Result<Self, ConfigFaults> {
        let read = Self::from_lookup(|name| std::env::var(name).ok());
        let Some(wrong) = clock_fault(Clock::default().now(), built_on()) else { return read };
        let mut faults = read.err().map(|ConfigFaults(faults)| faults).unwrap_or_default();
        faults.push(wrong);
        Err(ConfigFaults(faults))
    }

    /// Reads the settings from `lookup`, which returns the value of a variable.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigFaults> {
        let mut read = Read::new(&lookup);
        let config = Self {
            database: Database::read(&mut read),
            server: Server::read(&mut read),
            council: Council::read(&mut read),
            mail: Mail::read(&mut read),
            secret_key: secret_key::read(&mut read),
            backup_recipients: backup::read(&mut read),
            single_sign_on: SingleSignOn::read(&mut read),
            demo: false,
        };
        if read.faults.is_empty() { Ok(config) } else { Err(ConfigFaults(read.faults)) }
    }

    /// Whether the public address is https, so that cookies are marked `Secure`.
    pub fn is_secure(&self) -> bool {
        self.council.public_url.starts_with("https://")
    }

    /// The only values of the `Host` header that are answered.
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
