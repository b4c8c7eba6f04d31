//! The mail server that mails are handed to, with a time limit for each step.
//!
//! lettre's own transport limits only the connecting: a server that says nothing after a command holds it for ever, and
//! one that takes a mail and never answers `QUIT` makes a delivered mail look undelivered. So the steps are taken here,
//! each within its limit.
//!
//! What must not live here: what a mail says, and when it is tried again.

use std::future::Future;
use std::time::Duration;

use lettre::address::Envelope;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{self, SMTP_PORT, SUBMISSION_PORT, SUBMISSIONS_PORT};
use percent_encoding::percent_decode_str;
use tokio::time::{Instant, timeout, timeout_at};
use url::Url;

use super::Undelivered;
use crate::error::Error;

/// Time limits for handing over one mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For connecting to the server, encryption included.
    pub connect: Duration,
    /// For the reply to one command. The reply to the text itself may take what is left of the whole: servers check a
    /// mail before they reply, and a client that hangs up meanwhile sends it twice.
    pub command: Duration,
    /// For all steps together.
    pub whole: Duration,
}

impl Limits {
    /// The limits of the service; tests set shorter ones.
    pub const USUAL: Self =
        Self { connect: Duration::from_secs(10), command: Duration::from_secs(30), whole: Duration::from_secs(90) };
}

/// How long the server may take to reply to `QUIT`. By then it has the mail, so a missing reply is no failure.
const PARTING: Duration = Duration::from_secs(2);

/// When the connection to the server is encrypted.
#[derive(Clone)]
enum Security {
    /// Never (`smtp://` without `tls`).
    Plain,
    /// From the beginning (`smtps://`).
    Wrapped(TlsParameters),
    /// After `STARTTLS`. A server that does not offer it is handed nothing.
    Upgraded(TlsParameters),
    /// After `STARTTLS`, where the server offers it; otherwise never.
    UpgradedIfOffered(TlsParameters),
}

/// The mail server of the settings, which relays mail to every recipient.
#[derive(Clone)]
pub(super) struct Relay {
    host: String,
    port: u16,
    security: Security,
    hello: ClientId,
    credentials: Option<Credentials>,
    pub(super) limits: Limits,
}

impl Relay {
    /// Reads a URL such as `smtps://user:password@host` or `smtp://host?tls=required`, with the meaning it has for
    /// lettre.
    pub(super) fn parse(url: &str) -> Result<Self, Error> {
        let url = Url::parse(url).map_err(Error::internal)?;
        let host = url.host_str().ok_or_else(|| Error::internal("the mail server has no name"))?.to_owned();
        let tls = url.query_pairs().find(|(key, _)| key == "tls").map(|(_, value)| value.into_owned());
        let parameters = || TlsParameters::new(host.clone()).map_err(Error::internal);
        let (port, security) = match (url.scheme(), tls.as_deref()) {
            ("smtp", None) => (SMTP_PORT, Security::Plain),
            ("smtp", Some("required")) => (SUBMISSION_PORT, Security::Upgraded(parameters()?)),
            ("smtp", Some("opportunistic")) => (SUBMISSION_PORT, Security::UpgradedIfOffered(parameters()?)),
            ("smtps", _) => (SUBMISSIONS_PORT, Security::Wrapped(parameters()?)),
            _ => return Err(Error::internal("mail leaves by smtp:// or smtps://")),
        };
        let hello = url.path().trim_matches('/');
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let credentials = url.password().map(|password| Credentials::new(decoded(url.username()), decoded(password)));
        Ok(Self {
            port: url.port().unwrap_or(port),
            security,
            hello: if hello.is_empty() { ClientId::default() } else { ClientId::Domain(hello.to_owned()) },
            credentials,
            limits: Limits::USUAL,
            host,
        })
    }

    /// Hands over one mail. Once the server has accepted it, it counts as delivered, whatever happens to the
    /// connection.
    pub(super) async fn hand_over(&self, envelope: &Envelope, mail: &[u8]) -> Result<(), Undelivered> {
        let end = Instant::now() + self.limits.whole;
        let opened = timeout_at(end, self.open()).await;
        let mut connection = opened.map_err(|_| Undelivered::TooSlow)??;
        let said = timeout_at(end, self.say(&mut connection, envelope, mail)).await;
        let said = said.unwrap_or(Err(Undelivered::TooSlow));
        if said != Err(Undelivered::TooSlow) {
            let _ = timeout(PARTING, connection.quit()).await;
        }
        said
    }

    /// Opens a connection, encrypted and authenticated as the settings say.
    async fn open(&self) -> Result<AsyncSmtpConnection, Undelivered> {
        let wrapped = match &self.security {
            Security::Wrapped(parameters) => Some(parameters.clone()),
            _ => None,
        };
        let Limits { connect, command, .. } = self.limits;
        let address = (self.host.as_str(), self.port);
        // lettre reads the greeting and sends `EHLO` while connecting, so this step gets the limit of a command as
        // well.
        let opened = AsyncSmtpConnection::connect_tokio1(address, Some(connect), &self.hello, wrapped, None);
        let mut connection = within(connect + command, opened).await?;
        match &self.security {
            Security::Upgraded(parameters) => {
                within(command, connection.starttls(parameters.clone(), &self.hello)).await?;
            }
            Security::UpgradedIfOffered(parameters) if connection.can_starttls() => {
                within(command, connection.starttls(parameters.clone(), &self.hello)).await?;
            }
            _ => {}
        }
        if let Some(credentials) = &self.credentials {
            within(command, connection.auth(DEFAULT_MECHANISMS, credentials)).await?;
        }
        Ok(connection)
    }

    async fn say(
        &self,
        connection: &mut AsyncSmtpConnection,
        envelope: &Envelope,
        mail: &[u8],
    ) -> Result<(), Undelivered> {
        let Limits { command, whole, .. } = self.limits;
        let sender = within(command, connection.command(Mail::new(envelope.from().cloned(), Vec::new()))).await;
        // A refused address at this point is the sender's, so the recipient's approval must not be suspended for it.
        sender
            .map_err(|fault| if fault == Undelivered::AddressRefused { Undelivered::MessageRefused } else { fault })?;
        for to in envelope.to() {
            within(command, connection.command(Rcpt::new(to.clone(), Vec::new()))).await?;
        }
        within(command, connection.command(Data)).await?;
        within(whole, connection.message(mail)).await.map(drop)
    }
}

/// Runs one step within its time limit.
async fn within<T>(limit: Duration, step: impl Future<Output = Result<T, smtp::Error>>) -> Result<T, Undelivered> {
    let done = timeout(limit, step).await.map_err(|_| Undelivered::TooSlow)?;
    done.map_err(|error| Undelivered::of(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_lettre_reads_it() {
        for (url, port, security) in [
            ("smtp://127.0.0.1", 25, "plain"),
            ("smtp://127.0.0.1:2525", 2525, "plain"),
            ("smtp://mail.example?tls=required", 587, "upgraded"),
            ("smtp://mail.example?tls=opportunistic", 587, "upgraded if offered"),
            ("smtps://mail.example", 465, "wrapped"),
            ("smtps://mail.example:1465", 1465, "wrapped"),
        ] {
            let relay = Relay::parse(url).unwrap();
            let told = match relay.security {
                Security::Plain => "plain",
                Security::Wrapped(_) => "wrapped",
                Security::Upgraded(_) => "upgraded",
                Security::UpgradedIfOffered(_) => "upgraded if offered",
            };
            assert_eq!((relay.port, told, relay.credentials), (port, security, None), "{url}");
        }
        let relay = Relay::parse("smtps://user%40council.example:p%3Aw@mail.example/onroll.example").unwrap();
        assert_eq!(relay.credentials, Some(Credentials::new("user@council.example".to_owned(), "p:w".to_owned())));
        assert_eq!(relay.hello, ClientId::Domain("onroll.example".to_owned()));
        for wrong in ["mail.example", "http://mail.example", "smtp://mail.example?tls=perhaps", "smtp:"] {
            assert!(Relay::parse(wrong).is_err(), "{wrong}");
        }
    }
}
