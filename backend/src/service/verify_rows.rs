//! The comparison of rows with what their facts make of them: cases with what belongs to them, referrals, contacts and
//! accounts. Of the other nouns only the version is compared, by the walk over the chains.
//!
//! What must not live here: the rows that facts make (`project`).
#![expect(clippy::disallowed_methods, reason = "every row is compared, whoever asks")]

use std::collections::{BTreeMap, BTreeSet};

use chrono::DateTime;
use entity::{
    case, case_reader, enquiry, escalation, event, judgement, placement, referral, removal, school_contact, staff,
};
use sea_orm::sea_query::Value;
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, EntityTrait, IdenStatic as _, IntoActiveModel, Iterable, ModelTrait,
    QueryFilter,
};
use uuid::Uuid;

use super::project::referral::{judgement_rows, referral_row};
use super::project::{
    case_row, contact_row, enquiry_row, escalation_row, placement_row, reader_rows, removal_row, staff_row,
};
use crate::db::Db;
use crate::domain::case::Case;
use crate::domain::contact::Contact;
use crate::domain::event::{erased, read};
use crate::domain::referral::Referral;
use crate::domain::staff::StaffMember;
use crate::domain::stream::{Fact, Stream};
use crate::error::Error;
use crate::store::event::whole_streams_after;
use crate::store::verdict::Verdict;

/// The first row found that is not what its facts make of it; `None` if there is none. Calls `told` with the number of
/// facts that were folded.
pub(super) async fn first_difference(db: &Db, mut told: impl FnMut(u64)) -> Result<Option<Verdict>, Error> {
    let (mut place, mut done) = (None, 0);
    loop {
        let facts = whole_streams_after(db, place).await?;
        let Some(last) = facts.last() else { return Ok(None) };
        place = Some(last.stream);
        done += facts.len() as u64;
        let found = match cases(db, &folded::<Case>(&facts)?).await? {
            None => nouns(db, &facts).await?,
            found => found,
        };
        if found.is_some() {
            return Ok(found);
        }
        told(done);
    }
}

/// The things of one kind that these facts make, whole streams in order. One with an erased fact is left out, because it
/// cannot be folded any more.
fn folded<S>(facts: &[event::Model]) -> Result<BTreeMap<Uuid, S>, Error>
where
    S: Stream,
    S::Id: From<Uuid>,
{
    let (mut things, mut left_out): (BTreeMap<Uuid, S>, BTreeSet<Uuid>) = (BTreeMap::new(), BTreeSet::new());
    for row in facts.iter().filter(|row| row.stream_kind == <S::Fact as Fact>::STREAM.as_str()) {
        if erased(&row.payload).is_some() {
            left_out.insert(row.stream);
        }
        if left_out.contains(&row.stream) {
            things.remove(&row.stream);
            continue;
        }
        let fact = read(&row.kind, &row.payload)?;
        let thing = S::fold(things.remove(&row.stream), row.stream.into(), &fact, row.recorded_at);
        let thing = thing.ok_or_else(|| Error::internal("the first fact of a stream does not begin it"))?;
        things.insert(row.stream, thing);
    }
    Ok(things)
}

async fn nouns(db: &Db, facts: &[event::Model]) -> Result<Option<Verdict>, Error> {
    let referrals = folded::<Referral>(facts)?;
    let made = referrals.values().map(referral_row).collect::<Result<Vec<_>, _>>()?;
    let stored = referral::Entity::find().filter(referral::Column::Id.is_in(referrals.keys().copied()));
    // What its case decided is told by the facts of the case.
    let decided = [referral::Column::State, referral::Column::CaseId, referral::Column::DecidedAt];
    let found = first("referral", made, stored.all(&db.read).await?, referral::Column::Id, &decided);
    if found.is_some() {
        return Ok(found);
    }
    let made = referrals.values().flat_map(judgement_rows).collect();
    let stored = judgement::Entity::find().filter(judgement::Column::ReferralId.is_in(referrals.keys().copied()));
    let found = first("judgement", made, stored.all(&db.read).await?, judgement::Column::Id, &[]);
    if found.is_some() {
        return Ok(found);
    }
    let contacts = folded::<Contact>(facts)?;
    let made = contacts.values().map(|contact| contact_row(contact, None, DateTime::UNIX_EPOCH)).collect();
    let stored = school_contact::Entity::find().filter(school_contact::Column::Id.is_in(contacts.keys().copied()));
    let stored = stored.all(&db.read).await?;
    let found = first("school_contact", made, stored, school_contact::Column::Id, &[school_contact::Column::UpdatedAt]);
    if found.is_some() {
        return Ok(found);
    }
    let members = folded::<StaffMember>(facts)?;
    let made = members.values().map(|member| staff_row(member, None)).collect();
    let stored = staff::Entity::find().filter(staff::Column::Id.is_in(members.keys().copied()));
    Ok(first("staff", made, stored.all(&db.read).await?, staff::Column::Id, &[]))
}

async fn cases(db: &Db, cases: &BTreeMap<Uuid, Case>) -> Result<Option<Verdict>, Error> {
    macro_rules! compare {
        ($module:ident by $of:ident, $made:expr, but $($but:ident)*) => {{
            let stored = $module::Entity::find().filter($module::Column::$of.is_in(cases.keys().copied()));
            let but = [$($module::Column::$but),*];
            let made = $made.collect();
            let found = first(stringify!($module), made, stored.all(&db.read).await?, $module::Column::Id, &but);
            if found.is_some() {
                return Ok(found);
            }
        }};
    }
    let all = || cases.values();
    // The name is the child’s, which a fact of another of their cases may have corrected.
    compare!(case by Id, all().map(case_row), but NameKey);
    compare!(enquiry by CaseId, all().flat_map(|case| case.enquiries.iter().map(|one| enquiry_row(case.id, one))), but);
    compare!(escalation by CaseId, all().flat_map(|case| case.escalations.iter().map(|one| escalation_row(case.id, one))), but);
    compare!(placement by CaseId, all().flat_map(|case| case.placements.iter().map(|one| placement_row(case.id, one))), but);
    let removals = all().flat_map(|case| case.removals.iter().map(|one| removal_row(case.id, one)));
    let removals = removals.collect::<Result<Vec<_>, _>>()?;
    compare!(removal by CaseId, removals.into_iter(), but);
    // Since when somebody reads a case is the moment of the fact that let them, not of the last one.
    compare!(case_reader by CaseId, all().flat_map(reader_rows), but Since);
    Ok(None)
}

/// The first difference between the rows that facts make and those that are stored, leaving out these columns and those
/// that facts do not make.
fn first<A>(
    table: &'static str,
    made: Vec<A>,
    stored: Vec<<A::Entity as EntityTrait>::Model>,
    id: <A::Entity as EntityTrait>::Column,
    but: &[<A::Entity as EntityTrait>::Column],
) -> Option<Verdict>
where
    A: ActiveModelTrait,
    <A::Entity as EntityTrait>::Model: IntoActiveModel<A> + ModelTrait<Entity = A::Entity>,
{
    let id_of = |value: Option<Value>| if let Some(Value::Uuid(Some(id))) = value { id } else { Uuid::nil() };
    let mut stored: BTreeMap<Uuid, A> =
        stored.into_iter().map(|row| (id_of(Some(row.get(id))), row.into_active_model())).collect();
    for made in made {
        let row = id_of(made.get(id).into_value());
        let Some(found) = stored.remove(&row) else { return Some(Verdict::Differs { table, id: row, column: None }) };
        let differs = |column: &<A::Entity as EntityTrait>::Column| {
            let is_left_out = but.iter().any(|but| but.as_str() == column.as_str());
            let ActiveValue::Set(value) = made.get(*column) else { return false };
            !is_left_out && found.get(*column).into_value() != Some(value)
        };
        if let Some(column) = <A::Entity as EntityTrait>::Column::iter().find(differs) {
            return Some(Verdict::Differs { table, id: row, column: Some(column.as_str().to_owned()) });
        }
    }
    stored.into_keys().next().map(|id| Verdict::Differs { table, id, column: None })
}
