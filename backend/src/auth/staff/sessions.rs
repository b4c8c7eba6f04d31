//! What whoever is signed in sees of how they sign in, and where they are signed in.

use chrono::{DateTime, Utc};
use entity::session;
use entity::vocabulary::{AccessAction, CredentialKind};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use sha2::{Digest, Sha256};

use super::StaffSignIn;
use crate::auth::session_store;
use crate::domain::viewer::Viewer;
use crate::error::Error;
use crate::{service, store};

/// What somebody sees of how they sign in.
pub(crate) struct Account {
    /// When they signed in before this time.
    pub(crate) before: Option<DateTime<Utc>>,
    /// Since when they have an authenticator app.
    pub(crate) app_since: Option<DateTime<Utc>>,
    /// How many recovery codes are left.
    pub(crate) codes: usize,
    /// Whether a second factor is asked of everybody here.
    pub(crate) demanded: bool,
    /// Whether they may do without the app.
    pub(crate) removable: bool,
}

/// One of somebody's sessions.
pub(crate) struct OpenSession {
    /// What names it; tells nothing of the cookie.
    pub(crate) handle: String,
    /// What the browser calls itself.
    pub(crate) agent: String,
    /// When it began.
    pub(crate) since: DateTime<Utc>,
    /// When it was last used.
    pub(crate) seen: DateTime<Utc>,
    /// Whether it is this one.
    pub(crate) this: bool,
}

impl StaffSignIn {
    /// What whoever is signed in sees of how they sign in; none for those who are not staff.
    pub(crate) async fn account(&self) -> Result<Option<Account>, Error> {
        let Viewer::Staff(viewer) = &self.0.op.viewer else { return Ok(None) };
        let credentials = store::staff::credentials(&self.0.app.db.read, viewer.id).await?;
        let of = |kind| credentials.iter().filter(move |one| one.kind == kind);
        Ok(Some(Account {
            before: self.0.signed_in_before().await?,
            app_since: of(CredentialKind::Totp).map(|app| app.created_at).next(),
            codes: of(CredentialKind::RecoveryCode).count(),
            demanded: !self.0.app.config.demo,
            removable: self.may_remove_app(&credentials),
        }))
    }

    /// The sessions of whoever is signed in, this one among them.
    pub(crate) async fn sessions(&self) -> Result<Vec<OpenSession>, Error> {
        if self.0.op.viewer == Viewer::Anonymous {
            return Ok(Vec::new());
        }
        let this = self.0.session.id().map(|id| session_store::key(&id));
        let rows = store::staff::sessions(&self.0.op).await?;
        Ok(rows
            .into_iter()
            .map(|row| OpenSession {
                handle: handle(&row.id),
                agent: row.agent,
                since: row.created_at,
                seen: row.seen_at.unwrap_or(row.created_at),
                this: this.as_ref() == Some(&row.id),
            })
            .collect())
    }

    /// Ends one session of whoever is signed in; false when they have no such session.
    pub(crate) async fn end_session(&self, named: &str) -> Result<bool, Error> {
        if self.0.op.viewer == Viewer::Anonymous {
            return Ok(false);
        }
        let rows = store::staff::sessions(&self.0.op).await?;
        let Some(row) = rows.into_iter().find(|row| handle(&row.id) == named) else { return Ok(false) };
        let op = &self.0.op;
        op.write(move |_, txn| async move {
            session::Entity::delete_many().filter(session::Column::Id.eq(row.id)).exec(&*txn).await?;
            Ok(())
        })
        .await?;
        op.saw(AccessAction::SignOut, op.viewer.to_string(), None);
        service::access_note::note(op).await?;
        Ok(true)
    }
}

/// What names a session on a page: the row's key would do no harm, but need not be known.
fn handle(key: &str) -> String {
    hex::encode(Sha256::digest(key))
}
