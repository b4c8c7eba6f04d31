//! Who is asking: from a request to a [`Viewer`](crate::domain::viewer::Viewer), and the ways to sign in.
//!
//! What must not live here: what a viewer may do (`domain::policy`).

pub mod bearer;
pub(crate) mod contact_door;
pub(crate) mod limits;
pub mod password;
pub mod recovery;
pub(crate) mod session;
pub mod session_store;
pub(crate) mod staff_door;
pub mod throttle;
pub mod totp;
pub mod vault;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use entity::token;
use entity::vocabulary::{Scope, SharedField};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use sha2::{Digest, Sha256};
use tower_sessions::Session;

use crate::app::App;
use crate::context::write;
use crate::domain::clock::london_day;
use crate::domain::viewer::{Partner, Viewer};
use crate::error::Error;
use crate::store;
use crate::store::token::Accepted;
use bearer::PlainToken;

/// Decides who is asking, once per request: the bearer of a token, or whoever is signed in in this browser. Both at once
/// is refused, because then it is not clear whose rights count.
pub async fn authenticate(app: &App, headers: &HeaderMap, session: &Session) -> Result<Viewer, Error> {
    let Some(authorization) = headers.get(AUTHORIZATION) else { return session::of_session(app, session).await };
    if session::of_session(app, session).await? != Viewer::Anonymous {
        return Err(Error::Unauthenticated);
    }
    let token = authorization.to_str().ok().and_then(|text| text.strip_prefix("Bearer ")).and_then(PlainToken::parse);
    let token = token.ok_or(Error::Unauthenticated)?;
    let now = app.clock.now();
    let accepted = store::token::accepted(&app.db, &token.hash(), now).await?.ok_or(Error::Unauthenticated)?;
    let Accepted { token, client, agreement, agency } = accepted;
    let today = london_day(now);
    if token.last_used_on != Some(today) {
        let id = token.id;
        write(&app.db, move |txn| async move {
            let used = token::ActiveModel { last_used_on: Set(Some(today)), ..Default::default() };
            token::Entity::update_many().set(used).filter(token::Column::Id.eq(id)).exec(&*txn).await?;
            Ok(())
        })
        .await?;
    }
    Ok(Viewer::Partner(Partner {
        token: token.id,
        client: client.id,
        agency: agency.id,
        name: agency.name,
        scopes: client.scopes.split(',').filter_map(Scope::parse).collect(),
        fields: client.fields.split(',').filter_map(SharedField::parse).collect(),
        purpose: agreement.purpose,
    }))
}

/// 256 random bits, hexadecimal.
pub fn random_token() -> Result<String, Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|cause| Error::internal(cause.to_string()))?;
    Ok(hex::encode(bytes))
}

/// What is stored of a random token.
pub(crate) fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token))
}
