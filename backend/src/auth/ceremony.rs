//! What the server keeps while somebody proves who they are in two steps, with a passkey or by single sign-on.
//!
//! A challenge, a nonce or a verifier that the browser could change or send twice would prove nothing. So they are
//! stored here, and the browser session holds only a random name for them, of which the hash is stored. Each is taken
//! once, within minutes, by the session that began it.
//!
//! What must not live here: what the two steps prove (`passkey`, `single_sign_on`).

use chrono::Duration;
use entity::ceremony;
use entity::vocabulary::CeremonyKind;
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::session::Browser;
use crate::error::Error;
use crate::secret::token::{hash, random_token};

/// The minutes in which the second step must be taken.
const MINUTES: i64 = 5;

fn name(kind: CeremonyKind) -> String {
    format!("ceremony {}", kind.code())
}

/// Begins a ceremony in this browser session. An earlier one of the same kind there can no longer be finished.
pub(super) async fn begin<S: Serialize>(browser: &Browser, kind: CeremonyKind, state: &S) -> Result<(), Error> {
    let id = random_token()?;
    let row = ceremony::ActiveModel {
        id: Set(hash(&id)),
        kind: Set(kind),
        state: Set(serde_json::to_string(state)?),
        expires_at: Set(browser.app.clock.now() + Duration::minutes(MINUTES)),
    };
    let before: Option<String> = browser.session.get(&name(kind)).await.map_err(Error::internal)?;
    browser.put(&name(kind), &id).await?;
    browser
        .op
        .write(move |_, txn| async move {
            if let Some(before) = before {
                ceremony::Entity::delete_by_id(hash(&before)).exec(&*txn).await?;
            }
            ceremony::Entity::insert(row).exec_without_returning(&*txn).await?;
            Ok(())
        })
        .await
}

/// Takes and deletes the state of a ceremony; `None` if this session did not begin one, took it before, or waited too
/// long.
pub(super) async fn take<S: DeserializeOwned>(browser: &Browser, kind: CeremonyKind) -> Result<Option<S>, Error> {
    let id = browser.session.remove::<String>(&name(kind)).await.map_err(Error::internal)?;
    let Some(id) = id.map(|id| hash(&id)) else { return Ok(None) };
    let row = browser
        .op
        .write(move |_, txn| async move {
            #[expect(clippy::disallowed_methods, reason = "a ceremony is read before there is a viewer")]
            let row = ceremony::Entity::find_by_id(id.as_str()).one(&*txn).await?;
            // Two requests may both have read the row; only the one that deletes it goes on.
            let taken = ceremony::Entity::delete_by_id(id).exec(&*txn).await?;
            Ok(row.filter(|_| taken.rows_affected == 1))
        })
        .await?;
    let now = browser.app.clock.now();
    match row.filter(|row| row.kind == kind && now < row.expires_at) {
        Some(row) => Ok(Some(serde_json::from_str(&row.state)?)),
        None => Ok(None),
    }
}
