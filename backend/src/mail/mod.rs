//! How mail leaves: by SMTP, or as files in a folder.
//!
//! What must not live here: what a mail says (`service::mails`), when it is tried again (`jobs::outbox`).

use std::path::PathBuf;

use entity::message;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use crate::config::{Config, MailRoute};
use crate::error::Error;

/// Sends mail.
#[derive(Clone)]
pub struct Mailer {
    from: Mailbox,
    route: Route,
}

#[derive(Clone)]
enum Route {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Folder(PathBuf),
}

impl Mailer {
    /// As the settings say. Fails when they cannot work.
    pub fn new(config: &Config) -> Result<Self, Error> {
        let from = config.mail_from.parse().map_err(Error::internal)?;
        let route = match &config.mail {
            MailRoute::Smtp(url) => Route::Smtp(
                AsyncSmtpTransport::<Tokio1Executor>::from_url(url.reveal()).map_err(Error::internal)?.build(),
            ),
            MailRoute::Folder(folder) => Route::Folder(folder.clone()),
        };
        Ok(Self { from, route })
    }

    /// Hands one message over. Its id is that of the row, so that a second delivery can be recognised.
    pub async fn send(&self, row: &message::Model) -> Result<(), Error> {
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, row.recipient.parse().map_err(Error::internal)?))
            .subject(row.subject.clone())
            .date(row.created_at.into())
            .message_id(Some(format!("<{}@onroll>", row.id)))
            .header(ContentType::TEXT_PLAIN)
            .body(row.body.clone())
            .map_err(Error::internal)?;
        match &self.route {
            Route::Smtp(transport) => {
                transport.send(message).await.map_err(Error::internal)?;
            }
            Route::Folder(folder) => {
                tokio::fs::create_dir_all(folder).await.map_err(Error::internal)?;
                let path = folder.join(format!("{}.eml", row.id));
                // Written beside and renamed, so that nobody reads half a mail.
                let half = path.with_extension("part");
                tokio::fs::write(&half, message.formatted()).await.map_err(Error::internal)?;
                tokio::fs::rename(&half, &path).await.map_err(Error::internal)?;
            }
        }
        Ok(())
    }
}
