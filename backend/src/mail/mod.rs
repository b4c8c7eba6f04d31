//! How mail leaves: by SMTP, or as files in a folder.
//!
//! What must not live here: what a mail says (`service::mails`), when it is tried again (`jobs::outbox`).

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

/// Why a mail did not leave. Never says to whom or what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undelivered {
    /// The server knows no such address, and will not tomorrow.
    AddressRefused,
    /// The server will not take this message, ever.
    MessageRefused,
    /// The server was out of reach, asked to wait, or does not trust us: another try may help.
    NotNow,
    /// The server did not answer in time, or not to the end: another try may help.
    TooSlow,
}

impl Undelivered {
    /// As the outbox keeps it.
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
            // What is wrong is between us and the server, and the same for every mail.
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

/// Sends mail.
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
    /// As the settings say. Fails when they cannot work.
    pub fn new(config: &Config) -> Result<Self, Error> {
        let from = config.mail.from.parse().map_err(Error::internal)?;
        let route = match &config.mail.route {
            MailRoute::Smtp(url) => Route::Smtp(Box::new(Relay::parse(url.reveal())?)),
            MailRoute::Folder(folder) => Route::Folder(folder.clone()),
        };
        Ok(Self { from, route })
    }

    /// The same, giving up on a server after other times.
    #[must_use]
    pub fn within(mut self, limits: Limits) -> Self {
        if let Route::Smtp(relay) = &mut self.route {
            relay.limits = limits;
        }
        self
    }

    /// Hands one message over, within [`Limits::whole`]. Its id is that of the row, so that a second delivery can be recognised.
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

/// Writes a mail into a folder: beside its place and renamed, so that nobody reads half a mail.
async fn keep(folder: &Path, name: &str, mail: &[u8]) -> std::io::Result<()> {
    tokio::fs::create_dir_all(folder).await?;
    let path = folder.join(name);
    let half = path.with_extension("part");
    tokio::fs::write(&half, mail).await?;
    tokio::fs::rename(&half, &path).await
}
