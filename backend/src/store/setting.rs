//! Reads of the settings of a database, before anything is served and so without a viewer.

use entity::{setting, staff};
use sea_orm::{ActiveValue::Set, EntityTrait, PaginatorTrait};

use crate::context::write;
use crate::db::Db;
use crate::error::Error;

const DEMO: &str = "demo";

/// Whether this database holds a complete demonstration with synthetic data.
pub async fn is_demo(db: &Db) -> Result<bool, Error> {
    Ok(setting::Entity::find_by_id(DEMO).one(&db.read).await?.is_some())
}

/// Whether there is any staff account, by which a database in use is told from an empty one.
pub async fn has_people(db: &Db) -> Result<bool, Error> {
    Ok(staff::Entity::find().count(&db.read).await? > 0)
}

/// Marks this database as a demonstration; done last, once it is filled.
pub async fn mark_demo(db: &Db) -> Result<(), Error> {
    write(db, |txn| async move {
        let row = setting::ActiveModel { name: Set(DEMO.to_owned()), value: Set("synthetic data".to_owned()) };
        setting::Entity::insert(row).exec_without_returning(&*txn).await?;
        Ok(())
    })
    .await
}
