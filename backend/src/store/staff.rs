//! Reads of staff.

use std::collections::BTreeSet;

use entity::vocabulary::{CaseState, CredentialKind, StaffRole, StaffState};
use entity::{CaseId, StaffId, case, credential, session, staff};
use sea_orm::sea_query::Order;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};

use super::page::{Page, Wanted};
use super::stream::Find;
use super::{contains, nothing};
use crate::context::OpContext;
use crate::db::Db;
use crate::domain::email::Email;
use crate::domain::policy::manages_staff;
use crate::domain::staff::StaffMember;
use crate::domain::viewer::Viewer;
use crate::error::Error;

/// The kinds of credential that are asked for after a password.
pub(crate) const SECOND_FACTORS: [CredentialKind; 2] = [CredentialKind::Totp, CredentialKind::Passkey];

/// The accounts that exist for the viewer.
fn visible(viewer: &Viewer) -> Select<staff::Entity> {
    let all = staff::Entity::find();
    match viewer {
        Viewer::System(_) => all,
        viewer if manages_staff(viewer) => all,
        _ => all.filter(nothing()),
    }
}

/// One account, for those who manage them.
pub async fn account(op: &OpContext, id: StaffId) -> Result<Option<staff::Model>, Error> {
    Ok(visible(&op.viewer).filter(staff::Column::Id.eq(id)).one(&op.db.read).await?)
}

/// A page of accounts by name, for those who manage them.
pub async fn list(
    op: &OpContext,
    state: Option<StaffState>,
    role: Option<StaffRole>,
    wanted: &Wanted,
) -> Result<Page<staff::Model>, Error> {
    let mut select = visible(&op.viewer);
    if let Some(state) = state {
        select = select.filter(staff::Column::State.eq(state));
    }
    if let Some(role) = role {
        select = select.filter(contains(staff::Column::Roles, role.code()));
    }
    wanted.read(&op.db.read, select, &[staff::Column::Name, staff::Column::Id], Order::Asc).await
}

/// Which of these have a second factor.
pub async fn with_second_factor(op: &OpContext, ids: &[StaffId]) -> Result<BTreeSet<StaffId>, Error> {
    let ids: Vec<StaffId> = credential::Entity::find()
        .filter(credential::Column::StaffId.is_in(ids.iter().copied()))
        .filter(credential::Column::Kind.is_in(SECOND_FACTORS))
        .select_only()
        .column(credential::Column::StaffId)
        .into_tuple()
        .all(&op.db.read)
        .await?;
    Ok(ids.into_iter().collect())
}

/// How many open cases somebody has; their content is not for whoever manages accounts.
pub async fn open_cases(op: &OpContext, id: StaffId) -> Result<u64, Error> {
    let open =
        case::Entity::find().filter(case::Column::OfficerId.eq(id)).filter(case::Column::State.ne(CaseState::Closed));
    Ok(open.count(&op.db.read).await?)
}

impl Find for StaffMember {
    type Key = StaffId;

    async fn find(op: &OpContext, txn: &DatabaseTransaction, id: &StaffId) -> Result<Option<StaffId>, Error> {
        Ok(visible(&op.viewer).filter(staff::Column::Id.eq(*id)).one(txn).await?.map(|row| row.id))
    }
}

/// The active administrators, locked until the transaction ends: of two who take each other's rights at once, the second
/// sees what the first did. (On SQLite the transaction itself is the lock.)
pub(crate) async fn lock_administrators(txn: &DatabaseTransaction) -> Result<Vec<StaffId>, Error> {
    let rows = staff::Entity::find()
        .filter(staff::Column::State.eq(StaffState::Active))
        .filter(contains(staff::Column::Roles, StaffRole::Administrator.code()))
        .order_by_asc(staff::Column::Id)
        .lock_exclusive()
        .all(txn)
        .await?;
    Ok(rows.into_iter().filter(|row| roles(row).contains(&StaffRole::Administrator)).map(|row| row.id).collect())
}

/// The active managers other than `id`, by name, to whom somebody's cases can be handed.
pub async fn managers<C: ConnectionTrait>(
    op: &OpContext,
    connection: &C,
    id: StaffId,
) -> Result<Vec<staff::Model>, Error> {
    let rows = visible(&op.viewer)
        .filter(staff::Column::State.eq(StaffState::Active))
        .filter(staff::Column::Id.ne(id))
        .order_by_asc(staff::Column::Name)
        .all(connection)
        .await?;
    Ok(rows.into_iter().filter(|row| roles(row).contains(&StaffRole::Manager)).collect())
}

/// Every way in which somebody proves who they are, oldest first.
pub(crate) async fn credentials<C: ConnectionTrait>(
    connection: &C,
    id: StaffId,
) -> Result<Vec<credential::Model>, Error> {
    Ok(credential::Entity::find()
        .filter(credential::Column::StaffId.eq(id))
        .order_by_asc(credential::Column::CreatedAt)
        .order_by_asc(credential::Column::Id)
        .all(connection)
        .await?)
}

/// The sessions of whoever asks that have not ended, the one last used first.
pub(crate) async fn sessions(op: &OpContext) -> Result<Vec<session::Model>, Error> {
    Ok(session::Entity::find()
        .filter(session::Column::Owner.eq(op.viewer.to_string()))
        .filter(session::Column::ExpiresAt.gt(op.now()))
        .order_by_desc(session::Column::SeenAt)
        .order_by_asc(session::Column::Id)
        .all(&op.db.read)
        .await?)
}

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
        .filter(staff::Column::State.eq(StaffState::Active))
        .order_by_asc(staff::Column::Name)
        .all(connection)
        .await?;
    let takes_cases = [StaffRole::CmeOfficer, StaffRole::EducationWelfareOfficer, StaffRole::Manager];
    Ok(all.into_iter().filter(|row| takes_cases.iter().any(|role| roles(row).contains(role))).collect())
}

/// Those who are told when somebody breaks the glass: active managers, and of `also` whoever is active.
pub(crate) async fn managers_and<C: ConnectionTrait>(
    connection: &C,
    also: &[StaffId],
) -> Result<Vec<staff::Model>, Error> {
    let all = staff::Entity::find().filter(staff::Column::State.eq(StaffState::Active)).all(connection).await?;
    let told = |row: &staff::Model| also.contains(&row.id) || roles(row).contains(&StaffRole::Manager);
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
        .filter(staff::Column::State.eq(StaffState::Active))
        .one(connection)
        .await?)
}

/// The addresses of everybody active who holds `role`, for mails to them. There is no viewer.
pub(crate) async fn addresses_of<C: ConnectionTrait>(connection: &C, role: StaffRole) -> Result<Vec<String>, Error> {
    let active =
        staff::Entity::find().filter(staff::Column::State.eq(StaffState::Active)).order_by_asc(staff::Column::Email);
    let rows = active.all(connection).await?;
    Ok(rows.into_iter().filter(|row| roles(row).contains(&role)).map(|row| row.email).collect())
}

/// The address of one account.
pub(crate) async fn address_of<C: ConnectionTrait>(connection: &C, id: StaffId) -> Result<Option<String>, Error> {
    let row = staff::Entity::find().filter(staff::Column::Id.eq(id)).one(connection).await?;
    Ok(row.map(|row| row.email))
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
        .filter(staff::Column::State.eq(StaffState::Active))
        .one(&db.read)
        .await?)
}

/// Whose credential of this kind is found by `lookup`. There is no viewer yet.
pub(crate) async fn by_credential<C: ConnectionTrait>(
    connection: &C,
    kind: CredentialKind,
    lookup: &str,
) -> Result<Option<(credential::Model, staff::Model)>, Error> {
    let found = credential::Entity::find()
        .filter(credential::Column::Kind.eq(kind))
        .filter(credential::Column::Lookup.eq(lookup))
        .one(connection)
        .await?;
    let Some(found) = found else { return Ok(None) };
    Ok(one(connection, found.staff_id).await?.map(|staff| (found, staff)))
}

/// One member of staff by address, active or not, for a command.
pub(crate) async fn by_email<C: ConnectionTrait>(connection: &C, email: &Email) -> Result<Option<staff::Model>, Error> {
    Ok(staff::Entity::find().filter(staff::Column::Email.eq(email.as_str())).one(connection).await?)
}

/// Whether this address is on file, active or not.
pub(crate) async fn is_on_file<C: ConnectionTrait>(connection: &C, email: &Email) -> Result<bool, Error> {
    Ok(staff::Entity::find().filter(staff::Column::Email.eq(email.as_str())).one(connection).await?.is_some())
}

/// One member of staff, for a command.
pub(crate) async fn one<C: ConnectionTrait>(connection: &C, id: StaffId) -> Result<Option<staff::Model>, Error> {
    Ok(staff::Entity::find().filter(staff::Column::Id.eq(id)).one(connection).await?)
}

/// The cases that somebody has and that are not closed, which go to a manager when they leave.
pub(crate) async fn cases_to_hand_over<C: ConnectionTrait>(
    _: &OpContext,
    connection: &C,
    from: StaffId,
) -> Result<Vec<CaseId>, Error> {
    Ok(case::Entity::find()
        .filter(case::Column::OfficerId.eq(from))
        .filter(case::Column::State.ne(CaseState::Closed))
        .order_by_asc(case::Column::Id)
        .select_only()
        .column(case::Column::Id)
        .into_tuple()
        .all(connection)
        .await?)
}
