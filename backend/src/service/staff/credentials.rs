//! The credentials of staff, as rows. None of them is in a fact, because facts of staff hold no secret.

use entity::vocabulary::CredentialKind;
use entity::{CredentialId, StaffId, credential};
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};

use crate::context::OpContext;
use crate::error::Error;

/// The row of a new credential, not used yet and without a name; callers change what their kind needs.
pub(in crate::service) fn new_credential(
    op: &OpContext,
    staff: StaffId,
    kind: CredentialKind,
    secret: String,
) -> credential::ActiveModel {
    credential::ActiveModel {
        id: Set(op.new_id::<CredentialId>()),
        staff_id: Set(staff),
        kind: Set(kind),
        name: Set(String::new()),
        secret: Set(secret),
        lookup: Set(None),
        last_step: Set(None),
        created_at: Set(op.now()),
        last_used_at: Set(None),
    }
}

/// Removes every credential of these kinds, and gives their number.
pub(super) async fn remove(txn: &DatabaseTransaction, staff: StaffId, kinds: &[CredentialKind]) -> Result<u64, Error> {
    let gone = credential::Entity::delete_many()
        .filter(credential::Column::StaffId.eq(staff))
        .filter(credential::Column::Kind.is_in(kinds.iter().copied()))
        .exec(txn)
        .await?;
    Ok(gone.rows_affected)
}

/// Replaces the password of an account; `hash` is its hash.
pub(super) async fn set_password(
    op: &OpContext,
    txn: &DatabaseTransaction,
    staff: StaffId,
    hash: String,
) -> Result<(), Error> {
    remove(txn, staff, &[CredentialKind::Password]).await?;
    let row = new_credential(op, staff, CredentialKind::Password, hash);
    credential::Entity::insert(row).exec_without_returning(txn).await?;
    Ok(())
}
