//! Reads of known devices: browsers from which an account was signed in to before. They are asked before there is a
//! viewer, and shown to nobody.

use entity::{StaffId, known_device};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::error::Error;

/// Those of `ids` that are known.
pub(crate) async fn among<C: ConnectionTrait>(db: &C, ids: Vec<String>) -> Result<Vec<known_device::Model>, Error> {
    Ok(known_device::Entity::find().filter(known_device::Column::Id.is_in(ids)).all(db).await?)
}

/// All known devices of an account.
pub(crate) async fn of_staff<C: ConnectionTrait>(db: &C, staff: StaffId) -> Result<Vec<known_device::Model>, Error> {
    Ok(known_device::Entity::find().filter(known_device::Column::Account.eq(staff.0)).all(db).await?)
}
