//! The row of a staff account.

use chrono::{DateTime, Utc};
use entity::staff;
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, EntityTrait};

use super::{Change, Project, replace};
use crate::context::OpContext;
use crate::domain::staff::StaffMember;
use crate::error::Error;

impl Project for StaffMember {
    type Besides = ();

    async fn project(
        op: &OpContext,
        txn: &DatabaseTransaction,
        change: &Change<'_, Self>,
        (): (),
    ) -> Result<(), Error> {
        let after = change.after;
        let Some(before) = change.before else {
            staff::Entity::insert(staff_row(after, Some(op.now()))).exec_without_returning(txn).await?;
            return Ok(());
        };
        let at = Condition::all().add(staff::Column::Id.eq(after.id)).add(staff::Column::Version.eq(before.version));
        replace(txn, staff_row(after, None), at).await
    }
}

/// The row of an account; `created_at` is given only for a new one. The last sign-in is no fact, so that column is left
/// alone.
pub fn staff_row(member: &StaffMember, created_at: Option<DateTime<Utc>>) -> staff::ActiveModel {
    let roles: Vec<&str> = member.roles.iter().map(|role| role.code()).collect();
    staff::ActiveModel {
        id: Set(member.id),
        name: Set(member.name.clone()),
        email: Set(member.email.clone()),
        roles: Set(roles.join(",")),
        state: Set(member.state),
        epoch: Set(member.epoch),
        version: Set(member.version),
        created_at: created_at.map_or_else(Default::default, Set),
        last_sign_in_at: sea_orm::ActiveValue::default(),
    }
}
