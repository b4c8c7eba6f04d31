//! Reads of staff accounts, their credentials and sessions.
//!
//! What must not live here: how somebody proves who they are (`auth`), and who manages accounts (`domain::policy`).

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
use super::{contains, filled, nothing};
use crate::context::OpContext;
use crate::db::Db;
use crate::domain::email::Email;
use crate::domain::policy::manages_staff;
use crate::domain::staff::StaffMember;
use crate::domain::viewer::Viewer;
use crate::error::Error;

/// The kinds of credential that count as a second factor after a password.
pub(crate) const SECOND_FACTORS: [CredentialKind; 2] = [CredentialKind::Totp, CredentialKind::Passkey];

/// The accounts that exist for the viewer: all for those who manage staff, none for others.
fn visible(viewer: &Viewer) -> Select<staff::Entity> {
    let all = staff::Entity::find();
    match viewer {
        Viewer::System(_) => all,
        viewer if manages_staff(viewer) => all,
        _ => all.filter(nothing()),
    }
}

/// The account with this id, for those who manage staff.
pub async fn account(op: &OpContext, id: StaffId) -> Result<Option<staff::Model>, Error> {
    Ok(visible(&op.viewer).filter(staff::Column::Id.eq(id)).one(&op.db.read).await?)
}

/// A page of accounts by name, for those who manage staff; only those in `state` and with `role` if given.
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

/// Those of `ids` who have a second factor.
pub async fn with_second_factor(op: &OpContext, ids: &[StaffId]) -> Result<BTreeSet<StaffId>, Error> {
    let ids: Vec<StaffId> = credential::Entity::find()
        .filter(credential::Column::StaffId.is_in(filled(ids.iter().copied())))
        .filter(credential::Column::Kind.is_in(SECOND_FACTORS))
        .select_only()
        .column(credential::Column::StaffId)
        .into_tuple()
        .all(&op.db.read)
        .await?;
    Ok(ids.into_iter().collect())
}

/// The number of open cases whose officer this is. Those who manage staff see the number without reading cases.
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

/// The active administrators, locked until the transaction ends: when two take each other's role at once, the second
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

/// The active managers other than `id`, by name: those to whom the cases of a deactivated officer can go.
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

/// All credentials of an account, oldest first.
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

/// The viewer's own sessions that have not expired, the last used first.
pub(crate) async fn sessions(op: &OpContext) -> Result<Vec<session::Model>, Error> {
    Ok(session::Entity::find()
        .filter(session::Column::Owner.eq(op.viewer.to_string()))
        .filter(session::Column::ExpiresAt.gt(op.now()))
        .order_by_desc(session::Column::SeenAt)
        .order_by_asc(session::Column::Id)
        .all(&op.db.read)
        .await?)
}

/// The roles in a row, whose column holds codes with commas between.
pub fn roles(row: &staff::Model) -> BTreeSet<StaffRole> {
    row.roles.split(',').filter_map(StaffRole::parse).collect()
}

/// Active staff to whom a case may be assigned, by name; none for viewers who are not staff.
pub async fn officers<C: ConnectionTrait>(op: &OpContext, connection: &C) -> Result<Vec<staff::Model>, Error> {
    if !matches!(op.viewer, Viewer::Staff(_) | Viewer::System(_)) {
        return Ok(Vec::new());
    }
    who_take_cases(connection).await
}

/// The same, whoever asks, for a mail to some of them.
pub(crate) async fn who_take_cases<C: ConnectionTrait>(connection: &C) -> Result<Vec<staff::Model>, Error> {
    let all = staff::Entity::find()
        .filter(staff::Column::State.eq(StaffState::Active))
        .order_by_asc(staff::Column::Name)
        .all(connection)
        .await?;
    let takes_cases = [StaffRole::CmeOfficer, StaffRole::EducationWelfareOfficer, StaffRole::Manager];
    Ok(all.into_iter().filter(|row| takes_cases.iter().any(|role| roles(row).contains(role))).collect())
}

/// Whether this is a manager.
pub(crate) fn is_manager(row: &staff::Model) -> bool {
    roles(row).contains(&StaffRole::Manager)
}

/// The recipients of the mail about a broken glass: active managers, and those of `also` who are active.
pub(crate) async fn managers_and<C: ConnectionTrait>(
    connection: &C,
    also: &[StaffId],
) -> Result<Vec<staff::Model>, Error> {
    let all = staff::Entity::find().filter(staff::Column::State.eq(StaffState::Active)).all(connection).await?;
    let told = |row: &staff::Model| also.contains(&row.id) || roles(row).contains(&StaffRole::Manager);
    Ok(all.into_iter().filter(told).collect())
}

/// The accounts with these ids, whoever asks: ids come from records that the viewer was shown.
pub async fn many(op: &OpContext, ids: &[StaffId]) -> Result<Vec<staff::Model>, Error> {
    Ok(staff::Entity::find().filter(staff::Column::Id.is_in(filled(ids.iter().copied()))).all(&op.db.read).await?)
}

/// The active account with this address, for signing in. There is no viewer yet.
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

/// The addresses of all active staff with `role`, for mails to them. There is no viewer.
pub(crate) async fn addresses_of<C: ConnectionTrait>(connection: &C, role: StaffRole) -> Result<Vec<String>, Error> {
    let active =
        staff::Entity::find().filter(staff::Column::State.eq(StaffState::Active)).order_by_asc(staff::Column::Email);
    let rows = active.all(connection).await?;
    Ok(rows.into_iter().filter(|row| roles(row).contains(&role)).map(|row| row.email).collect())
}

/// The address of an account, whatever its state.
pub(crate) async fn address_of<C: ConnectionTrait>(connection: &C, id: StaffId) -> Result<Option<String>, Error> {
    let row = staff::Entity::find().filter(staff::Column::Id.eq(id)).one(connection).await?;
    Ok(row.map(|row| row.email))
}

/// The password hash of an account; `None` if it has no password. There is no viewer yet.
pub(crate) async fn password_hash(db: &Db, id: StaffId) -> Result<Option<String>, Error> {
    let row = credential::Entity::find()
        .filter(credential::Column::StaffId.eq(id))
        .filter(credential::Column::Kind.eq(CredentialKind::Password))
        .one(&db.read)
        .await?;
    Ok(row.map(|row| row.secret))
}

/// The active account with this id, for authentication. There is no viewer yet.
pub(crate) async fn active(db: &Db, id: StaffId) -> Result<Option<staff::Model>, Error> {
    Ok(staff::Entity::find()
        .filter(staff::Column::Id.eq(id))
        .filter(staff::Column::State.eq(StaffState::Active))
        .one(&db.read)
        .await?)
}

/// The credential of this kind with this `lookup`, and its account whatever its state. There is no viewer yet.
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

/// The account with this address, whatever its state, for a command.
pub(crate) async fn by_email<C: ConnectionTrait>(connection: &C, email: &Email) -> Result<Option<staff::Model>, Error> {
    Ok(staff::Entity::find().filter(staff::Column::Email.eq(email.as_str())).one(connection).await?)
}

/// Whether an account with this address exists, whatever its state.
pub(crate) async fn is_on_file<C: ConnectionTrait>(connection: &C, email: &Email) -> Result<bool, Error> {
    Ok(staff::Entity::find().filter(staff::Column::Email.eq(email.as_str())).one(connection).await?.is_some())
}

/// The account with this id, whatever its state, for a command.
pub(crate) async fn one<C: ConnectionTrait>(connection: &C, id: StaffId) -> Result<Option<staff::Model>, Error> {
    Ok(staff::Entity::find().filter(staff::Column::Id.eq(id)).one(connection).await?)
}

/// The open cases of an officer, which go to a manager when the account is deactivated.
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
