//! Settings from the environment. All faults are reported together; nobody else reads the environment.
#![expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use entity::vocabulary::StaffRole;
use reqwest::Url;

use crate::clock::Clock;
use crate::domain::network::Network;
use crate::secret::Secret;

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
    /// Whoever may read the metrics.
    pub metrics_from: Vec<Network>,
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

/// What is wrong with the settings: every fault, each naming its variable.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct ConfigFaults(pub Vec<String>);

/// Where the database is, for commands that need nothing else.
pub fn database_url() -> Result<Secret, ConfigFaults> {
    let mut read = Read { lookup: |name: &str| std::env::var(name).ok(), faults: Vec::new() };
    let url = read.database_url();
    if read.faults.is_empty() { Ok(Secret::new(url)) } else { Err(ConfigFaults(read.faults)) }
}

/// The authority's code in the national register, for commands that do without it; empty unless it is set.
pub fn la_code() -> String {
    std::env::var("ONROLL_LA_CODE").unwrap_or_default()
}

/// The addresses of this machine as it calls itself.
pub fn loopback() -> Vec<Network> {
    ["127.0.0.0/8", "::1"].iter().filter_map(|network| network.parse().ok()).collect()
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
                read.mail_must_be_encrypted(&url);
                MailRoute::Smtp(Secret::new(url))
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
        } else if is_key && !looks_random(&secret_key) {
            read.fault("ONROLL_SECRET_KEY", "must be random: make one with `openssl rand -hex 32`");
        }
        let single_sign_on = read.single_sign_on();
        let trusted_proxies = read.networks("ONROLL_TRUSTED_PROXIES").unwrap_or_default();
        if trusted_proxies.iter().any(Network::is_anybodys) {
            read.fault(
                "ONROLL_TRUSTED_PROXIES",
                "must name your own proxies: whoever else is believed chooses the address that is counted and noted",
            );
        }
        let metrics_from = read.networks("ONROLL_METRICS_FROM").unwrap_or_else(loopback);
        if !read.faults.is_empty() {
            return Err(ConfigFaults(read.faults));
        }
        let (database_url, secret_key) = (Secret::new(database_url), Secret::new(secret_key));
        Ok(Self {
            database_url,
            secret_key,
            single_sign_on,
            listen,
            council,
            mail,
            mail_from,
            trusted_proxies,
            metrics_from,
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

    /// Addresses or networks, by comma; none when the setting is not there.
    fn networks(&mut self, name: &str) -> Option<Vec<Network>> {
        let listed = (self.lookup)(name)?;
        let mut networks = Vec::new();
        for network in listed.split(',').map(str::trim).filter(|network| !network.is_empty()) {
            match network.parse() {
                Ok(network) => networks.push(network),
                Err(_) => self.fault(name, "must be addresses or networks, by comma"),
            }
        }
        Some(networks)
    }

    fn database_url(&mut self) -> String {
        let url = self.or("ONROLL_DATABASE_URL", "sqlite://onroll.sqlite");
        if !["sqlite://", "postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme)) {
            self.fault("ONROLL_DATABASE_URL", "must begin with sqlite:// or postgres://");
        } else if !url.starts_with("sqlite://") {
            self.database_must_be_guarded(&url);
        }
        url
    }

    /// Children's names must not cross a network in the clear, nor lie behind a password that everybody tries.
    fn database_must_be_guarded(&mut self, url: &str) {
        const NAME: &str = "ONROLL_DATABASE_URL";
        const ENCRYPTED: [&str; 3] = ["require", "verify-ca", "verify-full"];
        const TRIED: [&str; 8] = ["", "admin", "changeme", "letmein", "onroll", "password", "postgres", "secret"];
        let Ok(url) = Url::parse(url) else { return self.fault(NAME, "must be like postgres://user@host/onroll") };
        let asked = |names: &[&str]| {
            let mut pairs = url.query_pairs().filter(|(name, _)| names.contains(&name.as_ref()));
            // The driver obeys the last.
            pairs.by_ref().last().map(|(_, value)| value.into_owned())
        };
        let host = asked(&["host", "hostaddr"]).or_else(|| url.host_str().map(str::to_owned)).unwrap_or_default();
        if host.is_empty() || host.starts_with('/') || host.to_ascii_lowercase().starts_with("%2f") || is_here(&host) {
            return;
        }
        if !asked(&["sslmode", "ssl-mode"]).is_some_and(|mode| ENCRYPTED.contains(&mode.as_str())) {
            self.fault(NAME, "must end with ?sslmode=verify-full, because the database is on another machine");
        }
        if let Some(password) = url.password()
            && (TRIED.contains(&password.to_ascii_lowercase().as_str()) || password == url.username())
        {
            self.fault(NAME, "must not hold a password that everybody tries");
        }
    }

    fn mail_must_be_encrypted(&mut self, url: &str) {
        const NAME: &str = "ONROLL_SMTP_URL";
        let parsed = Url::parse(url).ok();
        let known = lettre::AsyncSmtpTransport::<lettre::Tokio1Executor>::from_url(url).is_ok();
        let Some(url) = parsed.filter(|_| known) else {
            return self.fault(NAME, "must be like smtps://user:password@mail.example.org");
        };
        let required = url.query_pairs().any(|(name, value)| name == "tls" && value == "required");
        if url.scheme() != "smtps" && !required && !url.host_str().is_some_and(is_here) {
            self.fault(
                NAME,
                "must begin with smtps:// or end with ?tls=required: mail holds links that sign people in",
            );
        }
    }

    /// All of it, or nothing of it.
    fn single_sign_on(&mut self) -> Option<SingleSignOn> {
        let names = ["ONROLL_OIDC_ISSUER", "ONROLL_OIDC_CLIENT_ID", "ONROLL_OIDC_CLIENT_SECRET", "ONROLL_OIDC_ROLES"];
        if names.iter().all(|name| (self.lookup)(name).is_none()) {
            return None;
        }
        let issuer = self.required(names[0], "the issuer of the council’s single sign-on");
        let sound = Url::parse(&issuer).is_ok_and(|url| {
            url.scheme() == "https" || (url.scheme() == "http" && url.host_str().is_some_and(is_here))
        });
        if !issuer.is_empty() && !sound {
            self.fault(names[0], "must begin with https://");
        }
        let client_id = self.required(names[1], "the id under which the single sign-on knows this service");
        let client_secret = Secret::new(self.required(names[2], "the secret that goes with it"));
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

/// Whether a host is this machine, so that nothing crosses a network.
fn is_here(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

/// Whether a key can have been made at random: 32 random bytes are never so few different ones.
fn looks_random(key: &str) -> bool {
    const FEWEST: usize = 8;
    hex::decode(key).is_ok_and(|bytes| bytes.iter().collect::<BTreeSet<_>>().len() >= FEWEST)
}

/// The day on which this was built, in UTC.
fn built_on() -> DateTime<Utc> {
    const DAY: i64 = 24 * 60 * 60;
    let day: i64 = env!("ONROLL_BUILT_ON_DAY").parse().unwrap_or_default();
    DateTime::from_timestamp(day.saturating_mul(DAY), 0).unwrap_or_default()
}

/// What is wrong with a clock that stands before the day on which this was built: deadlines would be missed, and what has
/// expired would be accepted.
fn clock_fault(now: DateTime<Utc>, built: DateTime<Utc>) -> Option<String> {
    (now < built).then(|| {
        let (now, built) = (now.date_naive(), built.date_naive());
        format!("The clock says {now}, but this was built on {built}: set the clock")
    })
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

    #[test]
    fn a_setting_that_guards_nothing_is_a_fault() {
        for (name, sound, faulty) in [
            (
                "ONROLL_SECRET_KEY",
                &["5b8e1f0c77a94d2e9c3f6a1b8d2e4f70112233445566778899aabbccddeeff00"][..],
                &["0".repeat(64), "ab".repeat(32), "00ff".repeat(16)][..],
            ),
            (
                "ONROLL_SMTP_URL",
                &[
                    "smtps://user:pw@mail.example",
                    "smtp://mail.example:587?tls=required",
                    "smtp://127.0.0.1:25",
                    "smtp://localhost",
                    "smtp://[::1]:25",
                ],
                &[
                    "smtp://mail.example".to_owned(),
                    "smtp://mail.example?tls=opportunistic".to_owned(),
                    "smtp://localhost.example".to_owned(),
                    "smtp://localhost@mail.example".to_owned(),
                    "mail.example".to_owned(),
                ],
            ),
            (
                "ONROLL_TRUSTED_PROXIES",
                &["10.0.0.0/8", "127.0.0.1,fd00::/8", "198.51.100.0/24", "2001:db8::/32", ""],
                &[
                    "0.0.0.0/0".to_owned(),
                    "::/0".to_owned(),
                    "10.0.0.1,0.0.0.0/1".to_owned(),
                    "::ffff:0:0/96".to_owned(),
                    "198.0.0.0/8".to_owned(),
                    "2000::/3".to_owned(),
                ],
            ),
            (
                "ONROLL_DATABASE_URL",
                &[
                    "sqlite://onroll.sqlite",
                    "postgres://onroll@127.0.0.1:25432/postgres",
                    "postgres://onroll:onroll@localhost/onroll",
                    "postgres://onroll@%2Fvar%2Frun%2Fpostgresql/onroll",
                    "postgres:///onroll?host=/var/run/postgresql",
                    "postgres://onroll:Kq3vTz81@db.example/onroll?sslmode=verify-full",
                ],
                &[
                    "postgres://onroll:Kq3vTz81@db.example/onroll".to_owned(),
                    "postgres://onroll:Kq3vTz81@db.example/onroll?sslmode=prefer".to_owned(),
                    "postgres://onroll:Kq3vTz81@db.example/onroll?sslmode=verify-full&sslmode=disable".to_owned(),
                    "postgres://onroll:Kq3vTz81@localhost/onroll?host=db.example".to_owned(),
                    "postgres://onroll:onroll@db.example/onroll?sslmode=verify-full".to_owned(),
                    "postgres://onroll:postgres@db.example/onroll?sslmode=verify-full".to_owned(),
                    "mysql://db.example/onroll".to_owned(),
                ],
            ),
            (
                "ONROLL_PUBLIC_URL",
                &["https://onroll.example"],
                &["http://onroll.example".to_owned(), "http://localhost:3000".to_owned()],
            ),
            (
                "ONROLL_OIDC_ISSUER",
                &["https://id.example/v2.0", "http://localhost:9000", "http://127.0.0.1:9000/x"],
                &[
                    "http://id.example".to_owned(),
                    "http://localhost:9000@id.example".to_owned(),
                    "http://127.0.0.1.example:80".to_owned(),
                ],
            ),
        ] {
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
    }

    #[test]
    fn a_clock_before_the_day_of_the_build_is_a_fault() {
        let built: DateTime<Utc> = "2026-11-27T00:00:00Z".parse().unwrap();
        for (now, wrong) in
            [("1970-01-01T00:00:00Z", true), ("2026-11-26T23:59:59Z", true), ("2026-11-27T00:00:00Z", false)]
        {
            assert_eq!(clock_fault(now.parse().unwrap(), built).is_some(), wrong, "{now}");
        }
        assert!(built_on() > built - chrono::TimeDelta::days(365), "the day of the build is kept");
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
