//! Hands mails over: by SMTP, or as files in a folder.
//!
//! What must not live here: what a mail says (`service::mails`), and when it is tried again (`jobs::outbox`).

mod relay;

use std::path::{Path, PathBuf};

use entity::message;
use lettre::Message;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp;
use tokio::time::timeout;

pub use self::relay::Limits;
use self::relay::Relay;
use crate::config::{Config, MailRoute};
use crate::error::Error;

/// Why a mail did not leave. Names neither the recipient nor the contents, so that it can be logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undelivered {
    /// The server says that the address does not exist; trying again is useless.
    AddressRefused,
    /// The server refuses this mail for good, for another reason than its recipient.
    MessageRefused,
    /// The server could not be reached, asked to wait or refuses this service altogether; another attempt may succeed.
    NotNow,
    /// The server did not answer in time, or the answer broke off; another attempt may succeed.
    TooSlow,
}

impl Undelivered {
    /// The words that are stored with the mail and logged.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AddressRefused => "the server refused the address",
            Self::MessageRefused => "the server refused the message",
            Self::NotNow => "the server was out of reach or asked to wait",
            Self::TooSlow => "the server did not answer in time",
        }
    }

    fn of(error: &smtp::Error) -> Self {
        if !error.is_permanent() {
            return Self::NotNow;
        }
        match error.status().map(|code| code.to_string()).as_deref() {
            // These replies are about the connection, the commands or the credentials, and would be the same for every
            // mail.
            Some("500" | "501" | "502" | "503" | "504" | "521" | "530" | "534" | "535" | "538") | None => Self::NotNow,
            Some("550" | "551" | "553" | "556") if !is_policy(error) => Self::AddressRefused,
            Some(_) => Self::MessageRefused,
        }
    }
}

/// Whether the extended status (RFC 3463) says that it is not the recipient's address that is refused, but the sender
/// (5.1.7, 5.1.8) or something about the message or us (5.6, 5.7).
fn is_policy(error: &smtp::Error) -> bool {
    let told = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    ["5.1.7", "5.1.8", "5.6.", "5.7."].iter().any(|status| told.contains(status))
}

/// Sends mails by the route and from the sender in the settings.
#[derive(Clone)]
pub struct Mailer {
    from: Mailbox,
    route: Route,
}

#[derive(Clone)]
enum Route {
    Smtp(Box<Relay>),
    Folder(PathBuf),
}

impl Mailer {
    /// A mailer for these settings; an error if the sender or the route cannot be used.
    pub fn new(config: &Config) -> Result<Self, Error> {
        let from = config.mail.from.parse().map_err(Error::internal)?;
        let route = match &config.mail.route {
            MailRoute::Smtp(url) => Route::Smtp(Box::new(Relay::parse(url.reveal())?)),
            MailRoute::Folder(folder) => Route::Folder(folder.clone()),
        };
        Ok(Self { from, route })
    }

    /// The same mailer with other time limits for the mail server.
    #[must_use]
    pub fn within(mut self, limits: Limits) -> Self {
        if let Route::Smtp(relay) = &mut self.route {
            relay.limits = limits;
        }
        self
    }

    /// Hands over one mail, within [`Limits::whole`]. Its message id is made from the id of the row, so that a second
    /// delivery can be recognised.
    pub async fn send(&self, row: &message::Model) -> Result<(), Undelivered> {
        let message = self.write(row).map_err(|_| Undelivered::MessageRefused)?;
        match &self.route {
            Route::Smtp(relay) => relay.hand_over(message.envelope(), &message.formatted()).await,
            Route::Folder(folder) => {
                let (name, mail) = (format!("{}.eml", row.id), message.formatted());
                let kept = timeout(Limits::USUAL.whole, keep(folder, &name, &mail)).await;
                kept.map_err(|_| Undelivered::TooSlow)?.map_err(|_| Undelivered::NotNow)
            }
        }
    }

    fn write(&self, row: &message::Model) -> Result<Message, Error> {
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, row.recipient.parse().map_err(Error::internal)?))
            .subject(row.subject.clone())
            .date(row.created_at.into())
            .message_id(Some(format!("<{}@onroll>", row.id)))
            .header(ContentType::TEXT_PLAIN)
            .body(row.body.clone())
            .map_err(Error::internal)
    }
}

/// Writes a mail into a folder under a temporary name and renames it, so that nobody reads half a mail.
async fn keep(folder: &Path, name: &str, mail: &[u8]) -> std::io::Result<()> {
    tokio::fs::create_dir_all(folder).await?;
    let path = folder.join(name);
    let half = path.with_extension("part");
    tokio::fs::write(&half, mail).await?;
    tokio::fs::rename(&half, &path).await
}
