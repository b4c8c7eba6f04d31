//! Reads of the devices that accounts are known on, before there is a viewer; nobody is shown one.

use entity::{StaffId, known_device};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::error::Error;

/// Those of `ids` that are kept.
pub(crate) async fn among<C: ConnectionTrait>(db: &C, ids: Vec<String>) -> Result<Vec<known_device::Model>, Error> {
    Ok(known_device::Entity::find().filter(known_device::Column::Id.is_in(ids)).all(db).await?)
}

/// All that know the account of `staff`.
pub(crate) async fn of_staff<C: ConnectionTrait>(db: &C, staff: StaffId) -> Result<Vec<known_device::Model>, Error> {
    Ok(known_device::Entity::find().filter(known_device::Column::Account.eq(staff.0)).all(db).await?)
}
