//! Settings from the environment. All faults are reported together; nobody else reads the environment.
#![expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use entity::vocabulary::StaffRole;

use crate::http::peer::Network;

/// Everything that the operator decides.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the database is: `sqlite://…` or `postgres://…`.
    pub database_url: Secret,
    /// What secrets are sealed and hashed with, 64 hexadecimal digits.
    pub secret_key: Secret,
    /// The council's single sign-on, if staff may use it.
    pub single_sign_on: Option<SingleSignOn>,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Who runs it, for pages and mails.
    pub council: Council,
    /// How mail leaves.
    pub mail: MailRoute,
    /// The sender of all mail.
    pub mail_from: String,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Whether this is the demonstration: credentials that are printed, a banner, no mail that leaves.
    pub demo: bool,
}

/// The council and how it is reached.
#[derive(Clone, Debug)]
pub struct Council {
    /// Its name.
    pub name: String,
    /// Its code in the national register, three digits.
    pub la_code: String,
    /// The address people type, without a slash at the end.
    pub public_url: String,
    /// The telephone of the children missing education team.
    pub team_phone: String,
    /// The e-mail address of that team.
    pub team_email: String,
    /// The telephone of the MASH.
    pub mash_phone: String,
    /// The e-mail address of the MASH.
    pub mash_email: String,
    /// The telephone of social care out of hours.
    pub out_of_hours_phone: String,
}

/// The council's OpenID provider.
#[derive(Clone, Debug)]
pub struct SingleSignOn {
    /// Its issuer, such as `https://login.microsoftonline.com/<tenant>/v2.0`.
    pub issuer: String,
    /// The id under which it knows us.
    pub client_id: String,
    /// The secret that goes with it.
    pub client_secret: Secret,
    /// Which of its groups or app roles make somebody what.
    pub roles: Vec<(String, StaffRole)>,
}

/// How mail leaves.
#[derive(Clone, Debug)]
pub enum MailRoute {
    /// By SMTP, `smtps://user:password@host` or `smtp://host?tls=required`.
    Smtp(Secret),
    /// As files in a folder, for something else to send, or for the demonstration.
    Folder(PathBuf),
}

/// A setting that is never printed.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// The secret itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// What is wrong with the settings: every fault, each naming its variable.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct ConfigFaults(pub Vec<String>);

/// Where the database is, for commands that need nothing else.
pub fn database_url() -> Result<Secret, ConfigFaults> {
    let mut read = Read { lookup: |name: &str| std::env::var(name).ok(), faults: Vec::new() };
    let url = read.database_url();
    if read.faults.is_empty() { Ok(Secret(url)) } else { Err(ConfigFaults(read.faults)) }
}

/// What is logged: the operator's `ONROLL_LOG`, or a default that keeps addresses with tokens in them out.
pub fn log_filter() -> String {
    std::env::var("ONROLL_LOG").unwrap_or_else(|_| "info,tower_http=info,sqlx=warn,sea_orm=warn".to_owned())
}

impl Config {
    /// Reads the settings from the environment.
    pub fn from_env() -> Result<Self, ConfigFaults> {
        Self::from_lookup(|name| std::env::var(name).ok())
    }

    /// Reads the settings from wherever `lookup` finds them.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigFaults> {
        let mut read = Read { lookup, faults: Vec::new() };
        let database_url = read.database_url();
        let listen = read.or("ONROLL_LISTEN", "127.0.0.1:3000");
        let listen = listen.parse().unwrap_or_else(|_| {
            read.fault("ONROLL_LISTEN", "must be an address and a port, such as 127.0.0.1:3000");
            SocketAddr::from(([127, 0, 0, 1], 3000))
        });
        let public_url = read.required("ONROLL_PUBLIC_URL", "the https:// address that people type");
        if !public_url.is_empty() && (!public_url.starts_with("https://") || public_url.ends_with('/')) {
            read.fault("ONROLL_PUBLIC_URL", "must begin with https:// and must not end with a slash");
        }
        let la_code = read.required("ONROLL_LA_CODE", "the authority’s code in the national register");
        let is_code = la_code.len() == 3 && la_code.bytes().all(|digit| digit.is_ascii_digit());
        if !la_code.is_empty() && !is_code {
            read.fault("ONROLL_LA_CODE", "must be three digits");
        }
        let council = Council {
            name: read.required("ONROLL_COUNCIL", "the council’s name"),
            la_code,
            public_url,
            team_phone: read.required("ONROLL_TEAM_PHONE", "the telephone of the children missing education team"),
            team_email: read.email("ONROLL_TEAM_EMAIL", "the e-mail address of that team"),
            mash_phone: read.required("ONROLL_MASH_PHONE", "the telephone of the MASH"),
            mash_email: read.email("ONROLL_MASH_EMAIL", "the e-mail address of the MASH"),
            out_of_hours_phone: read.required("ONROLL_OUT_OF_HOURS_PHONE", "the telephone of social care out of hours"),
        };
        let mail = match ((read.lookup)("ONROLL_SMTP_URL"), (read.lookup)("ONROLL_MAIL_DIR")) {
            (Some(url), None) => {
                if lettre::AsyncSmtpTransport::<lettre::Tokio1Executor>::from_url(&url).is_err() {
                    read.fault("ONROLL_SMTP_URL", "must be like smtps://user:password@mail.example.org");
                }
                MailRoute::Smtp(Secret(url))
            }
            (None, Some(folder)) => MailRoute::Folder(folder.into()),
            _ => {
                read.fault("ONROLL_SMTP_URL", "or ONROLL_MAIL_DIR is needed, and not both: how mail leaves");
                MailRoute::Folder(PathBuf::new())
            }
        };
        let mail_from = read.email("ONROLL_MAIL_FROM", "the sender of all mail");
        let secret_key =
            read.required("ONROLL_SECRET_KEY", "64 hexadecimal digits, such as `openssl rand -hex 32` makes");
        let is_key = secret_key.len() == 64 && secret_key.bytes().all(|digit| digit.is_ascii_hexdigit());
        if !secret_key.is_empty() && !is_key {
            read.fault("ONROLL_SECRET_KEY", "must be 64 hexadecimal digits");
        }
        let single_sign_on = read.single_sign_on();
        let proxies = read.or("ONROLL_TRUSTED_PROXIES", "");
        let mut trusted_proxies = Vec::new();
        for proxy in proxies.split(',').map(str::trim).filter(|proxy| !proxy.is_empty()) {
            match proxy.parse() {
                Ok(network) => trusted_proxies.push(network),
                Err(_) => read.fault("ONROLL_TRUSTED_PROXIES", "must be addresses or networks, by comma"),
            }
        }
        if !read.faults.is_empty() {
            return Err(ConfigFaults(read.faults));
        }
        let (database_url, secret_key) = (Secret(database_url), Secret(secret_key));
        Ok(Self {
            database_url,
            secret_key,
            single_sign_on,
            listen,
            council,
            mail,
            mail_from,
            trusted_proxies,
            demo: false,
        })
    }

    /// Whether people come over https, so that cookies may be `Secure`.
    pub fn is_secure(&self) -> bool {
        self.council.public_url.starts_with("https://")
    }

    /// From where any number of connections may come: our proxies, and this machine, on which the proxy usually runs.
    pub fn crowds(&self) -> Vec<Network> {
        let own = ["127.0.0.0/8", "::1"].into_iter().filter_map(|network| network.parse().ok());
        own.chain(self.trusted_proxies.iter().copied()).collect()
    }

    /// The only values of `Host` that are answered.
    pub fn hosts(&self) -> Vec<String> {
        let public = self.council.public_url.split("://").nth(1).unwrap_or_default().to_owned();
        let mut hosts = vec![public, self.listen.to_string()];
        if self.listen.ip().is_loopback() {
            hosts.push(format!("localhost:{}", self.listen.port()));
        }
        hosts
    }
}

struct Read<L> {
    lookup: L,
    faults: Vec<String>,
}

impl<L: Fn(&str) -> Option<String>> Read<L> {
    fn fault(&mut self, name: &str, what: &str) {
        self.faults.push(format!("{name} {what}"));
    }

    fn or(&self, name: &str, default: &str) -> String {
        (self.lookup)(name).unwrap_or_else(|| default.to_owned())
    }

    fn database_url(&mut self) -> String {
        let url = self.or("ONROLL_DATABASE_URL", "sqlite://onroll.sqlite");
        if !["sqlite://", "postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme)) {
            self.fault("ONROLL_DATABASE_URL", "must begin with sqlite:// or postgres://");
        }
        url
    }

    /// All of it, or nothing of it.
    fn single_sign_on(&mut self) -> Option<SingleSignOn> {
        let names = ["ONROLL_OIDC_ISSUER", "ONROLL_OIDC_CLIENT_ID", "ONROLL_OIDC_CLIENT_SECRET", "ONROLL_OIDC_ROLES"];
        if names.iter().all(|name| (self.lookup)(name).is_none()) {
            return None;
        }
        let issuer = self.required(names[0], "the issuer of the council’s single sign-on");
        let on_this_machine = ["http://127.0.0.1:", "http://localhost:"].iter().any(|start| issuer.starts_with(start));
        if !issuer.is_empty() && !issuer.starts_with("https://") && !on_this_machine {
            self.fault(names[0], "must begin with https://");
        }
        let client_id = self.required(names[1], "the id under which the single sign-on knows this service");
        let client_secret = Secret(self.required(names[2], "the secret that goes with it"));
        let mut roles = Vec::new();
        for pair in
            self.required(names[3], "which groups or app roles make somebody what: group=CME_OFFICER,…").split(',')
        {
            let parsed = pair.split_once('=').map(|(group, role)| (group.trim(), StaffRole::parse(role.trim())));
            match parsed {
                Some((group, Some(role))) if !group.is_empty() => roles.push((group.to_owned(), role)),
                _ if pair.is_empty() => {}
                _ => self.fault(names[3], "must be pairs like group=CME_OFFICER, by comma"),
            }
        }
        Some(SingleSignOn { issuer, client_id, client_secret, roles })
    }

    fn required(&mut self, name: &str, meaning: &str) -> String {
        let value = (self.lookup)(name).map(|value| value.trim().to_owned()).unwrap_or_default();
        if value.is_empty() {
            self.fault(name, &format!("is needed: {meaning}"));
        }
        value
    }

    fn email(&mut self, name: &str, meaning: &str) -> String {
        let value = self.required(name, meaning);
        if !value.is_empty() && crate::domain::email::Email::parse(&value).is_err() {
            self.fault(name, "must be an e-mail address");
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn secrets_are_not_printed() {
        assert!(!format!("{:?}", Secret::new("hunter2")).contains("hunter2"));
    }
}
