//! The row of a child, and the keys under which it is looked up.

use entity::{child, child_key};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, DatabaseTransaction, EntityTrait};

use crate::domain::case::Case;
use crate::domain::child::ChildFacts;
use crate::domain::matching::Person;
use crate::domain::matching::keys::{self, of_child};
use crate::domain::search::keys_of;
use crate::error::Error;

/// The row of the child that a case brought in, by what its referral says.
pub fn of(case: &Case, facts: &ChildFacts) -> child::Model {
    child::Model {
        id: case.opened.child,
        family_name: facts.family_name.clone(),
        given_names: facts.given_names.clone(),
        name_key: facts.name_key(),
        date_of_birth: facts.date_of_birth,
        sex: facts.sex,
        upn: facts.upn.clone(),
        upn_absence: facts.upn_absence,
        address: facts.address.clone(),
        postcode: facts.postcode.clone(),
        created_at: case.opened_at,
        keyed_by: keys::VERSION,
    }
}

/// Stores a child and its keys.
pub(super) async fn insert(txn: &DatabaseTransaction, new: child::Model) -> Result<(), Error> {
    let keys = key_rows(&new);
    child::Entity::insert(child::ActiveModel::from(new).reset_all()).exec_without_returning(txn).await?;
    if !keys.is_empty() {
        child_key::Entity::insert_many(keys).exec_without_returning(txn).await?;
    }
    Ok(())
}

/// The rows of a child's keys: those of matching and those of search.
pub fn key_rows(child: &child::Model) -> Vec<child_key::ActiveModel> {
    let row = |key| child_key::ActiveModel {
        child_id: Set(child.id),
        key: Set(key),
        date_of_birth: Set(child.date_of_birth),
    };
    let found_by = keys_of(&child.name_key, child.date_of_birth);
    of_child(&Person::of(child)).into_iter().chain(found_by).map(row).collect()
}
