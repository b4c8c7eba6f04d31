//! The viewer's own account: their ways to sign in, and the browsers they are signed in on. What must not live here:
//! how a session is checked (`auth::session`).

use entity::session;
use entity::vocabulary::{AccessAction, CredentialKind};
use frontend::denied::Attempt;
use frontend::sign_in::session::{Account, OpenSession, Sessions};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use sha2::{Digest, Sha256};

use super::StaffSignIn;
use crate::auth::denied::{attempt, attempt_one, attempt_to};
use crate::auth::session_store;
use crate::domain::viewer::Viewer;
use crate::error::Error;
use crate::{service, store};

impl StaffSignIn {
    /// The viewer's ways to sign in; `None` if they are not staff.
    async fn own_account(&self) -> Result<Option<Account>, Error> {
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

    /// The sessions of the viewer, with this one.
    async fn own_sessions(&self) -> Result<Vec<OpenSession>, Error> {
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

    /// Ends one session of the viewer; false if they have no such session.
    async fn end_own(&self, named: &str) -> Result<bool, Error> {
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

impl Sessions for StaffSignIn {
    fn account(&self) -> Attempt<'_, Account> {
        attempt_one(self.own_account())
    }

    fn list(&self) -> Attempt<'_, Vec<OpenSession>> {
        attempt(self.own_sessions())
    }

    fn end(&self, handle: String) -> Attempt<'_, ()> {
        attempt_to(async move { self.end_own(&handle).await })
    }

    fn sign_out(&self, everywhere: bool) -> Attempt<'_, ()> {
        attempt(self.0.leave(everywhere))
    }
}

/// The name of a session on a page: a hash of the row's key, which itself need not be known.
fn handle(key: &str) -> String {
    hex::encode(Sha256::digest(key))
}
