//! How school contacts prove who they are: a mailed link, which the browser that asked for it redeems with one button and
//! any other with the code from the mail.
//!
//! What must not live here: whose address is approved (`store::contact`), what a mail says (`service::mails`).

use chrono::{DateTime, Duration, Utc};
use entity::{SchoolContactId, school_contact, sign_in_link};
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use super::device;
use super::mailed_link::{self, Link, Mailed, Tried};
use super::session::{Browser, Kind, SUSPENDED, as_contact};
use crate::domain::contact;
use crate::domain::email::Email;
use crate::domain::network;
use crate::domain::viewer::Viewer;
use crate::error::Error;
use crate::limit::Limit;
use crate::secret::mailed_code;
use crate::secret::token::{hash, random_token};
use crate::service::mails::{self, SignInLink};
use crate::store;
use crate::throttle;

/// How long a mailed link may be redeemed.
const LINK_MINUTES: i64 = 10;
/// Links to one address, from devices that it is not known on together, and from each that it is known on: past it no more
/// mail is sent, and the links that were sent still work.
const LINKS_TO: Limit = Limit::new("links to", 5, 15 * 60);
/// Links asked for from one place for addresses that are not known there; schools of a trust may share one.
const LINKS_FROM: Limit = Limit::new("links from", 30, 15 * 60);

/// Where a browser keeps what belongs to a link.
const LINK: Link = Link::new("onroll-link", "onroll-token", LINK_MINUTES);
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

/// How school contacts sign in at one browser, for one request.
pub(crate) struct ContactSignIn {
    /// Whose request it is.
    pub(crate) browser: Browser,
}

impl ContactSignIn {
    /// Mails a link if the address belongs to an active contact.
    pub(crate) async fn mail_link(&self, email: String) -> Result<(), Error> {
        let app = &self.browser.app;
        let email = Email::parse(&email).ok();
        let approvals = match &email {
            Some(email) => store::contact::active_of(&app.db, email).await?,
            None => Vec::new(),
        };
        let lane = device::lane(&self.browser.op, &self.browser.cookies, approvals.iter().map(Into::into)).await?;
        if let (None, Some(address)) = (&lane, self.browser.op.address()) {
            self.browser.take(Viewer::Anonymous, LINKS_FROM, &network::origin(address)).await?;
        }
        let browser_hash = LINK.asks(&self.browser.cookies)?;
        let Some(email) = email else { return Ok(()) };
        let (count, _) =
            throttle::count(&self.browser.op, LINKS_TO, lane.as_deref().unwrap_or(email.as_str()), 1).await?;
        if count > LINKS_TO.most {
            self.browser.is_past(Viewer::Anonymous, LINKS_TO).await?;
        }
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
        // One past the limit names no address, so that the links that were sent still work.
        let address = if count <= LINKS_TO.most { email.as_str() } else { "" };
        let link = sign_in_link::ActiveModel {
            email: Set(address.to_owned()),
            created_at: Set(now),
            expires_at: Set(now + Duration::minutes(LINK_MINUTES)),
            browser_hash: Set(browser_hash.clone()),
            code_hash: Set(mailed_code::hash(&app.keyring, &token_hash, &code)),
            token_hash: Set(token_hash),
            tries: Set(0),
            redeemed_at: Set(None),
        };
        let (op, address) = (self.browser.op.clone(), address.to_owned());
        // A newer link ends the older ones of this browser only: a stranger who asks ends nobody else's. An unknown
        // address has as much written for it, so that time does not tell.
        op.clone()
            .write(move |_, txn| async move {
                sign_in_link::Entity::delete_many()
                    .filter(sign_in_link::Column::Email.eq(address))
                    .filter(sign_in_link::Column::BrowserHash.eq(browser_hash))
                    .filter(sign_in_link::Column::RedeemedAt.is_null())
                    .exec(&*txn)
                    .await?;
                sign_in_link::Entity::insert(link).exec_without_returning(&*txn).await?;
                op.queue_or_feign(&txn, mail, sends).await
            })
            .await
    }

    /// Takes the token of a link out of the address; false when it has not the shape of one. Nothing is stored and
    /// nothing used up, because mail scanners follow links.
    pub(crate) fn put_away(&self, token: &str) -> bool {
        LINK.put_away(&self.browser.cookies, token)
    }

    /// The link that waits in this browser to be redeemed, if it still can be.
    pub(crate) async fn opened(&self) -> Result<Option<Opened>, Error> {
        let (app, cookies) = (&self.browser.app, &self.browser.cookies);
        let Some(token_hash) = LINK.waiting(cookies) else { return Ok(None) };
        let row = mailed_link::usable::<sign_in_link::Entity, _>(&app.db.read, &token_hash, app.clock.now()).await?;
        let lock = row.as_ref().map(sign_in_link::Entity::lock);
        Ok(lock.map(|lock| Opened { wants_code: !LINK.is_from_here(cookies, &lock) }))
    }

    /// Redeems the link that waits in this browser, once; `code` is what was typed of the one in the mail.
    pub(crate) async fn redeem(&self, code: &str) -> Result<Redeemed, Error> {
        let (app, cookies) = (&self.browser.app, &self.browser.cookies);
        let Some(key) = LINK.key(cookies, &app.keyring, code) else { return Ok(Redeemed::Dead) };
        let now = app.clock.now();
        let outcome = self.browser.op.write(move |_, txn| async move { spend(&txn, key, now).await }).await?;
        let email = match outcome {
            Spent::For(email) => {
                Email::parse(&email).map_err(|_| Error::internal("a stored address cannot be read"))?
            }
            Spent::WrongCode => return Ok(Redeemed::WrongCode),
            Spent::Dead => {
                LINK.is_dead(cookies);
                return Ok(Redeemed::Dead);
            }
        };
        LINK.is_used(cookies);
        let rows = store::contact::active_of(&self.browser.app.db, &email).await?;
        match rows.as_slice() {
            [] => Ok(Redeemed::Dead),
            [only] => {
                self.admit(only).await?;
                Ok(Redeemed::In(Vec::new()))
            }
            several => {
                let contacts = several.iter().map(|row| row.id).collect();
                let offered = Offered { contacts, until: now + Duration::minutes(LINK_MINUTES) };
                self.browser.hold(OFFERED, &offered).await?;
                self.name(several).await.map(Redeemed::In)
            }
        }
    }

    async fn admit(&self, row: &school_contact::Model) -> Result<(), Error> {
        self.browser.admit(Kind::Contact(row.id), row.epoch, Viewer::SchoolContact(as_contact(row))).await?;
        device::know(&self.browser.op, &self.browser.cookies, row.into()).await
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
        self.admit(&row).await?;
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

/// Uses a link up: at once for the browser that asked for it, with the code for any other.
async fn spend(txn: &DatabaseTransaction, key: mailed_link::Key, now: DateTime<Utc>) -> Result<Spent, Error> {
    match mailed_link::try_key::<sign_in_link::Entity>(txn, &key, now).await? {
        Tried::Right => {}
        Tried::Wrong => return Ok(Spent::WrongCode),
        Tried::Dead => return Ok(Spent::Dead),
    }
    let used = sign_in_link::Entity::update_many()
        .set(sign_in_link::ActiveModel { redeemed_at: Set(Some(now)), ..Default::default() })
        .filter(mailed_link::is_alive::<sign_in_link::Entity>(&key.token_hash, now))
        .exec(txn)
        .await?;
    #[expect(clippy::disallowed_methods, reason = "a link is read before there is a viewer")]
    let link = sign_in_link::Entity::find_by_id(key.token_hash).one(txn).await?;
    Ok(link.filter(|_| used.rows_affected == 1).map_or(Spent::Dead, |link| Spent::For(link.email)))
}
