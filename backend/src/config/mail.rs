//! Settings of mail: by which route it leaves, and who sends it. What must not live here: sending (`mail`).

use std::path::PathBuf;

use reqwest::Url;

use super::read::{Read, is_here};
use crate::secret::Secret;

/// How mail leaves and who sends it.
#[derive(Clone, Debug)]
pub struct Mail {
    /// By SMTP or into a folder.
    pub route: MailRoute,
    /// The sender of every mail: an address, with or without a name.
    pub from: String,
}

/// The route by which mail leaves.
#[derive(Clone, Debug)]
pub enum MailRoute {
    /// By SMTP, `smtps://user:password@host` or `smtp://host?tls=required`.
    Smtp(Secret),
    /// As files in a folder, from which another program sends them; also the demonstration's.
    Folder(PathBuf),
}

const SMTP: &str = "ONROLL_SMTP_URL";

impl Mail {
    pub(super) fn read(read: &mut Read<'_>) -> Self {
        let route = match (read.optional(SMTP), read.optional("ONROLL_MAIL_DIR")) {
            (Some(url), None) => {
                must_be_encrypted(read, &url);
                MailRoute::Smtp(Secret::new(url))
            }
            (None, Some(folder)) => MailRoute::Folder(folder.into()),
            _ => {
                read.fault(SMTP, "or ONROLL_MAIL_DIR is needed, and not both: how mail leaves");
                MailRoute::Folder(PathBuf::new())
            }
        };
        Self { route, from: read.email("ONROLL_MAIL_FROM", "the sender of all mail") }
    }
}

fn must_be_encrypted(read: &mut Read<'_>, url: &str) {
    let parsed = Url::parse(url).ok();
    let known = lettre::AsyncSmtpTransport::<lettre::Tokio1Executor>::from_url(url).is_ok();
    let Some(url) = parsed.filter(|_| known) else {
        return read.fault(SMTP, "must be like smtps://user:password@mail.example.org");
    };
    let required = url.query_pairs().any(|(name, value)| name == "tls" && value == "required");
    if url.scheme() != "smtps" && !required && !url.host_str().is_some_and(is_here) {
        read.fault(SMTP, "must begin with smtps:// or end with ?tls=required: mail holds links that sign people in");
    }
}

#[cfg(test)]
mod tests {
    use crate::config::tests::guards;

    #[test]
    fn mail_leaves_in_secret() {
        guards(
            super::SMTP,
            &[
                "smtps://user:pw@mail.example",
                "smtp://mail.example:587?tls=required",
                "smtp://127.0.0.1:25",
                "smtp://localhost",
                "smtp://[::1]:25",
            ],
            &[
                "smtp://mail.example",
                "smtp://mail.example?tls=opportunistic",
                "smtp://localhost.example",
                "smtp://localhost@mail.example",
                "mail.example",
            ],
        );
    }
}
