//! Reads of idempotency keys: those under which something was sent and had its effect.

use entity::idempotency_key;
use sea_orm::EntityTrait;

use crate::db::Db;
use crate::error::Error;

/// The key with this id, if something was done under it and the key has not been deleted since.
pub(crate) async fn one(db: &Db, id: &str) -> Result<Option<idempotency_key::Model>, Error> {
    Ok(idempotency_key::Entity::find_by_id(id).one(&db.read).await?)
}
