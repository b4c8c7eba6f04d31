//! Who is asking: from a request to a [`Viewer`](crate::domain::viewer::Viewer), and the ways to sign in.
//!
//! What must not live here: what a viewer may do (`domain::policy`).

pub mod bearer;
pub mod door;
pub mod password;
pub mod session_store;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use entity::token;
use entity::vocabulary::Scope;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use tower_sessions::Session;

use crate::app::App;
use crate::context::write;
use crate::domain::clock::london_day;
use crate::domain::viewer::{Partner, Viewer};
use crate::error::Error;
use crate::store;
use bearer::PlainToken;

/// Decides who is asking, once per request: the bearer of a token, or whoever is signed in in this browser. Both at once
/// is refused, because then it is not clear whose rights count.
pub async fn authenticate(app: &App, headers: &HeaderMap, session: &Session) -> Result<Viewer, Error> {
    let Some(authorization) = headers.get(AUTHORIZATION) else { return door::of_session(app, session).await };
    if door::of_session(app, session).await? != Viewer::Anonymous {
        return Err(Error::Unauthenticated);
    }
    let token = authorization.to_str().ok().and_then(|text| text.strip_prefix("Bearer ")).and_then(PlainToken::parse);
    let token = token.ok_or(Error::Unauthenticated)?;
    let today = london_day(app.clock.now());
    let (row, agency) = store::token::accepted(&app.db, &token.hash(), today).await?.ok_or(Error::Unauthenticated)?;
    if row.last_used_on != Some(today) {
        let id = row.id;
        write(&app.db, move |txn| async move {
            let used = token::ActiveModel { last_used_on: Set(Some(today)), ..Default::default() };
            token::Entity::update_many().set(used).filter(token::Column::Id.eq(id)).exec(&*txn).await?;
            Ok(())
        })
        .await?;
    }
    Ok(Viewer::Partner(Partner {
        token: row.id,
        agency: agency.id,
        name: agency.name,
        scopes: row.scopes.split(',').filter_map(Scope::parse).collect(),
        purpose: row.purpose,
    }))
}
