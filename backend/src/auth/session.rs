//! Sessions of people: who is signed in, checked against the database on every request, and how that begins and ends.
//!
//! The session holds ids and an epoch. Suspending or deactivating somebody, or ending their sessions, changes their
//! epoch, so from the next request on the session is nobody's.
//!
//! What must not live here: how somebody proves who they are (`staff`, `contact`, `passkey`, `single_sign_on`).

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use chrono::{DateTime, Duration, Utc};
use entity::vocabulary::{AccessAction, ContactKind, ContactState, RefusalKind, StaffRole, StaffState};
use entity::{SchoolContactId, SchoolId, StaffId, school_contact, staff};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

use super::cookies::Cookies;
use super::session_data::{ACCOUNT, PERSON};
use super::{device, rescue, session_data};
use crate::app::App;
use crate::context::OpContext;
use crate::domain::viewer::{SchoolContact, Staff, Viewer};
use crate::error::Error;
use crate::limit::Limit;
use crate::refusal::Refused;
use crate::secret::token::random_token;
use crate::throttle;
use crate::{service, store};

/// The hours after which staff and school contacts must sign in again, however active they are.
const STAFF_HOURS: i64 = 10;
const CONTACT_HOURS: i64 = 2;
/// The minutes without a request after which anybody must sign in again.
const IDLE_MINUTES: i64 = 30;

/// How far ahead of the clock the last request of a session may lie, as another instance's clock may be.
const AHEAD: Duration = Duration::minutes(2);

/// The number of letters of the `User-Agent` header that are kept.
const AGENT_LETTERS: usize = 300;
/// The minutes in which the second factor must follow the password.
const PENDING_MINUTES: i64 = 5;

/// The session value that holds the approval of a contact who was suspended while signed in.
pub(super) const SUSPENDED: &str = "suspended";
const PENDING: &str = "pending";
const AGENT: &str = "agent";
const BEFORE: &str = "before";

/// The session value of a person who is signed in.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Person {
    kind: Kind,
    epoch: i32,
    since: DateTime<Utc>,
    /// The time of their last request, to the minute: storing every request would mean a write for every read.
    seen: DateTime<Utc>,
}

/// The session value of somebody whose password was right and whose second factor is awaited. They are not signed in.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Pending {
    staff: StaffId,
    epoch: i32,
    until: DateTime<Utc>,
    /// The target under which tries at this second factor are counted.
    tries: String,
}

/// The person whose second factor is awaited in a browser.
pub(super) struct Awaited {
    /// The member of staff, read anew.
    pub(super) staff: staff::Model,
    /// The target under which tries at this second factor are counted.
    pub(super) tries: String,
}

/// The account a session belongs to.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) enum Kind {
    Staff(StaffId),
    Contact(SchoolContactId),
}

/// The account, as events name an actor.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Staff(id) => write!(f, "staff:{id}"),
            Self::Contact(id) => write!(f, "contact:{id}"),
        }
    }
}

/// The account of whoever is signed in, as far as it says who they are. Only an active one can be.
#[derive(Serialize, Deserialize)]
pub(super) enum Account {
    Staff { id: StaffId, epoch: i32, name: String, roles: BTreeSet<StaffRole> },
    Contact { id: SchoolContactId, epoch: i32, name: String, school: SchoolId, kind: ContactKind },
}

impl Account {
    /// The account in one of these rows; `None` unless it is active.
    pub(super) fn of(staff: Option<staff::Model>, contact: Option<school_contact::Model>) -> Option<Self> {
        let staff = staff.filter(|row| row.state == StaffState::Active).map(|row| {
            let Staff { id, name, roles } = as_staff(&row);
            Self::Staff { id, epoch: row.epoch, name, roles }
        });
        staff.or_else(|| {
            contact.filter(|row| row.state == ContactState::Active).map(|row| {
                let SchoolContact { id, name, school, kind } = as_contact(&row);
                Self::Contact { id, epoch: row.epoch, name, school, kind }
            })
        })
    }

    /// The viewer whose account this is, if it is that of `person` and their sign-in still holds.
    fn viewer_of(self, person: &Person) -> Option<Viewer> {
        match (self, person.kind) {
            (Self::Staff { id, epoch, name, roles }, Kind::Staff(signed_in))
                if id == signed_in && epoch == person.epoch =>
            {
                Some(Viewer::Staff(Staff { id, name, roles }))
            }
            (Self::Contact { id, epoch, name, school, kind }, Kind::Contact(signed_in))
                if id == signed_in && epoch == person.epoch =>
            {
                Some(Viewer::SchoolContact(SchoolContact { id, name, school, kind }))
            }
            _ => None,
        }
    }
}

/// What a stored session is shown by in its owner's list of sessions.
#[derive(Default)]
pub(super) struct Whose {
    /// The owner, as events name an actor; `None` before anybody signs in.
    pub(super) owner: Option<String>,
    /// The account of the owner, if they are staff.
    pub(super) staff: Option<StaffId>,
    /// The approval of the owner, if they are a school contact.
    pub(super) contact: Option<SchoolContactId>,
    /// The browser's `User-Agent` header, cut short.
    pub(super) agent: String,
    /// The time of the last request, to the minute.
    pub(super) seen_at: Option<DateTime<Utc>>,
}

/// Reads from a session's data who its owner is; the default before anybody signs in.
pub(super) fn whose(data: &HashMap<String, serde_json::Value>) -> Whose {
    let person = data.get(PERSON).and_then(|person| serde_json::from_value::<Person>(person.clone()).ok());
    let Some(person) = person else { return Whose::default() };
    let (staff, contact) = match person.kind {
        Kind::Staff(id) => (Some(id), None),
        Kind::Contact(id) => (None, Some(id)),
    };
    let agent = data.get(AGENT).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    Whose { owner: Some(person.kind.to_string()), staff, contact, agent, seen_at: Some(person.seen) }
}

/// The viewer of a session, if the sign-in still holds, and otherwise nobody. A session store that cannot be reached is
/// an error, never "nobody".
pub(crate) async fn of_session(app: &App, session: &Session) -> Result<Viewer, Error> {
    let Some(person) = session.get::<Person>(PERSON).await.map_err(Error::internal)? else {
        return Ok(Viewer::Anonymous);
    };
    let now = app.clock.now();
    let is_over = now - person.since >= longest(person.kind) || now - person.seen >= Duration::minutes(IDLE_MINUTES);
    // Without this, a sign-in made while the clock stood ahead would last until the clock is there again.
    let is_ahead = person.since - now >= Duration::minutes(IDLE_MINUTES) || person.seen - now >= AHEAD;
    let viewer = if is_over || is_ahead {
        None
    } else {
        let account = session.get::<Account>(ACCOUNT).await.map_err(Error::internal)?;
        account.and_then(|account| account.viewer_of(&person))
    };
    match &viewer {
        None => {
            session.flush().await.map_err(Error::internal)?;
            if let Kind::Contact(id) = person.kind
                && store::contact::suspended(&app.db, id).await?.is_some()
            {
                // The next page reads this to say why they are no longer signed in.
                session_data::put(session, SUSPENDED, &id).await?;
            }
        }
        Some(_) if now - person.seen >= Duration::minutes(1) => {
            session_data::put(session, PERSON, &Person { seen: now, ..person }).await?;
        }
        Some(_) => {}
    }
    Ok(viewer.unwrap_or(Viewer::Anonymous))
}

/// The owner of the session, even if it has ended, as events name an actor.
pub(crate) async fn owner(session: &Session) -> Result<Option<String>, Error> {
    let person = session.get::<Person>(PERSON).await.map_err(Error::internal)?;
    Ok(person.map(|person| person.kind.to_string()))
}

/// The seconds until the session ends without another request, and the seconds until it ends in any case; `None` if
/// nobody is signed in.
pub(crate) async fn lasts(app: &App, session: &Session) -> Result<Option<(i64, i64)>, Error> {
    let person = session.get::<Person>(PERSON).await.map_err(Error::internal)?;
    Ok(person.map(|person| {
        let now = app.clock.now();
        let idle = person.seen + Duration::minutes(IDLE_MINUTES) - now;
        let whole = person.since + longest(person.kind) - now;
        (idle.min(whole).num_seconds().max(0), whole.num_seconds().max(0))
    }))
}

/// How long an account of this kind stays signed in at most.
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

/// A request from a browser: the operation and its session.
#[derive(Clone)]
pub(crate) struct Browser {
    pub(super) app: App,
    pub(super) op: OpContext,
    pub(super) session: Session,
    pub(super) cookies: Cookies,
    agent: String,
}

impl Browser {
    /// A browser that sends the request of `op`. `agent` is its `User-Agent` header.
    pub(crate) fn new(app: App, op: OpContext, session: Session, cookies: Cookies, agent: &str) -> Self {
        Self { app, op, session, cookies, agent: agent.chars().take(AGENT_LETTERS).collect() }
    }

    /// When the viewer signed in; `None` if nobody is signed in.
    pub(super) async fn signed_in_at(&self) -> Result<Option<DateTime<Utc>>, Error> {
        let person = self.session.get::<Person>(PERSON).await.map_err(Error::internal)?;
        Ok(person.map(|person| person.since))
    }

    /// Remembers that the password of `row` was right, under a new session id. That signs nobody in.
    pub(super) async fn await_second_factor(&self, row: &staff::Model) -> Result<(), Error> {
        rescue::renew(&self.session, &Viewer::Staff(as_staff(row)).to_string()).await?;
        let until = self.app.clock.now() + Duration::minutes(PENDING_MINUTES);
        let pending = Pending { staff: row.id, epoch: row.epoch, until, tries: random_token()? };
        self.put(PENDING, &pending).await
    }

    /// The person whose second factor is awaited here, if their account has not changed since.
    pub(super) async fn awaited(&self) -> Result<Option<Awaited>, Error> {
        let pending = self.session.get::<Pending>(PENDING).await.map_err(Error::internal)?;
        let Some(pending) = pending.filter(|pending| self.app.clock.now() < pending.until) else { return Ok(None) };
        let row = store::staff::active(&self.app.db, pending.staff).await?;
        Ok(row.filter(|row| row.epoch == pending.epoch).map(|staff| Awaited { staff, tries: pending.tries }))
    }

    /// Stops awaiting a second factor; the password must be given again.
    pub(super) async fn await_nobody(&self) -> Result<(), Error> {
        self.session.remove_value(PENDING).await.map(drop).map_err(Error::internal)
    }

    /// Stores a value in the session; see [`session_data::put`].
    pub(super) async fn put<T: Serialize + Send + Sync>(&self, name: &str, value: &T) -> Result<(), Error> {
        session_data::put(&self.session, name, value).await
    }

    /// Signs in a member of staff who has given all their factors, and makes this device known to their account.
    pub(super) async fn admit_fully(&self, row: &staff::Model) -> Result<(), Error> {
        self.admit_staff(row).await?;
        device::know(&self.op, &self.cookies, row.into()).await
    }

    /// Signs in a member of staff, and stores when they last did.
    pub(super) async fn admit_staff(&self, row: &staff::Model) -> Result<(), Error> {
        self.admit(Kind::Staff(row.id), row.epoch, Viewer::Staff(as_staff(row))).await?;
        self.put(BEFORE, &row.last_sign_in_at).await?;
        let (id, now) = (row.id, self.app.clock.now());
        self.op
            .write(move |_, txn| async move {
                let seen = staff::ActiveModel { last_sign_in_at: Set(Some(now)), ..staff::ActiveModel::default() };
                staff::Entity::update_many().set(seen).filter(staff::Column::Id.eq(id)).exec(&*txn).await?;
                Ok(())
            })
            .await
    }

    /// When the viewer last signed in before this session.
    pub(super) async fn signed_in_before(&self) -> Result<Option<DateTime<Utc>>, Error> {
        Ok(self.session.get::<Option<DateTime<Utc>>>(BEFORE).await.map_err(Error::internal)?.flatten())
    }

    /// An operation as `staff`, who has proved who they are but is not signed in yet.
    pub(super) fn op_as(&self, staff: &staff::Model) -> OpContext {
        let viewer = Viewer::Staff(as_staff(staff));
        self.app.op_for(viewer, self.op.request_id.clone()).asked_from(self.op.address())
    }

    /// The app that serves the request.
    pub(crate) fn app(&self) -> &App {
        &self.app
    }

    /// The operation of the request.
    pub(crate) fn op(&self) -> &OpContext {
        &self.op
    }

    /// Lets the session of the viewer end as if they had signed in at `since`.
    pub(super) async fn has_been_in_since(&self, since: DateTime<Utc>) -> Result<(), Error> {
        if let Some(person) = self.session.get::<Person>(PERSON).await.map_err(Error::internal)? {
            self.put(PERSON, &Person { since, ..person }).await?;
        }
        Ok(())
    }

    /// Makes the session belong to an account, under a new id, and notes the sign-in.
    pub(super) async fn admit(&self, kind: Kind, epoch: i32, viewer: Viewer) -> Result<(), Error> {
        rescue::renew(&self.session, &viewer.to_string()).await?;
        let now = self.app.clock.now();
        let person = Person { kind, epoch, since: now, seen: now };
        self.put(PERSON, &person).await?;
        self.put(AGENT, &self.agent).await?;
        let op = self.app.op_for(viewer, self.op.request_id.clone()).asked_from(self.op.address());
        op.saw(AccessAction::SignIn, op.viewer.to_string(), None);
        service::access_note::note(&op).await
    }

    /// Ends this session, or all sessions of its owner when `everywhere`.
    pub(crate) async fn leave(&self, everywhere: bool) -> Result<(), Error> {
        if everywhere {
            let ended = match &self.op.viewer {
                Viewer::Staff(_) => service::staff::end_sessions(&self.op).await,
                Viewer::SchoolContact(_) => service::contact::end_sessions(&self.op).await,
                Viewer::Anonymous | Viewer::Partner(_) | Viewer::System(_) => Ok(()),
            };
            match ended {
                // Somebody whose account or approval is gone has no other session; this one must end all the same.
                Ok(()) | Err(Error::NotFound | Error::Unauthenticated | Error::Forbidden) => {}
                Err(error) => return Err(error),
            }
        }
        if self.op.viewer != Viewer::Anonymous {
            self.op.saw(AccessAction::SignOut, self.op.viewer.to_string(), None);
            service::access_note::note(&self.op).await?;
        }
        self.session.flush().await.map_err(Error::internal)
    }

    /// Counts a try of `viewer` at `target`. Past the limit it is refused and that is noted.
    pub(super) async fn take(&self, viewer: Viewer, limit: Limit, target: &str) -> Result<(), Error> {
        let taken = throttle::take(&self.op, limit, target, 1).await;
        if matches!(taken, Err(Error::Throttled(_))) {
            self.is_past(viewer, limit).await?;
        }
        taken
    }

    /// Notes that a limit was passed. Those of one hour are counted in one row, because there may be thousands.
    pub(super) async fn is_past(&self, viewer: Viewer, limit: Limit) -> Result<(), Error> {
        self.note(viewer, Refused::new(RefusalKind::Throttled, format!("{} past the limit", limit.name))).await
    }

    /// Notes that `viewer` was refused a sign-in; `Anonymous` if no account was meant. What was typed is not kept. A
    /// note is written for an unknown address too, so that the time taken does not tell it apart.
    pub(super) async fn refuse(&self, viewer: Viewer) -> Result<(), Error> {
        self.note(viewer, Refused::new(RefusalKind::SignIn, "sign_in")).await
    }

    async fn note(&self, viewer: Viewer, refused: Refused) -> Result<(), Error> {
        let op = self.app.op_for(viewer, self.op.request_id.clone()).asked_from(self.op.address());
        op.was_refused(refused.counted());
        service::access_note::note(&op).await
    }
}
