//! Reads of what was sent and had its effect.

use entity::deed;
use sea_orm::EntityTrait;

use crate::db::Db;
use crate::error::Error;

/// The deed with this id, if what it did is kept.
pub(crate) async fn one(db: &Db, id: &str) -> Result<Option<deed::Model>, Error> {
    Ok(deed::Entity::find_by_id(id).one(&db.read).await?)
}
