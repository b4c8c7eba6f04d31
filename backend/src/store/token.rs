//! Reads of partner agencies and their tokens.

use chrono::NaiveDate;
use entity::{AgencyId, agency, token};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::context::OpContext;
use crate::db::Db;
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

/// The token with this hash and its agency, if it is accepted `on` this day. There is no viewer yet.
pub(crate) async fn accepted(
    db: &Db,
    hash: &str,
    on: NaiveDate,
) -> Result<Option<(token::Model, agency::Model)>, Error> {
    let token = token::Entity::find()
        .filter(token::Column::TokenHash.eq(hash))
        .filter(token::Column::RevokedAt.is_null())
        .filter(token::Column::ExpiresOn.gte(on))
        .one(&db.read)
        .await?;
    let Some(token) = token else { return Ok(None) };
    let agency = agency::Entity::find().filter(agency::Column::Id.eq(token.agency_id)).one(&db.read).await?;
    Ok(agency.map(|agency| (token, agency)))
}
