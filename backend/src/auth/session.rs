//! What a browser session says of a person, checked against the database on every request; and how one begins and ends.
//!
//! The session holds ids and an epoch. Whoever is suspended, deactivated or told to sign in again has another epoch by
//! the next request, so the session is nobody's from then on.
//!
//! What must not live here: how somebody proves who they are (`staff_door`, `contact_door`).

use chrono::{DateTime, Duration, Utc};
use entity::vocabulary::AccessAction;
use entity::{SchoolContactId, StaffId, school_contact, staff};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

use crate::app::App;
use crate::context::OpContext;
use crate::domain::viewer::{SchoolContact, Staff, Viewer};
use crate::error::Error;
use crate::{service, store};

/// How long staff and school contacts stay signed in at most, however busy.
const STAFF_HOURS: i64 = 10;
const CONTACT_HOURS: i64 = 2;
/// How long anybody stays signed in without doing anything.
const IDLE_MINUTES: i64 = 30;

const PERSON: &str = "person";

/// Whom a session belongs to.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Person {
    kind: Kind,
    epoch: i32,
    since: DateTime<Utc>,
    /// When they last did something, to the minute: saving a session for every request would be a write for every read.
    seen: DateTime<Utc>,
}

/// Whose a session is.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) enum Kind {
    Staff(StaffId),
    Contact(SchoolContactId),
}

/// Who the browser session says is asking, if that still holds. A session store that is out of reach is an error, never
/// "nobody".
pub(crate) async fn of_session(app: &App, session: &Session) -> Result<Viewer, Error> {
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
}

impl Browser {
    /// The browser of whoever `op` says is asking.
    pub(crate) fn new(app: App, op: OpContext, session: Session) -> Self {
        Self { app, op, session }
    }

    /// The app that serves it.
    pub(crate) fn app(&self) -> &App {
        &self.app
    }

    /// The operation that it asks for.
    pub(crate) fn op(&self) -> &OpContext {
        &self.op
    }

    /// Makes the session belong to `kind`, under a new id, and notes it.
    pub(super) async fn admit(&self, kind: Kind, epoch: i32, viewer: Viewer) -> Result<(), Error> {
        // Nothing that somebody else left in this browser goes with them.
        self.session.clear().await;
        self.session.cycle_id().await.map_err(Error::internal)?;
        let now = self.app.clock.now();
        let person = Person { kind, epoch, since: now, seen: now };
        self.session.insert(PERSON, person).await.map_err(Error::internal)?;
        let op = self.app.op_for(viewer, self.op.request_id.clone()).asked_from(self.op.address());
        op.saw(AccessAction::SignIn, op.viewer.to_string(), None);
        op.note_accesses().await
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
