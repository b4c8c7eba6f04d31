//! How school contacts prove who they are: a mailed link, which the browser that asked for it redeems with one button and
//! any other with the code from the mail.
//!
//! What must not live here: whose address is approved (`store::contact`), what a mail says (`service::mails`).

use chrono::{DateTime, Duration, Utc};
use entity::{SchoolContactId, school_contact, sign_in_link};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use super::cookies::Cookies;
use super::session::{Browser, Kind, SUSPENDED, as_contact};
use super::throttle::{self, Limit};
use super::vault::Purpose;
use super::{hash, is_token, mailed_code, random_token};
use crate::domain::contact;
use crate::domain::email::Email;
use crate::domain::viewer::Viewer;
use crate::error::Error;
use crate::service::mails::{self, SignInLink};
use crate::store;

/// How long a mailed link may be redeemed.
const LINK_MINUTES: i64 = 10;
/// How many codes may be tried at one link.
const MOST_CODES: i32 = 5;
/// Links to one address: past it no more mail is sent, and the link that was sent last still works.
const LINKS_TO: Limit = Limit::new("links to", 5, 15 * 60);
/// Links asked for from one place; schools of a trust may share one.
const LINKS_FROM: Limit = Limit::new("links from", 30, 15 * 60);

/// The cookie by which the browser that asked for a link is known again.
const ASKED: &str = "onroll-link";
/// The cookie in which the token of an opened link waits for the button.
const WAITING: &str = "onroll-token";
const OFFERED: &str = "offered";

/// The approvals that a redeemed link offers, until one is chosen.
#[derive(Serialize, Deserialize)]
struct Offered {
    contacts: Vec<SchoolContactId>,
    until: DateTime<Utc>,
}

/// One approval that a school contact may act under.
pub(crate) struct Choice {
    /// The approval.
    pub(crate) contact: SchoolContactId,
    /// The school's name.
    pub(crate) school: String,
}

/// An approval that no longer holds.
pub(crate) struct Suspended {
    /// The school's name.
    pub(crate) school: String,
    /// Why, if that may be told.
    pub(crate) why: Option<&'static str>,
}

/// A link that was opened in this browser and can still be redeemed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Opened {
    /// Whether another browser asked for it, so that it wants the code as well.
    pub(crate) wants_code: bool,
}

/// What became of an opened link.
pub(crate) enum Redeemed {
    /// Signed in; the schools to choose from when there are several.
    In(Vec<Choice>),
    /// The code is not the one in the mail; it may be tried again.
    WrongCode,
    /// The link cannot be used, or no longer.
    Dead,
}

/// The door for school contacts, for one request.
pub(crate) struct ContactDoor {
    /// Whose request it is.
    pub(crate) browser: Browser,
    /// The cookies that came with it, and those that the answer sets.
    pub(crate) cookies: Cookies,
}

impl ContactDoor {
    /// Mails a link if the address belongs to an active contact.
    pub(crate) async fn mail_link(&self, email: String) -> Result<(), Error> {
        let app = &self.browser.app;
        if let Some(address) = self.browser.op.address() {
            throttle::take(app, LINKS_FROM, &throttle::origin(address), 1).await?;
        }
        let asked = self.asked()?;
        let Ok(email) = Email::parse(&email) else { return Ok(()) };
        let (count, _) = throttle::count(app, LINKS_TO, email.as_str(), 1).await?;
        let approvals = store::contact::active_of(&app.db, &email).await?;
        let sends = !approvals.is_empty() && count <= LINKS_TO.most;
        let (token, code) = (random_token()?, mailed_code::random()?);
        let token_hash = hash(&token);
        let now = app.clock.now();
        let council = &app.config.council;
        let words = SignInLink {
            url: format!("{}/link/{token}", council.public_url),
            code: mailed_code::printed(&code),
            minutes: LINK_MINUTES,
        };
        // A link is for all approvals of the address; the outbox looks for any of them that still holds.
        let mail =
            mails::sign_in_link(email.as_str(), &words, council).for_contact(approvals.first().map(|row| row.id));
        let row = sign_in_link::ActiveModel {
            email: Set(email.to_string()),
            created_at: Set(now),
            expires_at: Set(now + Duration::minutes(LINK_MINUTES)),
            browser_hash: Set(hash(&asked)),
            code_hash: Set(self.code_hash(&token_hash, &code)),
            token_hash: Set(token_hash),
            tries: Set(0),
            redeemed_at: Set(None),
        };
        let op = self.browser.op.clone();
        // An unknown address takes the same path up to its last step, so that time does not tell.
        op.clone()
            .write(move |txn| async move {
                // One past the limit has no links to end: it names no address.
                let ended = if count <= LINKS_TO.most { email.as_str() } else { "" };
                sign_in_link::Entity::delete_many()
                    .filter(sign_in_link::Column::Email.eq(ended))
                    .filter(sign_in_link::Column::RedeemedAt.is_null())
                    .exec(&*txn)
                    .await?;
                if sends {
                    sign_in_link::Entity::insert(row).exec_without_returning(&*txn).await?;
                    op.queue(&txn, vec![mail]).await?;
                }
                Ok(())
            })
            .await
    }

    /// What this browser is known by. One that asks again keeps it: the link it was sent before may be the one that is
    /// still good.
    fn asked(&self) -> Result<String, Error> {
        let known = self.cookies.token(ASKED);
        let asked = known.map_or_else(random_token, Ok)?;
        self.cookies.keep(ASKED, &asked, LINK_MINUTES);
        Ok(asked)
    }

    fn code_hash(&self, token_hash: &str, code: &str) -> String {
        self.browser.app.vault().hash(Purpose::MailedCode, &[token_hash, code])
    }

    /// Takes the token of a link out of the address; false when it has not the shape of one. Nothing is stored and
    /// nothing used up, because mail scanners follow links.
    pub(crate) fn put_away(&self, token: &str) -> bool {
        let sound = is_token(token);
        if sound {
            self.cookies.keep(WAITING, token, LINK_MINUTES);
        }
        sound
    }

    /// The link that waits in this browser to be redeemed, if it still can be.
    pub(crate) async fn opened(&self) -> Result<Option<Opened>, Error> {
        let Some(token) = self.cookies.token(WAITING) else { return Ok(None) };
        #[expect(clippy::disallowed_methods, reason = "a link is read before there is a viewer")]
        let row = sign_in_link::Entity::find_by_id(hash(&token)).one(&self.browser.app.db.read).await?;
        let now = self.browser.app.clock.now();
        let row = row.filter(|row| row.redeemed_at.is_none() && now < row.expires_at && row.tries < MOST_CODES);
        Ok(row.map(|row| Opened { wants_code: !self.is_from_here(&row) }))
    }

    /// Whether this is the browser that asked for the link.
    fn is_from_here(&self, row: &sign_in_link::Model) -> bool {
        let asked = self.cookies.token(ASKED).map(|asked| hash(&asked)).unwrap_or_default();
        !asked.is_empty() && bool::from(asked.as_bytes().ct_eq(row.browser_hash.as_bytes()))
    }

    /// Redeems the link that waits in this browser, once; `code` is what was typed of the one in the mail.
    pub(crate) async fn redeem(&self, code: &str) -> Result<Redeemed, Error> {
        let Some(token) = self.cookies.token(WAITING) else { return Ok(Redeemed::Dead) };
        let token_hash = hash(&token);
        let asked_hash = self.cookies.token(ASKED).map(|asked| hash(&asked)).unwrap_or_default();
        let typed_hash = mailed_code::parse(code).map(|code| self.code_hash(&token_hash, &code));
        let now = self.browser.app.clock.now();
        let outcome = self
            .browser
            .op
            .write(move |txn| async move { spend(&txn, token_hash, asked_hash, typed_hash, now).await })
            .await?;
        let email = match outcome {
            Spent::For(email) => {
                Email::parse(&email).map_err(|_| Error::internal("a stored address cannot be read"))?
            }
            Spent::WrongCode => return Ok(Redeemed::WrongCode),
            Spent::Dead => {
                self.cookies.forget(WAITING);
                return Ok(Redeemed::Dead);
            }
        };
        self.cookies.forget(WAITING);
        self.cookies.forget(ASKED);
        let rows = store::contact::active_of(&self.browser.app.db, &email).await?;
        match rows.as_slice() {
            [] => Ok(Redeemed::Dead),
            [only] => {
                let viewer = Viewer::SchoolContact(as_contact(only));
                self.browser.admit(Kind::Contact(only.id), only.epoch, viewer).await?;
                Ok(Redeemed::In(Vec::new()))
            }
            several => {
                let contacts = several.iter().map(|row| row.id).collect();
                let offered = Offered { contacts, until: now + Duration::minutes(LINK_MINUTES) };
                self.browser.session.insert(OFFERED, offered).await.map_err(Error::internal)?;
                self.name(several).await.map(Redeemed::In)
            }
        }
    }

    /// The approvals with the names of their schools.
    async fn name(&self, rows: &[school_contact::Model]) -> Result<Vec<Choice>, Error> {
        let ids: Vec<_> = rows.iter().map(|row| row.school_id).collect();
        let schools = store::school::many(&self.browser.op, &ids).await?;
        let named = rows.iter().filter_map(|row| {
            let school = schools.iter().find(|school| school.id == row.school_id)?;
            Some(Choice { contact: row.id, school: school.name.clone() })
        });
        Ok(named.collect())
    }

    /// The approvals this session may act under: those of the signed-in contact's address, or those just offered.
    async fn open_to(&self) -> Result<Vec<school_contact::Model>, Error> {
        if let Viewer::SchoolContact(contact) = &self.browser.op.viewer {
            let Some(row) = store::contact::active(&self.browser.app.db, contact.id).await? else {
                return Ok(Vec::new());
            };
            let email = Email::parse(&row.email).map_err(|_| Error::internal("a stored address cannot be read"))?;
            return store::contact::active_of(&self.browser.app.db, &email).await;
        }
        let offered = self.browser.session.get::<Offered>(OFFERED).await.map_err(Error::internal)?;
        let Some(offered) = offered.filter(|offered| self.browser.app.clock.now() < offered.until) else {
            return Ok(Vec::new());
        };
        let mut rows = Vec::new();
        for id in offered.contacts {
            rows.extend(store::contact::active(&self.browser.app.db, id).await?);
        }
        Ok(rows)
    }

    /// Why the approval that was signed in here no longer holds, for whoever was signed in; told once. Nothing if none
    /// was suspended.
    pub(crate) async fn suspended(&self) -> Result<Option<Suspended>, Error> {
        let session = &self.browser.session;
        let Some(id) = session.remove::<SchoolContactId>(SUSPENDED).await.map_err(Error::internal)? else {
            return Ok(None);
        };
        let Some(row) = store::contact::suspended(&self.browser.app.db, id).await? else { return Ok(None) };
        let why = contact::reason_to_tell(row.reason.as_deref());
        let school = self.name(&[row]).await?.pop().map(|choice| choice.school).unwrap_or_default();
        Ok(Some(Suspended { school, why }))
    }

    /// Whether somebody was signed in here until they were suspended.
    pub(crate) async fn was_suspended(&self) -> Result<bool, Error> {
        let mark = self.browser.session.get::<SchoolContactId>(SUSPENDED).await.map_err(Error::internal)?;
        Ok(mark.is_some())
    }

    /// The other approval of the signed-in contact under which this draft can be opened, if there is one.
    pub(crate) async fn other_school_of(&self, draft: &str) -> Result<Option<Choice>, Error> {
        let (Viewer::SchoolContact(_), Ok(draft)) = (&self.browser.op.viewer, draft.parse()) else { return Ok(None) };
        let rows = self.open_to().await?;
        let schools: Vec<_> = rows.iter().map(|row| row.school_id).collect();
        let school = store::draft::school_of(&self.browser.app.db, draft, &schools).await?;
        let rows: Vec<_> = rows.into_iter().filter(|row| Some(row.school_id) == school).collect();
        Ok(self.name(&rows).await?.pop())
    }

    /// The schools that this session may act for.
    pub(crate) async fn choices(&self) -> Result<Vec<Choice>, Error> {
        self.name(&self.open_to().await?).await
    }

    /// Acts under another approval from now on; false when it is not among the choices.
    pub(crate) async fn choose(&self, choice: &str) -> Result<bool, Error> {
        let chosen = self.open_to().await?.into_iter().find(|row| row.id.to_string() == choice);
        let Some(row) = chosen else { return Ok(false) };
        self.browser.session.remove_value(OFFERED).await.map_err(Error::internal)?;
        // Another school is no other sign-in: the time that is left goes on running.
        let since = self.browser.signed_in_at().await?;
        self.browser.admit(Kind::Contact(row.id), row.epoch, Viewer::SchoolContact(as_contact(&row))).await?;
        if let Some(since) = since {
            self.browser.has_been_in_since(since).await?;
        }
        Ok(true)
    }
}

/// What a transaction made of a link.
enum Spent {
    /// It was used up now, for this address.
    For(String),
    WrongCode,
    Dead,
}

/// Uses a link up: at once for the browser that asked for it, with the code for any other. A code is counted before it
/// is looked at, by the same statement that says whether another one may be tried.
async fn spend(
    txn: &DatabaseTransaction,
    token_hash: String,
    asked_hash: String,
    typed_hash: Option<String>,
    now: DateTime<Utc>,
) -> Result<Spent, Error> {
    let alive = || {
        sign_in_link::Entity::update_many()
            .filter(sign_in_link::Column::TokenHash.eq(token_hash.as_str()))
            .filter(sign_in_link::Column::RedeemedAt.is_null())
            .filter(sign_in_link::Column::ExpiresAt.gt(now))
    };
    let used = || sign_in_link::ActiveModel { redeemed_at: Set(Some(now)), ..Default::default() };
    let here = alive()
        .set(used())
        .filter(sign_in_link::Column::Tries.lt(MOST_CODES))
        .filter(sign_in_link::Column::BrowserHash.eq(asked_hash.as_str()))
        .filter(sign_in_link::Column::BrowserHash.ne(""))
        .exec(txn)
        .await?;
    if here.rows_affected != 1 {
        let counted = alive()
            .col_expr(sign_in_link::Column::Tries, Expr::col(sign_in_link::Column::Tries).add(1))
            .filter(sign_in_link::Column::Tries.lt(MOST_CODES))
            .exec(txn)
            .await?;
        if counted.rows_affected != 1 {
            return Ok(Spent::Dead);
        }
    }
    #[expect(clippy::disallowed_methods, reason = "a link is read before there is a viewer")]
    let link = sign_in_link::Entity::find_by_id(token_hash.as_str()).one(txn).await?;
    let Some(link) = link else { return Ok(Spent::Dead) };
    if here.rows_affected == 1 {
        return Ok(Spent::For(link.email));
    }
    let right = typed_hash.is_some_and(|typed| bool::from(typed.as_bytes().ct_eq(link.code_hash.as_bytes())));
    if !right {
        return Ok(if link.tries < MOST_CODES { Spent::WrongCode } else { Spent::Dead });
    }
    alive().set(used()).exec(txn).await?;
    Ok(Spent::For(link.email))
}
