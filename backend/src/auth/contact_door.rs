//! How school contacts prove who they are: a mailed link.

use chrono::{DateTime, Duration, Utc};
use entity::{SchoolContactId, school_contact, sign_in_link};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use super::session::{Browser, Kind, as_contact};
use super::{hash, random_token};
use crate::domain::email::Email;
use crate::domain::viewer::Viewer;
use crate::error::Error;
use crate::service::mails;
use crate::store;

/// How long a mailed link may be redeemed.
const LINK_MINUTES: i64 = 10;

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

/// The door for school contacts, for one request.
pub(crate) struct ContactDoor(pub(crate) Browser);

impl ContactDoor {
    /// Mails a link if the address belongs to an active contact.
    pub(crate) async fn mail_link(&self, email: String) -> Result<(), Error> {
        let Ok(email) = Email::parse(&email) else { return Ok(()) };
        let known = !store::contact::active_of(&self.0.app.db, &email).await?.is_empty();
        let token = random_token()?;
        let now = self.0.app.clock.now();
        let url = format!("{}/link/{token}", self.0.app.config.council.public_url);
        let mail = mails::sign_in_link(email.as_str(), &url, LINK_MINUTES, &self.0.app.config.council);
        let row = sign_in_link::ActiveModel {
            token_hash: Set(hash(&token)),
            email: Set(email.to_string()),
            created_at: Set(now),
            expires_at: Set(now + Duration::minutes(LINK_MINUTES)),
            browser_hash: Set(String::new()),
            code_hash: Set(String::new()),
            tries: Set(0),
            redeemed_at: Set(None),
        };
        let op = self.0.op.clone();
        // An unknown address takes the same path up to its last step, so that time does not tell.
        self.0
            .op
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
        let now = self.0.app.clock.now();
        let token_hash = hash(&token);
        let redeemed = self
            .0
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
        let rows = store::contact::active_of(&self.0.app.db, &email).await?;
        match rows.as_slice() {
            [] => Ok(None),
            [only] => {
                self.0.admit(Kind::Contact(only.id), only.epoch, Viewer::SchoolContact(as_contact(only))).await?;
                Ok(Some(Vec::new()))
            }
            several => {
                let contacts = several.iter().map(|row| row.id).collect();
                let offered = Offered { contacts, until: now + Duration::minutes(LINK_MINUTES) };
                self.0.session.insert(OFFERED, offered).await.map_err(Error::internal)?;
                self.name(several).await.map(Some)
            }
        }
    }

    /// The approvals with the names of their schools.
    async fn name(&self, rows: &[school_contact::Model]) -> Result<Vec<Choice>, Error> {
        let ids: Vec<_> = rows.iter().map(|row| row.school_id).collect();
        let schools = store::school::many(&self.0.op, &ids).await?;
        let named = rows.iter().filter_map(|row| {
            let school = schools.iter().find(|school| school.id == row.school_id)?;
            Some(Choice { contact: row.id, school: school.name.clone() })
        });
        Ok(named.collect())
    }

    /// The approvals this session may act under: those of the signed-in contact's address, or those just offered.
    async fn open_to(&self) -> Result<Vec<school_contact::Model>, Error> {
        if let Viewer::SchoolContact(contact) = &self.0.op.viewer {
            let Some(row) = store::contact::active(&self.0.app.db, contact.id).await? else { return Ok(Vec::new()) };
            let email = Email::parse(&row.email).map_err(|_| Error::internal("a stored address cannot be read"))?;
            return store::contact::active_of(&self.0.app.db, &email).await;
        }
        let offered = self.0.session.get::<Offered>(OFFERED).await.map_err(Error::internal)?;
        let Some(offered) = offered.filter(|offered| self.0.app.clock.now() < offered.until) else {
            return Ok(Vec::new());
        };
        let mut rows = Vec::new();
        for id in offered.contacts {
            rows.extend(store::contact::active(&self.0.app.db, id).await?);
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
        self.0.session.remove_value(OFFERED).await.map_err(Error::internal)?;
        self.0.admit(Kind::Contact(row.id), row.epoch, Viewer::SchoolContact(as_contact(&row))).await?;
        Ok(true)
    }
}
