//! The mails in the outbox, as their recipients would read them. What must not live here: delivery, which tests of the
//! outbox do over SMTP (`smtp`).

use backend::db::Db;
use sea_orm::{ConnectionTrait, Statement};

use crate::app::TestApp;

/// A mail in the outbox.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The address of the recipient.
    pub to: String,
    /// The subject line.
    pub subject: String,
    /// The plain text.
    pub body: String,
}

impl Mail {
    /// The path of its link to sign in.
    pub fn link(&self) -> String {
        self.link_below("/link/")
    }

    /// The path of its link that begins with `path`.
    pub fn link_below(&self, path: &str) -> String {
        let link = self.body.split_whitespace().find(|word| word.contains(path));
        let link = link.unwrap_or_else(|| panic!("no link to {path}: {}", self.body));
        let at = link.find(path).unwrap_or_default();
        link[at..].to_owned()
    }
}

impl Mail {
    /// The code that is asked for when the link is opened in another browser than the one that asked for it.
    pub fn code(&self) -> String {
        let code = self.body.split_whitespace().find(|word| word.len() == 9 && word.as_bytes()[4] == b'-');
        code.unwrap_or_else(|| panic!("no code: {}", self.body)).trim_end_matches('.').to_owned()
    }
}

/// Every mail so far, oldest first.
pub async fn all(app: &TestApp) -> Vec<Mail> {
    stored(app.db()).await
}

/// Every mail in the outbox of a database, oldest first.
pub async fn stored(db: &Db) -> Vec<Mail> {
    let query = "SELECT recipient, subject, body FROM message ORDER BY created_at, id";
    let rows = db.read.query_all_raw(Statement::from_string(db.backend(), query)).await;
    let rows = rows.expect("mails can be read");
    let text = |row: &sea_orm::QueryResult, at| row.try_get_by_index(at).expect("mails are text");
    rows.iter().map(|row| Mail { to: text(row, 0), subject: text(row, 1), body: text(row, 2) }).collect()
}

/// Every mail to `address` so far, oldest first.
pub async fn to(app: &TestApp, address: &str) -> Vec<Mail> {
    all(app).await.into_iter().filter(|mail| mail.to == address).collect()
}

/// The newest mail to `address`.
pub async fn newest(app: &TestApp, address: &str) -> Mail {
    to(app, address).await.pop().unwrap_or_else(|| panic!("nothing was sent to {address}"))
}
