//! The setting of the database. What must not live here: connecting to it (`db`).

use reqwest::Url;

use super::read::{Read, is_here};
use crate::secret::Secret;

/// The database that the operator names.
#[derive(Clone, Debug)]
pub struct Database {
    /// `sqlite://…` or `postgres://…`. Secret, because it can hold a password.
    pub url: Secret,
}

const URL: &str = "ONROLL_DATABASE_URL";

impl Database {
    pub(super) fn read(read: &mut Read<'_>) -> Self {
        let url = read.or(URL, "sqlite://onroll.sqlite");
        if !["sqlite://", "postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme)) {
            read.fault(URL, "must begin with sqlite:// or postgres://");
        } else if !url.starts_with("sqlite://") {
            must_be_guarded(read, &url);
        }
        Self { url: Secret::new(url) }
    }
}

/// Refuses a PostgreSQL on another machine that is reached without TLS, because children's names must not cross a
/// network in the clear, or with a password that is easy to guess.
fn must_be_guarded(read: &mut Read<'_>, url: &str) {
    const ENCRYPTED: [&str; 3] = ["require", "verify-ca", "verify-full"];
    const TRIED: [&str; 8] = ["", "admin", "changeme", "letmein", "onroll", "password", "postgres", "secret"];
    let Ok(url) = Url::parse(url) else { return read.fault(URL, "must be like postgres://user@host/onroll") };
    let asked = |names: &[&str]| {
        let mut pairs = url.query_pairs().filter(|(name, _)| names.contains(&name.as_ref()));
        // When a parameter is given twice, the driver obeys the last.
        pairs.by_ref().last().map(|(_, value)| value.into_owned())
    };
    let host = asked(&["host", "hostaddr"]).or_else(|| url.host_str().map(str::to_owned)).unwrap_or_default();
    if host.is_empty() || host.starts_with('/') || host.to_ascii_lowercase().starts_with("%2f") || is_here(&host) {
        return;
    }
    if !asked(&["sslmode", "ssl-mode"]).is_some_and(|mode| ENCRYPTED.contains(&mode.as_str())) {
        read.fault(URL, "must end with ?sslmode=verify-full, because the database is on another machine");
    }
    if let Some(password) = url.password()
        && (TRIED.contains(&password.to_ascii_lowercase().as_str()) || password == url.username())
    {
        read.fault(URL, "must not hold a password that everybody tries");
    }
}

#[cfg(test)]
mod tests {
    use crate::config::tests::guards;

    #[test]
    fn a_database_elsewhere_is_reached_in_secret() {
        guards(
            super::URL,
            &[
                "sqlite://onroll.sqlite",
                "postgres://onroll@127.0.0.1:25432/postgres",
                "postgres://onroll:onroll@localhost/onroll",
                "postgres://onroll@%2Fvar%2Frun%2Fpostgresql/onroll",
                "postgres:///onroll?host=/var/run/postgresql",
                "postgres://onroll:Kq3vTz81@db.example/onroll?sslmode=verify-full",
            ],
            &[
                "postgres://onroll:Kq3vTz81@db.example/onroll",
                "postgres://onroll:Kq3vTz81@db.example/onroll?sslmode=prefer",
                "postgres://onroll:Kq3vTz81@db.example/onroll?sslmode=verify-full&sslmode=disable",
                "postgres://onroll:Kq3vTz81@localhost/onroll?host=db.example",
                "postgres://onroll:onroll@db.example/onroll?sslmode=verify-full",
                "postgres://onroll:postgres@db.example/onroll?sslmode=verify-full",
                "mysql://db.example/onroll",
            ],
        );
    }
}
