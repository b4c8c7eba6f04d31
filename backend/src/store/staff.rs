//! Reads of staff.

use std::collections::BTreeSet;

use entity::vocabulary::{CredentialKind, StaffRole};
use entity::{StaffId, credential, staff};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::context::OpContext;
use crate::db::Db;
use crate::domain::email::Email;
use crate::domain::viewer::Viewer;
use crate::error::Error;

/// Reads the roles of a row.
pub fn roles(row: &staff::Model) -> BTreeSet<StaffRole> {
    row.roles.split(',').filter_map(StaffRole::parse).collect()
}

/// Staff to whom a case may be assigned, by name; nobody for those who are not staff.
pub async fn officers<C: ConnectionTrait>(op: &OpContext, connection: &C) -> Result<Vec<staff::Model>, Error> {
    if !matches!(op.viewer, Viewer::Staff(_) | Viewer::System(_)) {
        return Ok(Vec::new());
    }
    let all = staff::Entity::find()
        .filter(staff::Column::Active.eq(true))
        .order_by_asc(staff::Column::Name)
        .all(connection)
        .await?;
    let takes_cases = [StaffRole::CmeOfficer, StaffRole::EducationWelfareOfficer, StaffRole::Manager];
    Ok(all.into_iter().filter(|row| takes_cases.iter().any(|role| roles(row).contains(role))).collect())
}

/// Those who are told when somebody breaks the glass: active managers, and of `also` whoever is active.
pub(crate) async fn managers_and<C: ConnectionTrait>(
    connection: &C,
    also: Option<StaffId>,
) -> Result<Vec<staff::Model>, Error> {
    let all = staff::Entity::find().filter(staff::Column::Active.eq(true)).all(connection).await?;
    let told = |row: &staff::Model| Some(row.id) == also || roles(row).contains(&StaffRole::Manager);
    Ok(all.into_iter().filter(told).collect())
}

/// The staff with these ids, for who did something that the viewer was shown.
pub async fn many(op: &OpContext, ids: &[StaffId]) -> Result<Vec<staff::Model>, Error> {
    Ok(staff::Entity::find().filter(staff::Column::Id.is_in(ids.iter().copied())).all(&op.db.read).await?)
}

/// One active member of staff by address, for signing in. There is no viewer yet.
pub(crate) async fn active_by_email<C: ConnectionTrait>(
    connection: &C,
    email: &Email,
) -> Result<Option<staff::Model>, Error> {
    Ok(staff::Entity::find()
        .filter(staff::Column::Email.eq(email.as_str()))
        .filter(staff::Column::Active.eq(true))
        .one(connection)
        .await?)
}

/// The addresses of everybody active who holds `role`, for mails to them. There is no viewer.
pub(crate) async fn addresses_of<C: ConnectionTrait>(connection: &C, role: StaffRole) -> Result<Vec<String>, Error> {
    let active = staff::Entity::find().filter(staff::Column::Active.eq(true)).order_by_asc(staff::Column::Email);
    let rows = active.all(connection).await?;
    Ok(rows.into_iter().filter(|row| roles(row).contains(&role)).map(|row| row.email).collect())
}

/// The hash of somebody's password, if they have one. There is no viewer yet.
pub(crate) async fn password_hash(db: &Db, id: StaffId) -> Result<Option<String>, Error> {
    let row = credential::Entity::find()
        .filter(credential::Column::StaffId.eq(id))
        .filter(credential::Column::Kind.eq(CredentialKind::Password))
        .one(&db.read)
        .await?;
    Ok(row.map(|row| row.secret))
}

/// One active member of staff, for authentication. There is no viewer yet.
pub(crate) async fn active(db: &Db, id: StaffId) -> Result<Option<staff::Model>, Error> {
    Ok(staff::Entity::find()
        .filter(staff::Column::Id.eq(id))
        .filter(staff::Column::Active.eq(true))
        .one(&db.read)
        .await?)
}

/// Whether this address is on file, active or not.
pub(crate) async fn is_on_file<C: ConnectionTrait>(connection: &C, email: &Email) -> Result<bool, Error> {
    Ok(staff::Entity::find().filter(staff::Column::Email.eq(email.as_str())).one(connection).await?.is_some())
}

/// One member of staff, for a command.
pub(crate) async fn one<C: ConnectionTrait>(connection: &C, id: StaffId) -> Result<Option<staff::Model>, Error> {
    Ok(staff::Entity::find().filter(staff::Column::Id.eq(id)).one(connection).await?)
}
