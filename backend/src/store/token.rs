//! Reads of partner agencies and their tokens.

use chrono::{DateTime, Utc};
use entity::{AgencyId, agency, agreement, client, token};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};

use crate::context::OpContext;
use crate::db::Db;
use crate::domain::clock::london_day;
use crate::error::Error;

/// The agencies with these ids, for whom something that the viewer was shown was asked.
pub async fn agencies(op: &OpContext, ids: &[AgencyId]) -> Result<Vec<agency::Model>, Error> {
    Ok(agency::Entity::find().filter(agency::Column::Id.is_in(ids.iter().copied())).all(&op.db.read).await?)
}

/// One agency by its name.
pub(crate) async fn agency_named<C: ConnectionTrait>(
    _: &OpContext,
    connection: &C,
    name: &str,
) -> Result<Option<agency::Model>, Error> {
    Ok(agency::Entity::find().filter(agency::Column::Name.eq(name)).one(connection).await?)
}

/// A token that is accepted, and what it is allowed by.
pub(crate) struct Accepted {
    /// The token.
    pub(crate) token: token::Model,
    /// The program that bears it.
    pub(crate) client: client::Model,
    /// The agreement it works under.
    pub(crate) agreement: agreement::Model,
    /// Whose it is.
    pub(crate) agency: agency::Model,
}

/// The token with this hash, if at this moment it is accepted, its client is neither paused nor disabled and its
/// agreement is in force. There is no viewer yet.
pub(crate) async fn accepted(db: &Db, hash: &str, now: DateTime<Utc>) -> Result<Option<Accepted>, Error> {
    let today = london_day(now);
    let token = token::Entity::find()
        .filter(token::Column::TokenHash.eq(hash))
        .filter(token::Column::RevokedAt.is_null())
        .filter(token::Column::ExpiresOn.gte(today))
        .filter(Condition::any().add(token::Column::EndsAt.is_null()).add(token::Column::EndsAt.gt(now)))
        .one(&db.read)
        .await?;
    let Some(token) = token else { return Ok(None) };
    let client = client::Entity::find()
        .filter(client::Column::Id.eq(token.client_id))
        .filter(client::Column::PausedAt.is_null())
        .filter(client::Column::DisabledAt.is_null())
        .one(&db.read)
        .await?;
    let Some(client) = client else { return Ok(None) };
    let agreement = agreement::Entity::find()
        .filter(agreement::Column::Id.eq(client.agreement_id))
        .filter(agreement::Column::StartsOn.lte(today))
        .filter(agreement::Column::EndsOn.gte(today))
        .filter(agreement::Column::EndedAt.is_null())
        .one(&db.read)
        .await?;
    let Some(agreement) = agreement else { return Ok(None) };
    let agency = agency::Entity::find().filter(agency::Column::Id.eq(client.agency_id)).one(&db.read).await?;
    Ok(agency.map(|agency| Accepted { token, client, agreement, agency }))
}
