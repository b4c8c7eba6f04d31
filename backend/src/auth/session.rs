//! What a browser session says of a person, checked against the database on every request; and how one begins and ends.
//!
//! The session holds ids and an epoch. Whoever is suspended, deactivated or told to sign in again has another epoch by
//! the next request, so the session is nobody's from then on.
//!
//! What must not live here: how somebody proves who they are (`staff`, `contact`).

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use entity::vocabulary::{AccessAction, RefusalKind};
use entity::{SchoolContactId, StaffId, school_contact, staff};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

use super::cookies::Cookies;
use super::keeping::PERSON;
use super::{device, keeping, rescue};
use crate::app::App;
use crate::context::OpContext;
use crate::domain::viewer::{SchoolContact, Staff, Viewer};
use crate::error::Error;
use crate::limit::Limit;
use crate::refusal::Refused;
use crate::secret::token::random_token;
use crate::throttle;
use crate::{service, store};

/// How long staff and school contacts stay signed in at most, however busy.
const STAFF_HOURS: i64 = 10;
const CONTACT_HOURS: i64 = 2;
/// How long anybody stays signed in without doing anything.
const IDLE_MINUTES: i64 = 30;

/// So much is kept of what a browser calls itself.
const AGENT_LETTERS: usize = 300;
/// How long the second factor of somebody whose password was right is awaited.
const PENDING_MINUTES: i64 = 5;

/// The approval that was signed in here until it was suspended.
pub(super) const SUSPENDED: &str = "suspended";
const PENDING: &str = "pending";
const AGENT: &str = "agent";
const BEFORE: &str = "before";

/// Whom a session belongs to.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Person {
    kind: Kind,
    epoch: i32,
    since: DateTime<Utc>,
    /// When they last did something, to the minute: saving a session for every request would be a write for every read.
    seen: DateTime<Utc>,
}

/// Somebody whose password was right and who still owes a second factor. It opens nothing: until then nobody is signed
/// in.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Pending {
    staff: StaffId,
    epoch: i32,
    until: DateTime<Utc>,
    /// Under what the tries at the second factor are counted.
    tries: String,
}

/// Whose second factor is awaited in a browser.
pub(super) struct Awaited {
    /// The member of staff.
    pub(super) staff: staff::Model,
    /// Under what the tries at the second factor are counted.
    pub(super) tries: String,
}

/// Whose a session is.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) enum Kind {
    Staff(StaffId),
    Contact(SchoolContactId),
}

/// What a stored session tells of itself beside its data, so that somebody can be shown theirs.
#[derive(Default)]
pub(super) struct Whose {
    /// Whose it is, as events write it.
    pub(super) owner: Option<String>,
    /// What the browser calls itself.
    pub(super) agent: String,
    /// When it was last used, to the minute.
    pub(super) seen_at: Option<DateTime<Utc>>,
}

/// Reads from a session's data whose it is; nobody's before they sign in.
pub(super) fn whose(data: &HashMap<String, serde_json::Value>) -> Whose {
    let person = data.get(PERSON).and_then(|person| serde_json::from_value::<Person>(person.clone()).ok());
    let Some(person) = person else { return Whose::default() };
    let owner = match person.kind {
        Kind::Staff(id) => format!("staff:{id}"),
        Kind::Contact(id) => format!("contact:{id}"),
    };
    let agent = data.get(AGENT).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    Whose { owner: Some(owner), agent, seen_at: Some(person.seen) }
}

/// Who the browser session says is asking, if that still holds. A session store that is out of reach is an error, never
/// "nobody".
pub(crate) async fn of_session(app: &App, session: &Session) -> Result<Viewer, Error> {
    let Some(person) = session.get::<Person>(PERSON).await.map_err(Error::internal)? else {
        return Ok(Viewer::Anonymous);
    };
    let now = app.clock.now();
    let viewer = if now - person.since >= longest(person.kind) || now - person.seen >= Duration::minutes(IDLE_MINUTES) {
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
        None => {
            session.flush().await.map_err(Error::internal)?;
            if let Kind::Contact(id) = person.kind
                && store::contact::suspended(&app.db, id).await?.is_some()
            {
                // So that the next page can say why they are signed in no more.
                keeping::hold(session, SUSPENDED, &id).await?;
            }
        }
        Some(_) if now - person.seen >= Duration::minutes(1) => {
            keeping::hold(session, PERSON, &Person { seen: now, ..person }).await?;
        }
        Some(_) => {}
    }
    Ok(viewer.unwrap_or(Viewer::Anonymous))
}

/// Whose the session is or was, ended or not, as a viewer is written.
pub(crate) async fn owner(session: &Session) -> Result<Option<String>, Error> {
    let person = session.get::<Person>(PERSON).await.map_err(Error::internal)?;
    Ok(person.map(|person| match person.kind {
        Kind::Staff(id) => format!("staff:{id}"),
        Kind::Contact(id) => format!("contact:{id}"),
    }))
}

/// In how many seconds the session ends if nothing more is done, and at most; nothing if it is nobody's.
pub(crate) async fn lasts(app: &App, session: &Session) -> Result<Option<(i64, i64)>, Error> {
    let person = session.get::<Person>(PERSON).await.map_err(Error::internal)?;
    Ok(person.map(|person| {
        let now = app.clock.now();
        let idle = person.seen + Duration::minutes(IDLE_MINUTES) - now;
        let whole = person.since + longest(person.kind) - now;
        (idle.min(whole).num_seconds().max(0), whole.num_seconds().max(0))
    }))
}

/// How long somebody of this kind stays signed in at most.
fn longest(kind: Kind) -> Duration {
    match kind {
        Kind::Staff(_) => Duration::hours(STAFF_HOURS),
        Kind::Contact(_) => Duration::hours(CONTACT_HOURS),
    }
}

pub(super) fn as_staff(row: &staff::Model) -> Staff {
    Staff { id: row.id, name: row.name.clone(), roles: store::staff::roles(row) }
}

pub(super) fn as_contact(row: &school_contact::Model) -> SchoolContact {
    SchoolContact { id: row.id, name: row.name.clone(), school: row.school_id, kind: row.kind }
}

/// One request of one browser: who asks, and the session that says so.
#[derive(Clone)]
pub(crate) struct Browser {
    pub(super) app: App,
    pub(super) op: OpContext,
    pub(super) session: Session,
    pub(super) cookies: Cookies,
    agent: String,
}

impl Browser {
    /// The browser of whoever `op` says is asking. `agent` is what it calls itself.
    pub(crate) fn new(app: App, op: OpContext, session: Session, cookies: Cookies, agent: &str) -> Self {
        Self { app, op, session, cookies, agent: agent.chars().take(AGENT_LETTERS).collect() }
    }

    /// When whoever is signed in proved who they are.
    pub(super) async fn signed_in_at(&self) -> Result<Option<DateTime<Utc>>, Error> {
        let person = self.session.get::<Person>(PERSON).await.map_err(Error::internal)?;
        Ok(person.map(|person| person.since))
    }

    /// Remembers that the password of `row` was right, under a new session id. Nobody is signed in by that.
    pub(super) async fn await_second_factor(&self, row: &staff::Model) -> Result<(), Error> {
        rescue::renew(&self.session, &Viewer::Staff(as_staff(row)).to_string()).await?;
        let until = self.app.clock.now() + Duration::minutes(PENDING_MINUTES);
        let pending = Pending { staff: row.id, epoch: row.epoch, until, tries: random_token()? };
        self.hold(PENDING, &pending).await
    }

    /// Whose second factor is awaited here, if that still holds.
    pub(super) async fn awaited(&self) -> Result<Option<Awaited>, Error> {
        let pending = self.session.get::<Pending>(PENDING).await.map_err(Error::internal)?;
        let Some(pending) = pending.filter(|pending| self.app.clock.now() < pending.until) else { return Ok(None) };
        let row = store::staff::active(&self.app.db, pending.staff).await?;
        Ok(row.filter(|row| row.epoch == pending.epoch).map(|staff| Awaited { staff, tries: pending.tries }))
    }

    /// Awaits nobody's second factor any more.
    pub(super) async fn await_nobody(&self) -> Result<(), Error> {
        self.session.remove_value(PENDING).await.map(drop).map_err(Error::internal)
    }

    /// Keeps something in the session; see [`keeping::hold`].
    pub(super) async fn hold<T: Serialize + Send + Sync>(&self, name: &str, value: &T) -> Result<(), Error> {
        keeping::hold(&self.session, name, value).await
    }

    /// Signs in a member of staff who has shown all their factors. This device is known to their account from now on.
    pub(super) async fn admit_fully(&self, row: &staff::Model) -> Result<(), Error> {
        self.admit_staff(row).await?;
        device::know(&self.op, &self.cookies, row.into()).await
    }

    /// Signs in a member of staff who has proved who they are.
    pub(super) async fn admit_staff(&self, row: &staff::Model) -> Result<(), Error> {
        self.admit(Kind::Staff(row.id), row.epoch, Viewer::Staff(as_staff(row))).await?;
        self.hold(BEFORE, &row.last_sign_in_at).await?;
        let (id, now) = (row.id, self.app.clock.now());
        self.op
            .write(move |_, txn| async move {
                let seen = staff::ActiveModel { last_sign_in_at: Set(Some(now)), ..staff::ActiveModel::default() };
                staff::Entity::update_many().set(seen).filter(staff::Column::Id.eq(id)).exec(&*txn).await?;
                Ok(())
            })
            .await
    }

    /// When whoever is signed in signed in before this time.
    pub(super) async fn signed_in_before(&self) -> Result<Option<DateTime<Utc>>, Error> {
        Ok(self.session.get::<Option<DateTime<Utc>>>(BEFORE).await.map_err(Error::internal)?.flatten())
    }

    /// The same browser as seen by `staff`, who has proved who they are but is not signed in.
    pub(super) fn op_as(&self, staff: &staff::Model) -> OpContext {
        let viewer = Viewer::Staff(as_staff(staff));
        self.app.op_for(viewer, self.op.request_id.clone()).asked_from(self.op.address())
    }

    /// The app that serves it.
    pub(crate) fn app(&self) -> &App {
        &self.app
    }

    /// The operation that it asks for.
    pub(crate) fn op(&self) -> &OpContext {
        &self.op
    }

    /// Has the session of whoever is signed in end as if they had signed in then.
    pub(super) async fn has_been_in_since(&self, since: DateTime<Utc>) -> Result<(), Error> {
        if let Some(person) = self.session.get::<Person>(PERSON).await.map_err(Error::internal)? {
            self.hold(PERSON, &Person { since, ..person }).await?;
        }
        Ok(())
    }

    /// Makes the session belong to `kind`, under a new id, and notes it.
    pub(super) async fn admit(&self, kind: Kind, epoch: i32, viewer: Viewer) -> Result<(), Error> {
        rescue::renew(&self.session, &viewer.to_string()).await?;
        let now = self.app.clock.now();
        let person = Person { kind, epoch, since: now, seen: now };
        self.hold(PERSON, &person).await?;
        self.hold(AGENT, &self.agent).await?;
        let op = self.app.op_for(viewer, self.op.request_id.clone()).asked_from(self.op.address());
        op.saw(AccessAction::SignIn, op.viewer.to_string(), None);
        service::access_note::note(&op).await
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
        if self.op.viewer != Viewer::Anonymous {
            self.op.saw(AccessAction::SignOut, self.op.viewer.to_string(), None);
            service::access_note::note(&self.op).await?;
        }
        self.session.flush().await.map_err(Error::internal)
    }

    /// Counts a try of `viewer` at `target`; past the limit it is refused and noted.
    pub(super) async fn take(&self, viewer: Viewer, limit: Limit, target: &str) -> Result<(), Error> {
        let taken = throttle::take(&self.op, limit, target, 1).await;
        if matches!(taken, Err(Error::Throttled(_))) {
            self.is_past(viewer, limit).await?;
        }
        taken
    }

    /// Notes that a try was past a limit. All of one hour are counted in one row, because there may be thousands.
    pub(super) async fn is_past(&self, viewer: Viewer, limit: Limit) -> Result<(), Error> {
        self.note(viewer, Refused::new(RefusalKind::Throttled, format!("{} past the limit", limit.name))).await
    }

    /// Notes that a sign-in was refused: to `viewer`, or to nobody known. What was typed is not kept, and the note is
    /// written either way, so that it takes as long for an unknown address.
    pub(super) async fn refuse(&self, viewer: Viewer) -> Result<(), Error> {
        self.note(viewer, Refused::new(RefusalKind::SignIn, "sign_in")).await
    }

    async fn note(&self, viewer: Viewer, refused: Refused) -> Result<(), Error> {
        let op = self.app.op_for(viewer, self.op.request_id.clone()).asked_from(self.op.address());
        op.was_refused(refused.counted());
        service::access_note::note(&op).await
    }
}
