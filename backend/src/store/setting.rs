//! What a database says of itself. There is no viewer: these are asked before anything is served.

use entity::{setting, staff};
use sea_orm::{ActiveValue::Set, EntityTrait, PaginatorTrait};

use crate::context::write;
use crate::db::Db;
use crate::error::Error;

const DEMO: &str = "demo";

/// Whether this is the database of a demonstration, filled to the end.
pub async fn is_demo(db: &Db) -> Result<bool, Error> {
    Ok(setting::Entity::find_by_id(DEMO).one(&db.read).await?.is_some())
}

/// Whether anybody was added.
pub async fn has_people(db: &Db) -> Result<bool, Error> {
    Ok(staff::Entity::find().count(&db.read).await? > 0)
}

/// Says that this is the database of a demonstration.
pub async fn mark_demo(db: &Db) -> Result<(), Error> {
    write(db, |txn| async move {
        let row = setting::ActiveModel { name: Set(DEMO.to_owned()), value: Set("synthetic data".to_owned()) };
        setting::Entity::insert(row).exec_without_returning(&*txn).await?;
        Ok(())
    })
    .await
}
