//! The row of an approved school contact.

use chrono::{DateTime, Utc};
use entity::school_contact;
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, EntityTrait};

use super::{Change, Project, or_stale, replace};
use crate::context::OpContext;
use crate::domain::contact::Contact;
use crate::domain::person_name::search_key;
use crate::error::Error;

impl Project for Contact {
    type Besides = ();

    async fn project(
        op: &OpContext,
        txn: &DatabaseTransaction,
        change: &Change<'_, Self>,
        (): (),
    ) -> Result<(), Error> {
        let (after, now) = (change.after, op.now());
        let Some(before) = change.before else {
            let row = contact_row(after, Some(now), now);
            return school_contact::Entity::insert(row).exec_without_returning(txn).await.map(drop).map_err(or_stale);
        };
        let at = Condition::all()
            .add(school_contact::Column::Id.eq(after.id))
            .add(school_contact::Column::Version.eq(before.version));
        replace(txn, contact_row(after, None, now), at).await
    }
}

/// The row of a contact; `created_at` is given only for a new one.
pub fn contact_row(
    contact: &Contact,
    created_at: Option<DateTime<Utc>>,
    updated_at: DateTime<Utc>,
) -> school_contact::ActiveModel {
    school_contact::ActiveModel {
        id: Set(contact.id),
        school_id: Set(contact.school),
        name: Set(contact.name.clone()),
        name_key: Set(search_key(&contact.name)),
        job: Set(contact.job.clone()),
        email: Set(contact.email.clone()),
        kind: Set(contact.kind),
        state: Set(contact.state),
        confirmed_at: Set(contact.confirmed_at),
        asked_at: Set(contact.asked_at),
        reminded_at: Set(contact.reminded_at),
        reason: Set(contact.reason.clone()),
        epoch: Set(contact.epoch),
        version: Set(contact.version),
        created_at: created_at.map_or_else(Default::default, Set),
        updated_at: Set(updated_at),
    }
}
