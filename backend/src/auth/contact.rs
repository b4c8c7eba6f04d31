//! How school contacts prove who they are: with a mailed link. The browser that asked for it redeems it with one
//! button, any other browser with the code in the mail.
//!
//! What must not live here: whose address is approved (`store::contact`), and what a mail says (`service::mails`).

use chrono::{DateTime, Duration, Utc};
use entity::{SchoolContactId, school_contact, sign_in_link};
use frontend::denied::Attempt;
use frontend::sign_in::approval::{Approvals, Choice, Suspended};
use frontend::sign_in::contact_link::{ContactLinks, OpenedLink, Redeemed};
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use super::denied::{attempt, attempt_to};
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

/// The minutes in which a mailed link may be redeemed.
const LINK_MINUTES: i64 = 10;
/// Links to one address: counted for all devices together that the address is not known on, and for each device that it
/// is known on. Past the limit no more mail is sent, and the links that were sent still work.
const LINKS_TO: Limit = Limit::new("links to", 5, 15 * 60);
/// Links asked for from one network address on devices that are not known; the schools of a trust may share one.
const LINKS_FROM: Limit = Limit::new("links from", 30, 15 * 60);

/// The cookies of a mailed link.
const LINK: Link = Link::new("onroll-link", "onroll-token", LINK_MINUTES);
const OFFERED: &str = "offered";

/// The approvals that a redeemed link offers to choose from.
#[derive(Serialize, Deserialize)]
struct Offered {
    contacts: Vec<SchoolContactId>,
    until: DateTime<Utc>,
}

/// The sign-in of school contacts for one request.
pub(crate) struct ContactSignIn {
    /// The browser that sent the request.
    pub(crate) browser: Browser,
}

impl ContactSignIn {
    /// Mails a link if the address belongs to an active contact. The caller is not told whether it does.
    async fn mail_link(&self, email: String) -> Result<(), Error> {
        let app = &self.browser.app;
        let email = Email::parse(&email).ok();
        let approvals = match &email {
            Some(email) => store::contact::active_of(&app.db, email).await?,
            None => Vec::new(),
        };
        let lane = device::lane(&self.browser.op, &self.browser.cookies, approvals.iter().map(Into::into)).await?;
        // The network address is counted before the mail address, so that one place cannot use up the links of many
        // contacts.
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
        // The link works for every approval of the address, so the outbox accepts any approval that still holds.
        let mail =
            mails::sign_in_link(email.as_str(), &words, council).for_contact(approvals.first().map(|row| row.id));
        // A link past the limit is stored without an address, so that it does not end the links that were sent.
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
        // A new link ends the older ones of this browser only, so that a stranger who asks ends nobody's link. For an
        // unknown address as much is written, so that the time taken does not tell it apart.
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

    /// The link that waits in this browser, if it can still be redeemed.
    async fn waiting(&self) -> Result<Option<OpenedLink>, Error> {
        let (app, cookies) = (&self.browser.app, &self.browser.cookies);
        let Some(token_hash) = LINK.waiting(cookies) else { return Ok(None) };
        let row = mailed_link::usable::<sign_in_link::Entity, _>(&app.db.read, &token_hash, app.clock.now()).await?;
        let lock = row.as_ref().map(sign_in_link::Entity::lock);
        Ok(lock.map(|lock| OpenedLink { wants_code: !LINK.is_from_here(cookies, &lock) }))
    }

    /// Redeems the link that waits in this browser; `code` is what was typed of the code in the mail.
    async fn spend(&self, code: &str) -> Result<Redeemed, Error> {
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
                self.browser.put(OFFERED, &offered).await?;
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
            Some(Choice { id: row.id.to_string(), school: school.name.clone() })
        });
        Ok(named.collect())
    }

    /// The approvals this session may act under: those of the signed-in contact's address, or those that a redeemed
    /// link just offered.
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

    /// Why the approval that was signed in here was suspended, as far as the contact may be told. Told once; `None` if
    /// none was suspended.
    async fn loss(&self) -> Result<Option<Suspended>, Error> {
        let session = &self.browser.session;
        let Some(id) = session.remove::<SchoolContactId>(SUSPENDED).await.map_err(Error::internal)? else {
            return Ok(None);
        };
        let Some(row) = store::contact::suspended(&self.browser.app.db, id).await? else { return Ok(None) };
        let why = contact::reason_to_tell(row.reason.as_deref());
        let school = self.name(&[row]).await?.pop().map(|choice| choice.school).unwrap_or_default();
        Ok(Some(Suspended { school, why: why.map(str::to_owned) }))
    }

    /// Whether the contact who was signed in here has been suspended.
    async fn is_lost(&self) -> Result<bool, Error> {
        let mark = self.browser.session.get::<SchoolContactId>(SUSPENDED).await.map_err(Error::internal)?;
        Ok(mark.is_some())
    }

    /// The other approval of the signed-in contact whose school has this draft; `None` if there is none.
    async fn school_with(&self, draft: &str) -> Result<Option<Choice>, Error> {
        let (Viewer::SchoolContact(_), Ok(draft)) = (&self.browser.op.viewer, draft.parse()) else { return Ok(None) };
        let rows = self.open_to().await?;
        let schools: Vec<_> = rows.iter().map(|row| row.school_id).collect();
        let school = store::draft::school_of(&self.browser.app.db, draft, &schools).await?;
        let rows: Vec<_> = rows.into_iter().filter(|row| Some(row.school_id) == school).collect();
        Ok(self.name(&rows).await?.pop())
    }

    /// Acts under another approval from now on; false if it is not among the choices.
    async fn choose(&self, choice: &str) -> Result<bool, Error> {
        let chosen = self.open_to().await?.into_iter().find(|row| row.id.to_string() == choice);
        let Some(row) = chosen else { return Ok(false) };
        self.browser.session.remove_value(OFFERED).await.map_err(Error::internal)?;
        // Choosing another school is no new sign-in, so the time that is left does not begin anew.
        let since = self.browser.signed_in_at().await?;
        self.admit(&row).await?;
        if let Some(since) = since {
            self.browser.has_been_in_since(since).await?;
        }
        Ok(true)
    }
}

impl ContactLinks for ContactSignIn {
    fn send(&self, email: String) -> Attempt<'_, ()> {
        attempt(self.mail_link(email))
    }

    // Nothing is stored or used up, because mail scanners follow links.
    fn put_away(&self, token: &str) -> bool {
        LINK.put_away(&self.browser.cookies, token)
    }

    fn opened(&self) -> Attempt<'_, Option<OpenedLink>> {
        attempt(self.waiting())
    }

    fn redeem(&self, code: String) -> Attempt<'_, Redeemed> {
        attempt(async move { self.spend(&code).await })
    }
}

impl Approvals for ContactSignIn {
    fn choices(&self) -> Attempt<'_, Vec<Choice>> {
        attempt(async { self.name(&self.open_to().await?).await })
    }

    fn was_suspended(&self) -> Attempt<'_, bool> {
        attempt(self.is_lost())
    }

    fn suspended(&self) -> Attempt<'_, Option<Suspended>> {
        attempt(self.loss())
    }

    fn other_school_of(&self, draft: String) -> Attempt<'_, Option<Choice>> {
        attempt(async move { self.school_with(&draft).await })
    }

    fn act_for(&self, choice: String) -> Attempt<'_, ()> {
        attempt_to(async move { self.choose(&choice).await })
    }
}

/// The outcome of a transaction that redeems a link.
enum Spent {
    /// The link was redeemed now, for this address.
    For(String),
    WrongCode,
    Dead,
}

/// Redeems a link: at once for the browser that asked for it, and with the code for any other.
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
