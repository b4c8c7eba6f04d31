//! Signing in and out: what a browser session says of a person, checked against the database on every request, and the
//! door that pages use.
//!
//! The session holds ids and an epoch. Whoever is suspended, deactivated or told to sign in again has another epoch by
//! the next request, so the session is nobody's from then on.

use chrono::{DateTime, Duration, Utc};
use entity::{SchoolContactId, StaffId, school_contact, sign_in_link, staff};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tower_sessions::Session;

use super::password;
use crate::app::App;
use crate::context::{Action, OpContext};
use crate::domain::email::Email;
use crate::domain::viewer::{SchoolContact, Staff, Viewer};
use crate::error::Error;
use crate::service::{self, mails};
use crate::store;

/// How long a mailed link may be redeemed.
const LINK_MINUTES: i64 = 10;
/// How long staff and school contacts stay signed in at most, however busy.
const STAFF_HOURS: i64 = 10;
const CONTACT_HOURS: i64 = 2;
/// How long anybody stays signed in without doing anything.
const IDLE_MINUTES: i64 = 30;

const PERSON: &str = "person";
const OFFERED: &str = "offered";

/// Whom a session belongs to.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Person {
    kind: Kind,
    epoch: i32,
    since: DateTime<Utc>,
    /// When they last did something, to the minute: saving a session for every request would be a write for every read.
    seen: DateTime<Utc>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum Kind {
    Staff(StaffId),
    Contact(SchoolContactId),
}

/// The approvals that a redeemed link offers, until one is chosen.
#[derive(Serialize, Deserialize)]
struct Offered {
    contacts: Vec<SchoolContactId>,
    until: DateTime<Utc>,
}

/// Who the browser session says is asking, if that still holds. A session store that is out of reach is an error, never
/// "nobody".
pub async fn of_session(app: &App, session: &Session) -> Result<Viewer, Error> {
    let Some(person) = session.get::<Person>(PERSON).await.map_err(Error::internal)? else {
        return Ok(Viewer::Anonymous);
    };
    let longest = match person.kind {
        Kind::Staff(_) => Duration::hours(STAFF_HOURS),
        Kind::Contact(_) => Duration::hours(CONTACT_HOURS),
    };
    let now = app.clock.now();
    let viewer = if now - person.since >= longest || now - person.seen >= Duration::minutes(IDLE_MINUTES) {
        None
    } else {
        match person.kind {
            Kind::Staff(id) => store::staff::active(&app.db, id)
                .await?
                .filter(|row| row.epoch == person.epoch)
                .map(|row| Viewer::Staff(as_staff(&row))),
            Kind::Contact(id) => store::contact::active(&app.db, id)
                .await?
                .filter(|row| row.epoch == person.epoch)
                .map(|row| Viewer::SchoolContact(as_contact(&row))),
        }
    };
    match &viewer {
        None => session.flush().await.map_err(Error::internal)?,
        Some(_) if now - person.seen >= Duration::minutes(1) => {
            session.insert(PERSON, Person { seen: now, ..person }).await.map_err(Error::internal)?;
        }
        Some(_) => {}
    }
    Ok(viewer.unwrap_or(Viewer::Anonymous))
}

fn as_staff(row: &staff::Model) -> Staff {
    Staff { id: row.id, name: row.name.clone(), roles: store::staff::roles(row) }
}

fn as_contact(row: &school_contact::Model) -> SchoolContact {
    SchoolContact { id: row.id, name: row.name.clone(), school: row.school_id }
}

/// One approval that a school contact may act under.
pub(crate) struct Choice {
    /// The approval.
    pub(crate) contact: SchoolContactId,
    /// The school's name.
    pub(crate) school: String,
}

/// The door for one request.
pub(crate) struct Door {
    app: App,
    op: OpContext,
    session: Session,
}

impl Door {
    /// A door for whoever `op` says is asking, in this browser session.
    pub(crate) fn new(app: App, op: OpContext, session: Session) -> Self {
        Self { app, op, session }
    }

    /// Makes the session belong to `kind`, under a new id, and notes it.
    async fn admit(&self, kind: Kind, epoch: i32, viewer: Viewer) -> Result<(), Error> {
        // Nothing that somebody else left in this browser goes with them.
        self.session.clear().await;
        self.session.cycle_id().await.map_err(Error::internal)?;
        let now = self.app.clock.now();
        let person = Person { kind, epoch, since: now, seen: now };
        self.session.insert(PERSON, person).await.map_err(Error::internal)?;
        let op = self.app.op(viewer);
        op.saw(Action::SignIn, op.viewer.to_string(), None);
        op.note_accesses().await
    }

    /// Signs a member of staff in; false when the credentials are not right, which takes as long for an unknown address.
    pub(crate) async fn sign_staff_in(&self, email: String, password: String) -> Result<bool, Error> {
        let row = match Email::parse(&email) {
            Ok(email) => store::staff::active_by_email(&self.app.db.read, &email).await?,
            Err(_) => None,
        };
        let demo_elsewhere = !self.app.config.demo && password == password::DEMO_PASSWORD;
        let hash = row.as_ref().map(|row| row.password_hash.clone());
        let right = password::verify(password, hash).await?;
        let Some(row) = row.filter(|_| right && !demo_elsewhere) else { return Ok(false) };
        self.admit(Kind::Staff(row.id), row.epoch, Viewer::Staff(as_staff(&row))).await?;
        let (id, now) = (row.id, self.app.clock.now());
        self.op
            .write(move |txn| async move {
                let seen = staff::ActiveModel { last_sign_in_at: Set(Some(now)), ..staff::ActiveModel::default() };
                staff::Entity::update_many().set(seen).filter(staff::Column::Id.eq(id)).exec(&*txn).await?;
                Ok(())
            })
            .await?;
        Ok(true)
    }

    /// Mails a link if the address belongs to an active contact.
    pub(crate) async fn mail_link(&self, email: String) -> Result<(), Error> {
        let Ok(email) = Email::parse(&email) else { return Ok(()) };
        let known = !store::contact::active_of(&self.app.db, &email).await?.is_empty();
        let token = random_token()?;
        let now = self.app.clock.now();
        let url = format!("{}/link/{token}", self.app.config.council.public_url);
        let mail = mails::sign_in_link(email.as_str(), &url, LINK_MINUTES, &self.app.config.council);
        let row = sign_in_link::ActiveModel {
            token_hash: Set(hash(&token)),
            email: Set(email.to_string()),
            created_at: Set(now),
            expires_at: Set(now + Duration::minutes(LINK_MINUTES)),
            redeemed_at: Set(None),
        };
        let op = self.op.clone();
        // An unknown address takes the same path up to its last step, so that time does not tell.
        self.op
            .write(move |txn| async move {
                sign_in_link::Entity::delete_many()
                    .filter(sign_in_link::Column::Email.eq(email.as_str()))
                    .filter(sign_in_link::Column::RedeemedAt.is_null())
                    .exec(&*txn)
                    .await?;
                if known {
                    sign_in_link::Entity::insert(row).exec_without_returning(&*txn).await?;
                    op.queue(&txn, vec![mail]).await?;
                }
                Ok(())
            })
            .await
    }

    /// Redeems a mailed link, once. None when it cannot be; the schools to choose from when there are several.
    pub(crate) async fn use_link(&self, token: String) -> Result<Option<Vec<Choice>>, Error> {
        let now = self.app.clock.now();
        let token_hash = hash(&token);
        let redeemed = self
            .op
            .write(move |txn| async move {
                let used = sign_in_link::ActiveModel { redeemed_at: Set(Some(now)), ..Default::default() };
                let once = sign_in_link::Entity::update_many()
                    .set(used)
                    .filter(sign_in_link::Column::TokenHash.eq(token_hash.as_str()))
                    .filter(sign_in_link::Column::RedeemedAt.is_null())
                    .filter(sign_in_link::Column::ExpiresAt.gt(now))
                    .exec(&*txn)
                    .await?;
                if once.rows_affected != 1 {
                    return Ok(None);
                }
                #[expect(clippy::disallowed_methods, reason = "a link is read before there is a viewer")]
                let link = sign_in_link::Entity::find_by_id(token_hash).one(&*txn).await?;
                Ok(link.map(|link| link.email))
            })
            .await?;
        let Some(email) = redeemed.and_then(|email| Email::parse(&email).ok()) else { return Ok(None) };
        let rows = store::contact::active_of(&self.app.db, &email).await?;
        match rows.as_slice() {
            [] => Ok(None),
            [only] => {
                self.admit(Kind::Contact(only.id), only.epoch, Viewer::SchoolContact(as_contact(only))).await?;
                Ok(Some(Vec::new()))
            }
            several => {
                let contacts = several.iter().map(|row| row.id).collect();
                let offered = Offered { contacts, until: now + Duration::minutes(LINK_MINUTES) };
                self.session.insert(OFFERED, offered).await.map_err(Error::internal)?;
                self.name(several).await.map(Some)
            }
        }
    }

    /// The approvals with the names of their schools.
    async fn name(&self, rows: &[school_contact::Model]) -> Result<Vec<Choice>, Error> {
        let ids: Vec<_> = rows.iter().map(|row| row.school_id).collect();
        let schools = store::school::many(&self.op, &ids).await?;
        let named = rows.iter().filter_map(|row| {
            let school = schools.iter().find(|school| school.id == row.school_id)?;
            Some(Choice { contact: row.id, school: school.name.clone() })
        });
        Ok(named.collect())
    }

    /// The approvals this session may act under: those of the signed-in contact's address, or those just offered.
    async fn open_to(&self) -> Result<Vec<school_contact::Model>, Error> {
        if let Viewer::SchoolContact(contact) = &self.op.viewer {
            let Some(row) = store::contact::active(&self.app.db, contact.id).await? else { return Ok(Vec::new()) };
            let email = Email::parse(&row.email).map_err(|_| Error::internal("a stored address cannot be read"))?;
            return store::contact::active_of(&self.app.db, &email).await;
        }
        let offered = self.session.get::<Offered>(OFFERED).await.map_err(Error::internal)?;
        let Some(offered) = offered.filter(|offered| self.app.clock.now() < offered.until) else {
            return Ok(Vec::new());
        };
        let mut rows = Vec::new();
        for id in offered.contacts {
            rows.extend(store::contact::active(&self.app.db, id).await?);
        }
        Ok(rows)
    }

    /// The schools that this session may act for.
    pub(crate) async fn choices(&self) -> Result<Vec<Choice>, Error> {
        self.name(&self.open_to().await?).await
    }

    /// Acts under another approval from now on; false when it is not among the choices.
    pub(crate) async fn choose(&self, choice: &str) -> Result<bool, Error> {
        let chosen = self.open_to().await?.into_iter().find(|row| row.id.to_string() == choice);
        let Some(row) = chosen else { return Ok(false) };
        self.session.remove_value(OFFERED).await.map_err(Error::internal)?;
        self.admit(Kind::Contact(row.id), row.epoch, Viewer::SchoolContact(as_contact(&row))).await?;
        Ok(true)
    }

    /// Ends this session, or all of this person's.
    pub(crate) async fn leave(&self, everywhere: bool) -> Result<(), Error> {
        if everywhere {
            match &self.op.viewer {
                Viewer::Staff(_) => service::staff::end_sessions(&self.op).await?,
                Viewer::SchoolContact(_) => service::contact::end_sessions(&self.op).await?,
                Viewer::Anonymous | Viewer::Partner(_) | Viewer::System(_) => {}
            }
        }
        self.session.flush().await.map_err(Error::internal)
    }
}

fn random_token() -> Result<String, Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|cause| Error::internal(cause.to_string()))?;
    Ok(hex::encode(bytes))
}

fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token))
}
