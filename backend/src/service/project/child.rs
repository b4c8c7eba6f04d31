//! The row of a child, and the keys under which it is looked up.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use entity::{ChildId, case, child, child_key};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};

use crate::domain::case::Case;
use crate::domain::child::{ChildChange, ChildFacts, former_names, formerly, name_key};
use crate::domain::family::{self, Whom};
use crate::domain::matching::Person;
use crate::domain::matching::keys::{self, of_child};
use crate::domain::parent::{self, KnownParent, ParentRecorded};
use crate::domain::phone::Phone;
use crate::domain::search::{keys_of, of_phone};
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
        nhs_number: facts.nhs_number.clone(),
        address: facts.address.clone(),
        postcode: facts.postcode.clone(),
        address_confidential: facts.address_confidential,
        address_was_confidential: facts.address_confidential,
        formerly: "[]".to_owned(),
        parents: "[]".to_owned(),
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

/// Lets changes hold of a child, since a day if what held before was not wrong: its row, its keys, and the name by which its cases are listed.
pub(super) async fn change(
    txn: &DatabaseTransaction,
    id: ChildId,
    changes: &[ChildChange],
    changed_on: Option<NaiveDate>,
) -> Result<(), Error> {
    #[expect(clippy::disallowed_methods, reason = "nobody is shown it")]
    let row = child::Entity::find_by_id(id).one(txn).await?.ok_or(Error::NotFound)?;
    let row = after(row, changes, changed_on)?;
    let listed = case::ActiveModel { name_key: Set(row.name_key.clone()), ..Default::default() };
    case::Entity::update_many().set(listed).filter(case::Column::ChildId.eq(id)).exec(txn).await?;
    write(txn, row).await
}

/// Records a parent or carer with a child, on a day.
pub(super) async fn record_parent(
    txn: &DatabaseTransaction,
    id: ChildId,
    change: &ParentRecorded,
    on: NaiveDate,
) -> Result<(), Error> {
    #[expect(clippy::disallowed_methods, reason = "nobody is shown it")]
    let row = child::Entity::find_by_id(id).one(txn).await?.ok_or(Error::NotFound)?;
    write(txn, with_parent(row, change, on)?).await
}

/// The row of a child with whom a parent or carer is recorded, on a day.
pub(in crate::service) fn with_parent(
    row: child::Model,
    change: &ParentRecorded,
    on: NaiveDate,
) -> Result<child::Model, Error> {
    let parents = serde_json::to_string(&parent::after(parent::recorded(&row), change, on))?;
    Ok(child::Model { parents, ..row })
}

/// Takes over the parents and carers recorded with the child of a case that was merged into one of this child.
pub(super) async fn take_over_parents(
    txn: &DatabaseTransaction,
    id: ChildId,
    parents: &[KnownParent],
) -> Result<(), Error> {
    if parents.is_empty() {
        return Ok(());
    }
    #[expect(clippy::disallowed_methods, reason = "nobody is shown it")]
    let row = child::Entity::find_by_id(id).one(txn).await?.ok_or(Error::NotFound)?;
    write(txn, with_parents(row, parents)?).await
}

/// The row of a child with whom these parents and carers are recorded as well.
pub(in crate::service) fn with_parents(row: child::Model, more: &[KnownParent]) -> Result<child::Model, Error> {
    let known: Vec<KnownParent> = parent::recorded(&row).into_iter().chain(more.iter().cloned()).collect();
    Ok(child::Model { parents: serde_json::to_string(&known)?, ..row })
}

/// Writes the row of a child on file, and its keys.
async fn write(txn: &DatabaseTransaction, row: child::Model) -> Result<(), Error> {
    child_key::Entity::delete_many().filter(child_key::Column::ChildId.eq(row.id)).exec(txn).await?;
    let keys = key_rows(&row);
    if !keys.is_empty() {
        child_key::Entity::insert_many(keys).exec_without_returning(txn).await?;
    }
    child::Entity::update(child::ActiveModel::from(row).reset_all()).exec(txn).await?;
    Ok(())
}

/// The row of a child of whom these changes hold, since a day if what held before was not wrong.
pub(in crate::service) fn after(
    row: child::Model,
    changes: &[ChildChange],
    changed_on: Option<NaiveDate>,
) -> Result<child::Model, Error> {
    let mut facts = ChildFacts::of(&row);
    facts.apply(changes);
    let mut former = formerly(&row);
    former.extend(changed_on.map(|until| ChildFacts::former(changes, until)).unwrap_or_default());
    Ok(child::Model {
        name_key: facts.name_key(),
        family_name: facts.family_name,
        given_names: facts.given_names,
        date_of_birth: facts.date_of_birth,
        sex: facts.sex,
        upn: facts.upn,
        upn_absence: facts.upn_absence,
        nhs_number: facts.nhs_number,
        address: facts.address,
        postcode: facts.postcode,
        address_confidential: facts.address_confidential,
        address_was_confidential: row.address_was_confidential || facts.address_confidential,
        formerly: serde_json::to_string(&former)?,
        ..row
    })
}

/// The rows of a child's keys: those of matching, of search, and of brothers and sisters.
pub fn key_rows(child: &child::Model) -> Vec<child_key::ActiveModel> {
    let row = |key| child_key::ActiveModel {
        child_id: Set(child.id),
        key: Set(key),
        date_of_birth: Set(child.date_of_birth),
    };
    let found_by = keys_of(&child.name_key, child.date_of_birth);
    let by_former_name = former_names(child)
        .into_iter()
        .flat_map(|(family, given)| keys_of(&name_key(&family, &given), child.date_of_birth));
    let by_family = Whom::on_file(child).own_keys().into_iter().map(|key| family::goes_by(&key));
    let hidden = child.address_was_confidential;
    let parents = parent::recorded(child).into_iter().filter(|one| one.until.is_none() && !hidden);
    let phones = parents.filter_map(|one| Phone::parse(&one.parent.phone?).ok().map(|phone| of_phone(&phone)));
    of_child(&Person::of(child))
        .into_iter()
        .chain(phones)
        .chain(found_by)
        .chain(by_former_name)
        .chain(by_family)
        .collect::<BTreeSet<String>>()
        .into_iter()
        .map(row)
        .collect()
}
